/** Leads the commanded point onto a target without ever teleporting it. Knows no plan and no vehicle. */
import { distance, type Vec3 } from '../../lib/geo/frames.js';
import type { Setpoint } from '../vehicle/vehicle.js';

const zero: Vec3 = { x: 0, y: 0, z: 0 };

/** A target that moves faster than this has jumped, m/s; and by how much it may be off beyond that, m. */
const jumpSpeedMPerS = 15;
const jumpM = 0.3;

/** After a longer silence the drone is where it was: whatever the target did meanwhile is a jump, s. */
const silenceS = 0.5;

/** Of the time between two setpoints no more than this counts for the way between them, s. */
const maxElapsedS = 0.2;

/** How fast a jump is made good, m/s on top of the target's own speed. */
const catchUpMPerS = 1;

/** A point to stand still at, with the heading kept. */
export function holdAt(positionM: Vec3): Setpoint {
  return { positionM, velocityMPerS: zero, yawRad: Number.NaN };
}

/**
 * Gives the target plus an offset that shrinks at a limited speed. Without an offset the target is given unchanged.
 * All in the vehicle's local frame, ENU; times monotonic ms.
 */
export class SetpointGuide {
  #last: Setpoint | undefined;
  #lastMs = 0;
  #offsetM: Vec3 = zero;
  #speedMPerS = catchUpMPerS;

  /** What was given last. */
  get last(): Setpoint | undefined {
    return this.#last;
  }

  /** Sets the point from which the next target is approached. */
  reset(setpoint: Setpoint, nowMs: number): Setpoint {
    this.#offsetM = zero;
    return this.#keep(setpoint, nowMs);
  }

  forget(): void {
    this.#last = undefined;
    this.#offsetM = zero;
  }

  /** From now on the target is approached from the last point at this speed, m/s relative to the target. */
  approach(target: Setpoint, speedMPerS: number): void {
    if (this.#last) this.#offsetM = subtract(this.#last.positionM, target.positionM);
    this.#speedMPerS = speedMPerS;
  }

  /** The point to command now; on the way to the target never below `floorZM`. */
  next(target: Setpoint, nowMs: number, floorZM = Number.NEGATIVE_INFINITY): Setpoint {
    const elapsedS = this.#last ? Math.max(0, nowMs - this.#lastMs) / 1000 : 0;
    this.#noticeJump(target, elapsedS);
    const lengthM = distance(this.#offsetM, zero);
    const leftM = Math.max(0, lengthM - this.#speedMPerS * Math.min(elapsedS, maxElapsedS));
    if (leftM === 0) return this.reset(target, nowMs);
    const velocity = add(target.velocityMPerS, scale(this.#offsetM, -this.#speedMPerS / lengthM));
    this.#offsetM = scale(this.#offsetM, leftM / lengthM);
    const guided = add(target.positionM, this.#offsetM);
    const positionM = { ...guided, z: Math.max(guided.z, floorZM) };
    return this.#keep({ positionM, velocityMPerS: velocity, yawRad: target.yawRad }, nowMs);
  }

  #noticeJump(target: Setpoint, elapsedS: number): void {
    if (!this.#last) return;
    const steppedM = distance(add(target.positionM, this.#offsetM), this.#last.positionM);
    const movingS = elapsedS > silenceS ? 0 : elapsedS;
    if (steppedM > jumpM + jumpSpeedMPerS * movingS) this.approach(target, catchUpMPerS);
  }

  #keep(setpoint: Setpoint, nowMs: number): Setpoint {
    this.#last = setpoint;
    this.#lastMs = nowMs;
    return setpoint;
  }
}

function add(a: Vec3, b: Vec3): Vec3 {
  return { x: a.x + b.x, y: a.y + b.y, z: a.z + b.z };
}

function subtract(a: Vec3, b: Vec3): Vec3 {
  return { x: a.x - b.x, y: a.y - b.y, z: a.z - b.z };
}

function scale(a: Vec3, factor: number): Vec3 {
  return { x: a.x * factor, y: a.y * factor, z: a.z * factor };
}
