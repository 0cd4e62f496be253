/** The controller's gains and limits as the parameters of either autopilot have them. Knows parameter names alone. */
import type { Parameters } from './parameters.js';

export type Tuning = {
  readonly gainXy: number;
  readonly gainZ: number;
  readonly velocityGainXy: number;
  readonly velocityGainZ: number;
  readonly integralGainXy: number;
  readonly integralGainZ: number;
  readonly speedXyMPerS: number;
  readonly speedUpMPerS: number;
  readonly speedDownMPerS: number;
  readonly accelXyMPerS2: number;
  readonly accelUpMPerS2: number;
  readonly accelDownMPerS2: number;
  readonly tiltRad: number;
  /** Of the full thrust, what hovering takes. */
  readonly hoverThrust: number;
  readonly yawRateRadPerS: number;
};

const radPerDeg = Math.PI / 180;

/** PX4's names when the table has them, ArduPilot's otherwise; what neither table has is as their defaults say. */
export function tuningOf(parameters: Parameters): Tuning {
  return parameters.find('MPC_XY_P') ? px4Tuning(parameters) : ardupilotTuning(parameters);
}

/** The value of a parameter, or `otherwise` when the table has no such one. */
export function parameterOr(parameters: Parameters, id: string, otherwise: number): number {
  return parameters.find(id) ? parameters.number(id) : otherwise;
}

/** Source: PX4 parameter reference, MPC_* defaults; MPC_THR_HOVER as a show drone flies, 0.45…0.5. */
function px4Tuning(parameters: Parameters): Tuning {
  const value = (id: string, otherwise: number): number => parameterOr(parameters, id, otherwise);
  return {
    gainXy: value('MPC_XY_P', 0.95),
    gainZ: value('MPC_Z_P', 1),
    velocityGainXy: value('MPC_XY_VEL_P_ACC', 1.8),
    velocityGainZ: value('MPC_Z_VEL_P_ACC', 4),
    integralGainXy: value('MPC_XY_VEL_I_ACC', 0.4),
    integralGainZ: value('MPC_Z_VEL_I_ACC', 2),
    speedXyMPerS: value('MPC_XY_VEL_MAX', 12),
    speedUpMPerS: value('MPC_Z_VEL_MAX_UP', 3),
    speedDownMPerS: value('MPC_Z_VEL_MAX_DN', 1.5),
    accelXyMPerS2: value('MPC_ACC_HOR_MAX', 5),
    accelUpMPerS2: value('MPC_ACC_UP_MAX', 4),
    accelDownMPerS2: value('MPC_ACC_DOWN_MAX', 3),
    tiltRad: value('MPC_TILTMAX_AIR', 35) * radPerDeg,
    hoverThrust: value('MPC_THR_HOVER', 0.48),
    yawRateRadPerS: value('MPC_YAWRAUTO_MAX', 45) * radPerDeg,
  };
}

/** Source: ArduPilot Copter parameter reference: WPNAV_*, PSC_* (cm and centidegrees), MOT_THST_HOVER, ATC_SLEW_YAW. */
function ardupilotTuning(parameters: Parameters): Tuning {
  const value = (id: string, otherwise: number): number => parameterOr(parameters, id, otherwise);
  const accelZMPerS2 = value('WPNAV_ACCEL_Z', 100) / 100;
  return {
    gainXy: value('PSC_POSXY_P', 1),
    gainZ: value('PSC_POSZ_P', 1),
    velocityGainXy: value('PSC_VELXY_P', 2),
    velocityGainZ: value('PSC_VELZ_P', 5),
    integralGainXy: 0.4,
    integralGainZ: 2,
    speedXyMPerS: value('WPNAV_SPEED', 1000) / 100,
    speedUpMPerS: value('WPNAV_SPEED_UP', 250) / 100,
    speedDownMPerS: value('WPNAV_SPEED_DN', 150) / 100,
    accelXyMPerS2: value('WPNAV_ACCEL', 250) / 100,
    accelUpMPerS2: Math.max(2, accelZMPerS2),
    accelDownMPerS2: Math.max(2, accelZMPerS2),
    tiltRad: (value('ANGLE_MAX', 3000) / 100) * radPerDeg,
    hoverThrust: value('MOT_THST_HOVER', 0.48),
    yawRateRadPerS: (value('ATC_SLEW_YAW', 6000) / 100) * radPerDeg,
  };
}
