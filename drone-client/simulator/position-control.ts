/**
 * From where it shall be to how it shall accelerate: position → velocity → acceleration, as multicopters do it.
 * Knows estimates and limits (local ENU), not modes and not the body.
 */
import type { Vec3 } from '../../lib/geo/frames.js';
import { gravityMPerS2 } from './body.js';
import type { Parameters } from './parameters.js';

/** Per axis: a position, a velocity (feed-forward when there is a position too), both, or nothing (= stand still). */
export type AxisDemand = { readonly positionM?: number; readonly velocityMPerS?: number };
export type Demand = {
  readonly x: AxisDemand;
  readonly y: AxisDemand;
  readonly z: AxisDemand;
  /** ENU heading; absent = keep. */
  readonly yawRad?: number;
};

/** Source: PX4 MPC_ACC_HOR_MAX, MPC_ACC_UP_MAX, MPC_ACC_DOWN_MAX defaults. */
const accelHorizontalMPerS2 = 5;
const accelUpMPerS2 = 4;
const accelDownMPerS2 = 3;

type Tuning = {
  readonly gainXy: number;
  readonly gainZ: number;
  readonly velocityGainXy: number;
  readonly velocityGainZ: number;
  readonly speedXy: number;
  readonly speedUp: number;
  readonly speedDown: number;
  readonly accelXy: number;
};

export class PositionControl {
  #tuning: Tuning;

  constructor(parameters: Parameters) {
    this.#tuning = tuningOf(parameters);
    parameters.onChange(() => {
      this.#tuning = tuningOf(parameters);
    });
  }

  /** The vertical velocity that a demand asks for, m/s up, within limits. */
  climbRate(demand: AxisDemand, zM: number): number {
    const { gainZ, speedUp, speedDown } = this.#tuning;
    return clamp(axisVelocity(demand, zM, gainZ), -speedDown, speedUp);
  }

  /** Demanded acceleration, gravity balanced. */
  accelerate(demand: Demand, positionM: Vec3, velocityMPerS: Vec3): Vec3 {
    const { gainXy, velocityGainXy, velocityGainZ, speedXy, accelXy } = this.#tuning;
    let vx = axisVelocity(demand.x, positionM.x, gainXy);
    let vy = axisVelocity(demand.y, positionM.y, gainXy);
    const speedScale = Math.min(1, speedXy / Math.max(Math.hypot(vx, vy), 1e-9));
    vx *= speedScale;
    vy *= speedScale;
    const ax = (vx - velocityMPerS.x) * velocityGainXy;
    const ay = (vy - velocityMPerS.y) * velocityGainXy;
    const accelScale = Math.min(1, accelXy / Math.max(Math.hypot(ax, ay), 1e-9));
    const az = (this.climbRate(demand.z, positionM.z) - velocityMPerS.z) * velocityGainZ;
    return { x: ax * accelScale, y: ay * accelScale, z: clamp(az, -accelDownMPerS2, accelUpMPerS2) };
  }
}

function tuningOf(parameters: Parameters): Tuning {
  const tiltRad = (parameters.number('MPC_TILTMAX_AIR') * Math.PI) / 180;
  return {
    gainXy: parameters.number('MPC_XY_P'),
    gainZ: parameters.number('MPC_Z_P'),
    velocityGainXy: parameters.number('MPC_XY_VEL_P_ACC'),
    velocityGainZ: parameters.number('MPC_Z_VEL_P_ACC'),
    speedXy: parameters.number('MPC_XY_VEL_MAX'),
    speedUp: parameters.number('MPC_Z_VEL_MAX_UP'),
    speedDown: parameters.number('MPC_Z_VEL_MAX_DN'),
    accelXy: Math.min(accelHorizontalMPerS2, gravityMPerS2 * Math.tan(tiltRad)),
  };
}

function axisVelocity(demand: AxisDemand, atM: number, gainPerS: number): number {
  const towards = demand.positionM === undefined ? 0 : (demand.positionM - atM) * gainPerS;
  return towards + (demand.velocityMPerS ?? 0);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
