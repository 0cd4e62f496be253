/** A vertical climb (or descent) from the last commanded point at a limited speed. Knows no vehicle and no show. */
import { distance } from '../../lib/geo/frames.js';
import type { Setpoint } from '../vehicle/vehicle.js';
import { holdAt, type SetpointGuide } from './setpoint-guide.js';

/** Where it ends: this much above where it begins, or at a height of the local frame, m. */
export type ClimbOrder = { readonly aboveM: number } | { readonly toZM: number };

/** Why it is not climbed; undefined when it may be, and where the ground is not known: then it is not launched. */
export function climbObstacle(
  order: ClimbOrder,
  { fromZM, groundZM }: { readonly fromZM: number | undefined; readonly groundZM: number | undefined },
): string | undefined {
  if (fromZM === undefined || groundZM === undefined) return undefined;
  const toZM = climbEndZM(order, fromZM);
  if (toZM > groundZM) return undefined;
  return `it leads to ${toZM.toFixed(1)} m, into the ground at ${groundZM.toFixed(1)} m: give a greater height`;
}

function climbEndZM(order: ClimbOrder, fromZM: number): number {
  return 'toZM' in order ? order.toZM : fromZM + order.aboveM;
}

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
    this.#target ??= holdAt({ ...last.positionM, z: climbEndZM(order, last.positionM.z) });
    if (!this.#isMoving) guide.approach(this.#target, speedMPerS);
    this.#isMoving = true;
    return guide.next(this.#target, nowMs);
  }
}
