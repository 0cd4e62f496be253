/**
 * What PX4's own failsafes must be for a show. Knows no link; values are numbers as PX4 stores them.
 * Source: PX4 parameter reference (commander, geofence, battery and circuit breaker parameters), releases 1.13 to 1.16.
 */
import type { LastResortItem } from './last-resort-item.js';

/** Bit 2 of COM_RCL_EXCEPT and COM_DLL_EXCEPT: "Offboard". */
const offboardBit = 4;
const rcDisabled = 4;

const has = (value: number | undefined, bit: number): boolean => ((value ?? 0) & bit) !== 0;

const offboardLoss: readonly LastResortItem[] = [
  {
    id: 'COM_OBL_RC_ACT',
    // 0 position, 1 altitude, 2 stabilized, 3 return, 4 land, 5 hold, 6 terminate, 7 disarm.
    isExpected: (value, { frame }) => value === 4 || (value === 3 && frame === 'gps'),
    expectedText: '4 (land), or with GPS 3 (return)',
    severity: 'blocking',
    about: 'it is what happens when the companion dies in flight: other values hover, drift or drop it',
    suggested: 4,
  },
  {
    id: 'COM_OBL_ACT',
    isOptional: true,
    // PX4 up to 1.13, where no remote control is connected: −1 disabled, 0 land, 1 hold, 2 return, 3 terminate.
    isExpected: (value, { frame }) => value === 0 || (value === 2 && frame === 'gps'),
    expectedText: '0 (land), or with GPS 2 (return)',
    severity: 'blocking',
    about: 'this version of PX4 takes it instead of COM_OBL_RC_ACT where no remote control is connected',
    suggested: 0,
  },
  {
    id: 'COM_OF_LOSS_T',
    isExpected: (value) => value >= 0.2 && value <= 2,
    expectedText: '1 s (0.2 to 2)',
    severity: 'blocking',
    about: 'for so long it flies on without setpoints when the companion has died; below, a hiccup lands it',
    suggested: 1,
  },
  {
    id: 'COM_FAIL_ACT_T',
    isOptional: true,
    isExpected: (value) => value <= 5,
    expectedText: 'at most 5 s',
    severity: 'warning',
    about: 'for so long it hovers before any failsafe acts',
    suggested: 5,
  },
];

const otherLinks: readonly LastResortItem[] = [
  {
    id: 'COM_RCL_EXCEPT',
    alsoReads: ['COM_RC_IN_MODE'],
    isExpected: (value, _context, values) =>
      has(value, offboardBit) || values.get('COM_RC_IN_MODE') === rcDisabled,
    expectedText: '4 (bit 2: offboard goes on without a remote control)',
    severity: 'blocking',
    about: 'without it PX4 leaves the show, or does not arm, because no remote control is switched on',
    suggested: 4,
  },
  {
    id: 'NAV_DLL_ACT',
    alsoReads: ['COM_DLL_EXCEPT'],
    // 0 disabled, 1 hold, 2 return, 3 land, 5 terminate, 6 disarm.
    isExpected: (value, _context, values) => value < 5 || has(values.get('COM_DLL_EXCEPT'), offboardBit),
    expectedText: '0 (nothing)',
    severity: 'blocking',
    about: 'it drops the drone when a ground station on a laptop is unplugged',
    suggested: 0,
  },
  {
    id: 'NAV_DLL_ACT',
    alsoReads: ['COM_DLL_EXCEPT'],
    isExpected: (value, _context, values) =>
      value === 0 || value >= 5 || has(values.get('COM_DLL_EXCEPT'), offboardBit),
    expectedText: '0 (nothing)',
    severity: 'warning',
    about:
      'the data link that it watches is a ground station of its own kind, which the companion is not: the drone ' +
      'leaves the show when one goes away, and may not arm without one',
    suggested: 0,
  },
];

const battery: readonly LastResortItem[] = [
  {
    id: 'COM_LOW_BAT_ACT',
    // 0 warning, 2 land, 3 return at critical and land at emergency level; 1 (return) in old versions.
    isExpected: (value) => value !== 0,
    expectedText: '3 (return, then land) or 2 (land)',
    severity: 'warning',
    about: 'with 0 PX4 only warns and flies until the battery is empty and the drone falls',
    suggested: 2,
  },
  {
    id: 'BAT_CRIT_THR',
    isExpected: (value, _context, values) =>
      value >= 0.05 && value <= 0.5 && value > (values.get('BAT_EMERGEN_THR') ?? 0),
    expectedText: '0.05 to 0.5, and above BAT_EMERGEN_THR',
    severity: 'warning',
    about: 'at this fraction the low battery action begins',
    suggested: 0.15,
  },
  {
    id: 'BAT_EMERGEN_THR',
    isExpected: (value) => value >= 0.03 && value <= 0.4,
    expectedText: '0.03 to 0.4',
    severity: 'warning',
    about: 'at this fraction it lands where it is',
    suggested: 0.07,
  },
];

const limits: readonly LastResortItem[] = [
  {
    id: 'GF_ACTION',
    // 0 none, 1 warning, 2 hold, 3 return, 4 terminate, 5 land.
    isExpected: (value) => value !== 4,
    expectedText: '5 (land), 3 (return) or 2 (hold)',
    severity: 'blocking',
    about: '4 stops the motors in the air when the drone leaves its fence',
    suggested: 5,
  },
  {
    id: 'GF_ACTION',
    isExpected: (value) => value >= 2,
    expectedText: '5 (land), 3 (return) or 2 (hold)',
    severity: 'warning',
    about: 'with 0 or 1 nothing stops a drone that leaves its fence',
    suggested: 5,
  },
  {
    id: 'GF_MAX_VER_DIST',
    isExpected: (value) => value > 0,
    expectedText: 'some metres above the highest point of the show',
    severity: 'warning',
    about: 'with 0 the autopilot has no ceiling',
  },
  {
    id: 'COM_DISARM_LAND',
    isExpected: (value) => value > 0,
    expectedText: '2 s',
    severity: 'blocking',
    about: 'with 0 or less the motors go on turning after a landing, when people walk up',
    suggested: 2,
  },
  {
    id: 'CBRK_FLIGHTTERM',
    isExpected: (value) => value !== 121212,
    expectedText: '0',
    severity: 'warning',
    about:
      'with 121212 (as PX4 comes) nothing of its own stops the motors of a drone that has flipped or lost its ' +
      'flight controller; a kill from the ground still disarms',
    suggested: 0,
  },
];

/** In the order in which they matter. */
export const px4LastResort: readonly LastResortItem[] = [
  ...offboardLoss,
  ...otherLinks,
  ...battery,
  ...limits,
];
