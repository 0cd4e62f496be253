/** The parameters of the simulated ArduPilot Copter and their values. Knows nothing else. */
import type { ParameterTable } from '../parameters.js';

/**
 * Copter's defaults, but for what a drone prepared for shows has set: it lands when the companion's heartbeat, the
 * battery or the position is lost, has a ceiling, takes thrust as thrust, gives the light away, and is calibrated.
 * Source: ArduPilot parameter list, Copter 4.6.
 */
export const ardupilotParameters: ParameterTable = {
  int8: {
    BATT_FS_CRT_ACT: 1,
    BATT_FS_LOW_ACT: 1,
    DISARM_DELAY: 10,
    FENCE_ACTION: 2,
    FENCE_ENABLE: 1,
    FENCE_TYPE: 7,
    FS_EKF_ACTION: 1,
    FS_GCS_ENABLE: 5,
    NTF_LED_OVERRIDE: 1,
  },
  int16: {
    ANGLE_MAX: 3000,
    BATT_LOW_TIMER: 10,
    LAND_SPEED: 50,
    RTL_ALT: 1500,
    SYSID_MYGCS: 255,
    SYSID_THISMAV: 1,
    WPNAV_SPEED_DN: 150,
  },
  int32: {
    COMPASS_DEV_ID: 97539,
    GUID_OPTIONS: 8,
    INS_ACC_ID: 2753028,
    INS_GYR_ID: 2752772,
    RTL_LOIT_TIME: 5000,
    SERIAL2_BAUD: 921,
  },
  real32: {
    ATC_SLEW_YAW: 6000,
    BATT_CRT_VOLT: 13.6,
    BATT_LOW_VOLT: 14,
    FENCE_ALT_MAX: 150,
    FENCE_RADIUS: 300,
    FS_GCS_TIMEOUT: 5,
    GUID_TIMEOUT: 3,
    LAND_ALT_LOW: 1000,
    MOT_SPOOL_TIME: 0.5,
    MOT_THST_HOVER: 0.48,
    PSC_POSXY_P: 1,
    PSC_POSZ_P: 1,
    PSC_VELXY_P: 2,
    PSC_VELZ_P: 5,
    RTL_CONE_SLOPE: 3,
    WPNAV_ACCEL: 250,
    WPNAV_ACCEL_Z: 100,
    WPNAV_SPEED: 1000,
    WPNAV_SPEED_UP: 250,
  },
};
