/** What the autopilot says of its estimator, receiver and sensors: flags to names. Knows no state and no link. */
import { ardupilotmega, common } from 'mavlink-mappings';
import type { EstimatorHealth, GpsFix, VehicleState } from '../vehicle.js';

// Source: ESTIMATOR_STATUS_FLAGS; EKF_STATUS_FLAGS has the same first bits.
const attitude = 1;
const velocityHorizontal = 2;
const velocityVertical = 4;
const positionRelative = 8;
const positionAbsolute = 16;
const positionVertical = 32;
const positionAboveGround = 64;
// The two differ here. Source: ESTIMATOR_GPS_GLITCH, EKF_GPS_GLITCHING.
const px4GpsGlitch = 1024;
const ardupilotGpsGlitch = 32_768;

/** Satellites "unknown". Source: GPS_RAW_INT. */
const unknownSatellites = 255;

/** Sensors that a show flies by, by their bit. A missing pilot's receiver is no fault. Source: MAV_SYS_STATUS_SENSOR. */
const sensorNames: readonly (readonly [bit: number, name: string])[] = [
  [0x01, 'gyro'],
  [0x02, 'accelerometer'],
  [0x04, 'compass'],
  [0x08, 'barometer'],
  [0x20, 'GPS'],
  [0x40, 'optical flow'],
  [0x80, 'vision position'],
  [0x100, 'laser position'],
  [0x8000, 'motors'],
  [0x20000, 'second gyro'],
  [0x40000, 'second accelerometer'],
  [0x80000, 'second compass'],
  [0x200000, 'attitude estimator'],
  [0x2000000, 'battery'],
  [0x40000000, 'propulsion'],
];

const prearmBit = 0x10000000;

/** Reads either message. */
export function estimatorHealth(
  message: common.EstimatorStatus | ardupilotmega.EkfStatusReport,
  atMs: number,
): EstimatorHealth {
  const flags: number = message.flags;
  const glitch = message instanceof common.EstimatorStatus ? px4GpsGlitch : ardupilotGpsGlitch;
  const has = (bits: number): boolean => (flags & bits) !== 0;
  return {
    atMs,
    hasAttitude: has(attitude),
    hasHorizontalVelocity: has(velocityHorizontal),
    hasVerticalVelocity: has(velocityVertical),
    hasHorizontalPosition: has(positionRelative | positionAbsolute),
    hasGlobalPosition: has(positionAbsolute),
    hasVerticalPosition: has(positionVertical | positionAboveGround),
    hasGpsGlitch: has(glitch),
  };
}

/** True for the two messages that `estimatorHealth` reads. */
export function isEstimatorMessage(
  message: unknown,
): message is common.EstimatorStatus | ardupilotmega.EkfStatusReport {
  return message instanceof common.EstimatorStatus || message instanceof ardupilotmega.EkfStatusReport;
}

export function gpsFix(message: common.GpsRawInt, atMs: number): GpsFix {
  const { fixType, satellitesVisible } = message;
  return {
    atMs,
    fixType,
    ...(satellitesVisible !== unknownSatellites && { satellites: satellitesVisible }),
  };
}

/** What SYS_STATUS says: present and enabled but not healthy; and the verdict "could arm", where it is given. */
export function sensorHealth(
  message: common.SysStatus,
): Pick<VehicleState, 'unhealthySensors' | 'isPrearmOk'> {
  const present: number = message.onboardControlSensorsPresent;
  const enabled: number = message.onboardControlSensorsEnabled;
  const health: number = message.onboardControlSensorsHealth;
  const isBad = (bit: number): boolean => (present & enabled & bit) !== 0 && (health & bit) === 0;
  return {
    unhealthySensors: sensorNames.filter(([bit]) => isBad(bit)).map(([, name]) => name),
    isPrearmOk: (present & prearmBit) === 0 ? undefined : (health & prearmBit) !== 0,
  };
}
