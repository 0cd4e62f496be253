/** The parameters of the simulated PX4 and their values. Knows nothing else. */
import type { ParameterTable } from '../parameters.js';

/**
 * PX4's defaults, but for what a drone prepared for shows has set: it lands when the setpoints stop, when the battery
 * is low and at its ceiling, needs no pilot in OFFBOARD, may be terminated, and is calibrated.
 * Source: PX4 parameter reference.
 */
export const px4Parameters: ParameterTable = {
  int32: {
    BAT1_N_CELLS: 4,
    CAL_ACC0_ID: 1310988,
    CAL_GYRO0_ID: 1310988,
    CAL_MAG0_ID: 197388,
    CBRK_FLIGHTTERM: 0,
    COM_ARM_WO_GPS: 1,
    COM_DL_LOSS_T: 10,
    COM_DLL_EXCEPT: 0,
    COM_LOW_BAT_ACT: 2,
    COM_OBL_RC_ACT: 4,
    COM_RC_IN_MODE: 3,
    COM_RCL_EXCEPT: 4,
    GF_ACTION: 5,
    MAV_1_CONFIG: 102,
    MAV_SYS_ID: 1,
    NAV_DLL_ACT: 0,
    RTL_CONE_ANG: 45,
    SER_TEL2_BAUD: 921600,
  },
  real32: {
    BAT1_V_CHARGED: 4.05,
    BAT1_V_EMPTY: 3.6,
    BAT_CRIT_THR: 0.15,
    BAT_EMERGEN_THR: 0.07,
    BAT_LOW_THR: 0.2,
    COM_DISARM_LAND: 2,
    COM_DISARM_PRFLT: 10,
    COM_OF_LOSS_T: 1,
    COM_SPOOLUP_TIME: 1,
    GF_MAX_HOR_DIST: 0,
    GF_MAX_VER_DIST: 150,
    MIS_TAKEOFF_ALT: 2.5,
    MPC_LAND_SPEED: 0.7,
    MPC_THR_HOVER: 0.48,
    MPC_TILTMAX_AIR: 35,
    MPC_TKO_SPEED: 1.5,
    MPC_XY_P: 0.95,
    MPC_XY_VEL_MAX: 5,
    MPC_XY_VEL_P_ACC: 1.8,
    MPC_Z_P: 1,
    MPC_Z_VEL_MAX_DN: 1.5,
    MPC_Z_VEL_MAX_UP: 3,
    MPC_Z_VEL_P_ACC: 4,
    RTL_DESCEND_ALT: 30,
    RTL_RETURN_ALT: 60,
  },
};
