/** What the simulated PX4 says about its decisions. Knows no link and takes no decision. */
import { common } from 'mavlink-mappings';
import type { Notice } from '../notice.js';

const texts = {
  estimatorNotReady: 'Arming denied: position estimate not ready',
  noOffboardSetpoints: 'Offboard denied: no setpoints',
  modePreventsArming: 'Arming denied: mode not suitable for take-off',
  notLanded: 'Disarming denied: not landed',
  modeUnavailable: 'Mode not available',
  offboardLost: 'Failsafe: offboard control lost',
  autoDisarmed: 'Disarmed automatically',
  sensorNotCalibrated: 'Arming denied: sensor not calibrated',
  gpsRequired: 'Arming denied: no GPS fix',
  noManualControl: 'Arming denied: no manual control',
  noGroundStation: 'Arming denied: no ground station',
  batteryTooLow: 'Arming denied: battery too low',
  calibrating: 'Arming denied: calibration runs',
  terminated: 'Flight terminated',
  terminationOff: 'Flight termination is switched off',
  batteryLow: 'Failsafe: battery low',
  dataLinkLost: 'Failsafe: ground station lost',
  fenceBreached: 'Failsafe: geofence breached',
  positionLost: 'Failsafe: position lost',
} as const;

export type Px4Reason = keyof typeof texts;

const harmless: ReadonlySet<Px4Reason> = new Set(['autoDisarmed']);

export function px4Notice(reason: Px4Reason): Notice {
  return {
    number: 1 + Object.keys(texts).indexOf(reason),
    text: texts[reason],
    severity: harmless.has(reason) ? common.MavSeverity.INFO : common.MavSeverity.CRITICAL,
  };
}
