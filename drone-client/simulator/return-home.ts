/** A flight home: up, over, down. In the estimator's local ENU frame; knows no parameters and no modes. */
import type { Vec3 } from '../../lib/geo/frames.js';
import { climbAt, holdAt } from './flight-mode.js';
import type { PositionDemand } from './position-control.js';

const reachedHeightM = 0.4;
const reachedHomeM = 0.5;
const reachedHomeMPerS = 0.5;

export class ReturnHome {
  readonly #fromM: Vec3;
  readonly #homeM: Vec3;
  readonly #cruiseZM: number;
  readonly #waitMs: number;
  #phase: 'climb' | 'cruise' | 'wait' | 'land' = 'climb';
  #arrivedMs = 0;

  /** `waitMs`: how long it hovers above home before it lands. */
  constructor(fromM: Vec3, homeM: Vec3, options: { readonly cruiseZM: number; readonly waitMs: number }) {
    this.#fromM = fromM;
    this.#homeM = homeM;
    this.#cruiseZM = Math.max(fromM.z, options.cruiseZM);
    this.#waitMs = options.waitMs;
  }

  /** `sinkMPerS`: how fast to come down where it is now. */
  demand(
    now: { readonly positionM: Vec3; readonly velocityMPerS: Vec3; readonly nowMs: number },
    sinkMPerS: number,
  ): PositionDemand {
    this.#advance(now);
    const { x, y } = this.#homeM;
    if (this.#phase === 'climb') return holdAt({ ...this.#fromM, z: this.#cruiseZM });
    return this.#phase === 'land' ? climbAt({ x, y }, -sinkMPerS) : holdAt({ x, y, z: this.#cruiseZM });
  }

  #advance(now: { readonly positionM: Vec3; readonly velocityMPerS: Vec3; readonly nowMs: number }): void {
    const { positionM, velocityMPerS, nowMs } = now;
    if (this.#phase === 'climb' && positionM.z >= this.#cruiseZM - reachedHeightM) this.#phase = 'cruise';
    const { x, y } = this.#homeM;
    const isThere =
      Math.hypot(positionM.x - x, positionM.y - y) < reachedHomeM &&
      Math.hypot(velocityMPerS.x, velocityMPerS.y) < reachedHomeMPerS;
    if (this.#phase === 'cruise' && isThere) {
      this.#phase = 'wait';
      this.#arrivedMs = nowMs;
    }
    if (this.#phase === 'wait' && nowMs - this.#arrivedMs >= this.#waitMs) this.#phase = 'land';
  }
}
