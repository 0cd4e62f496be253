/** A vertical climb (or descent) from the last commanded point at a limited speed. Knows no vehicle and no show. */
import { distance } from '../../lib/geo/frames.js';
import type { Setpoint } from '../vehicle/vehicle.js';
import { holdAt, type SetpointGuide } from './setpoint-guide.js';

/** Where it ends: this much above where it begins, or at a height of the local frame, m. */
export type ClimbOrder = { readonly aboveM: number } | { readonly toZM: number };

export type ClimbOptions = {
  readonly guide: SetpointGuide;
  readonly order: ClimbOrder;
  readonly speedMPerS: number;
};

/** Begins at the first `setpointAt`; ends in standing still at its target. */
export class Climb {
  readonly #options: ClimbOptions;
  #target: Setpoint | undefined;
  #isMoving = false;

  constructor(options: ClimbOptions) {
    this.#options = options;
  }

  /** Where it leads to; undefined before it began. */
  get target(): Setpoint | undefined {
    return this.#target;
  }

  get isDone(): boolean {
    const { last } = this.#options.guide;
    return (
      this.#isMoving && !!last && !!this.#target && distance(last.positionM, this.#target.positionM) < 1e-6
    );
  }

  /** Stands still until the next `setpointAt`. */
  pause(): void {
    this.#isMoving = false;
  }

  /** Undefined while no point was commanded from which it could begin. */
  setpointAt(nowMs: number): Setpoint | undefined {
    const { guide, order, speedMPerS } = this.#options;
    const { last } = guide;
    if (!last) return undefined;
    this.#target ??= holdAt({
      ...last.positionM,
      z: 'toZM' in order ? order.toZM : last.positionM.z + order.aboveM,
    });
    if (!this.#isMoving) guide.approach(this.#target, speedMPerS);
    this.#isMoving = true;
    return guide.next(this.#target, nowMs);
  }
}
