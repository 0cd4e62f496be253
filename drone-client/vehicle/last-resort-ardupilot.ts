/**
 * What ArduPilot Copter's own failsafes must be for a show. Knows no link; values are numbers as ArduPilot stores them.
 * Source: ArduPilot's parameter lists for Copter 4.5 to 4.6 and master, and its pages on failsafes and guided mode.
 */
import type { LastResortItem } from './last-resort-item.js';

/** Bit 3 of GUID_OPTIONS: "SetAttitudeTarget interprets Thrust As Thrust". */
const thrustAsThrustBit = 8;

const companion: readonly LastResortItem[] = [
  {
    id: 'FS_GCS_ENABLE',
    // 0 disabled, 1 RTL, 3 smart RTL or RTL, 4 smart RTL or land, 5 land, 6 auto landing or RTL, 7 brake or land.
    isExpected: (value, { frame }) => value === 5 || (value === 1 && frame === 'gps'),
    expectedText: '5 (land), or with GPS 1 (return)',
    severity: 'blocking',
    about:
      'it alone ends a flight whose companion has died: ArduPilot holds its last position until the battery is empty',
    suggested: 5,
  },
  {
    id: 'FS_GCS_TIMEOUT',
    isExpected: (value) => value > 0 && value <= 5,
    expectedText: 'at most 5 s',
    severity: 'blocking',
    about: "for so long it flies on without the companion's heartbeat",
    suggested: 5,
  },
  {
    id: 'SYSID_MYGCS',
    otherId: 'MAV_GCS_SYSID',
    isExpected: (value) => value === 255,
    expectedText: '255',
    severity: 'blocking',
    about:
      'that is the sender of the heartbeat whose loss ends the flight: with another number its loss is not seen',
    suggested: 255,
  },
  {
    id: 'GUID_TIMEOUT',
    isExpected: (value) => value > 0 && value <= 3,
    expectedText: 'at most 3 s',
    severity: 'blocking',
    about: 'for so long it flies on with the last velocity or attitude when no setpoint comes',
    suggested: 3,
  },
  {
    id: 'GUID_OPTIONS',
    isExpected: (value) => (value & thrustAsThrustBit) !== 0,
    expectedText: '8 (bit 3: the thrust of an attitude is a thrust)',
    severity: 'warning',
    about:
      'without it the emergency landing by falling thrust is taken for a climb rate and does not come down as told',
    suggested: thrustAsThrustBit,
  },
  {
    id: 'FS_EKF_ACTION',
    // 0 report only, 1 land, 2 altitude hold, 3 land even in stabilize.
    isExpected: (value) => value === 1 || value === 3,
    expectedText: '1 (land)',
    severity: 'blocking',
    about: 'it is what happens when the position is lost: 2 drifts away at its height, 0 does nothing',
    suggested: 1,
  },
];

/** 0 none, 1 land, 2 RTL, 3 smart RTL or RTL, 4 smart RTL or land, 5 terminate. */
function batteryAction(id: string): readonly LastResortItem[] {
  return [
    {
      id,
      isExpected: (value) => value !== 5,
      expectedText: '1 (land)',
      severity: 'blocking',
      about: '5 stops the motors in the air at a low battery',
      suggested: 1,
    },
    {
      id,
      isExpected: (value) => value !== 0,
      expectedText: '1 (land)',
      severity: 'warning',
      about: 'with 0 nothing ends the flight before the battery is empty and the drone falls',
      suggested: 1,
    },
  ];
}

const battery: readonly LastResortItem[] = [
  ...batteryAction('BATT_FS_LOW_ACT'),
  ...batteryAction('BATT_FS_CRT_ACT'),
  {
    id: 'BATT_LOW_VOLT',
    isExpected: (value) => value > 0,
    expectedText: 'about 3.5 V a cell',
    severity: 'warning',
    about: 'with 0 a low battery is never seen, whatever the action is',
  },
];

const limits: readonly LastResortItem[] = [
  {
    id: 'FENCE_ENABLE',
    isExpected: (value) => value === 1,
    expectedText: '1 (on)',
    severity: 'warning',
    about: 'with 0 the autopilot has no fence and no ceiling',
    suggested: 1,
  },
  {
    id: 'FENCE_ALT_MAX',
    isExpected: (value) => value > 0,
    expectedText: 'some metres above the highest point of the show',
    severity: 'warning',
    about: 'it is the ceiling above which the autopilot takes over',
  },
  {
    id: 'FENCE_ACTION',
    // 0 report only, 1 RTL or land, 2 land, 3 smart RTL or RTL or land, 4 brake or land, 5 smart RTL or land.
    isExpected: (value) => value !== 0,
    expectedText: '2 (land), or with GPS 1 (return or land)',
    severity: 'warning',
    about: 'with 0 nothing stops a drone that leaves its fence',
    suggested: 2,
  },
  {
    id: 'DISARM_DELAY',
    isExpected: (value) => value > 0 && value <= 30,
    expectedText: '10 s (1 to 30)',
    severity: 'warning',
    about: 'with 0 the motors of an armed drone turn on the ground without end',
    suggested: 10,
  },
  {
    id: 'NTF_LED_OVERRIDE',
    isExpected: (value) => value === 1,
    expectedText: '1 (MAVLink)',
    severity: 'warning',
    about: 'with another value the light shows the state of the autopilot and not the show',
    suggested: 1,
    matters: ({ usesMavlinkLed }) => usesMavlinkLed,
  },
];

/** In the order in which they matter. */
export const ardupilotLastResort: readonly LastResortItem[] = [...companion, ...battery, ...limits];
