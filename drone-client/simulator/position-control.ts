/**
 * From where it shall be to how it shall accelerate: position → velocity → acceleration, as multicopters do it.
 * Knows estimates and limits (local ENU), not modes and not the body.
 */
import type { Vec3 } from '../../lib/geo/frames.js';
import { gravityMPerS2 } from './body.js';
import type { Parameters } from './parameters.js';
import { type Tuning, tuningOf } from './tuning.js';

/** Per axis: a position, a velocity (feed-forward when there is a position too), both, or nothing (= stand still). */
export type AxisDemand = { readonly positionM?: number; readonly velocityMPerS?: number };
export type PositionDemand = {
  readonly x: AxisDemand;
  readonly y: AxisDemand;
  readonly z: AxisDemand;
  /** ENU heading; absent = keep. */
  readonly yawRad?: number;
};

/**
 * Fly by attitude: no position is held, the thrust is what is asked. Body angles: roll right side down, pitch nose up,
 * yaw ENU. An angle beats its rate; neither = level, and the heading kept.
 */
export type AttitudeDemand = {
  /** Of the full thrust, 0…1; hovering takes `PositionControl.hoverThrust`. */
  readonly thrust: number;
  readonly rollRad?: number;
  readonly pitchRad?: number;
  readonly yawRad?: number;
  readonly rollRateRadPerS?: number;
  readonly pitchRateRadPerS?: number;
  /** Counter-clockwise from above. */
  readonly yawRateRadPerS?: number;
};

export type Demand = PositionDemand | AttitudeDemand;

/** True for one that flies by attitude. */
export function isAttitude(demand: Demand): demand is AttitudeDemand {
  return 'thrust' in demand;
}

export class PositionControl {
  #tuning: Tuning;
  /** What holds it against steady wind, m/s². */
  #integralX = 0;
  #integralY = 0;
  #integralZ = 0;

  constructor(parameters: Parameters) {
    this.#tuning = tuningOf(parameters);
    parameters.onChange(() => {
      this.#tuning = tuningOf(parameters);
    });
  }

  get hoverThrust(): number {
    return this.#tuning.hoverThrust;
  }

  get yawRateRadPerS(): number {
    return this.#tuning.yawRateRadPerS;
  }

  get tiltRad(): number {
    return this.#tuning.tiltRad;
  }

  /** Forgets what it learned of the wind; on the ground there is nothing to learn. */
  reset(): void {
    this.#integralX = 0;
    this.#integralY = 0;
    this.#integralZ = 0;
  }

  /** The vertical velocity that a demand asks for, m/s up, within limits. */
  climbRate(demand: AxisDemand, zM: number): number {
    const { gainZ, speedUpMPerS, speedDownMPerS } = this.#tuning;
    return clamp(axisVelocity(demand, zM, gainZ), -speedDownMPerS, speedUpMPerS);
  }

  /** Demanded acceleration, gravity balanced; `now` is the estimate, `dtS` how long it will hold. */
  accelerate(
    demand: PositionDemand,
    now: { readonly positionM: Vec3; readonly velocityMPerS: Vec3 },
    dtS: number,
  ): Vec3 {
    const { positionM, velocityMPerS } = now;
    const tuning = this.#tuning;
    let vx = axisVelocity(demand.x, positionM.x, tuning.gainXy);
    let vy = axisVelocity(demand.y, positionM.y, tuning.gainXy);
    const speedScale = Math.min(1, tuning.speedXyMPerS / Math.max(Math.hypot(vx, vy), 1e-9));
    vx = vx * speedScale - velocityMPerS.x;
    vy = vy * speedScale - velocityMPerS.y;
    const vz = this.climbRate(demand.z, positionM.z) - velocityMPerS.z;
    const ax = vx * tuning.velocityGainXy + this.#integralX;
    const ay = vy * tuning.velocityGainXy + this.#integralY;
    const accel = Math.hypot(ax, ay);
    const accelMax = Math.min(tuning.accelXyMPerS2, gravityMPerS2 * Math.tan(tuning.tiltRad));
    const scale = accel > accelMax ? accelMax / accel : 1;
    const az = vz * tuning.velocityGainZ + this.#integralZ;
    const bounded = clamp(az, -tuning.accelDownMPerS2, tuning.accelUpMPerS2);
    // Saturated it would learn an error that is not the wind's.
    if (scale === 1) this.#integralX += vx * tuning.integralGainXy * dtS;
    if (scale === 1) this.#integralY += vy * tuning.integralGainXy * dtS;
    if (bounded === az) this.#integralZ += vz * tuning.integralGainZ * dtS;
    return { x: ax * scale, y: ay * scale, z: bounded };
  }
}

function axisVelocity(demand: AxisDemand, atM: number, gainPerS: number): number {
  const towards = demand.positionM === undefined ? 0 : (demand.positionM - atM) * gainPerS;
  return towards + (demand.velocityMPerS ?? 0);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
