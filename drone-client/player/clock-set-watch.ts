/** Tells when the server's clock is another one than a start was planned with. Pure: knows moments, no clock. */
import type { ShowFlight } from './show-flight.js';
import { maxSteerMs } from './show-time.js';

/** A clock that stays set for so long was, ms: one wild estimate drops no start. */
const clockSetMs = 300;

export class ClockSetWatch {
  /** Since when it is another one, monotonic ms. */
  #sinceMs: number | undefined;

  /** In the countdown the clock turns out to be another one, for a while now. To be asked at each beat. */
  isSet({ clockOffsetMs, step }: Pick<ShowFlight, 'clockOffsetMs' | 'step'>, nowMs: number): boolean {
    if (step !== undefined || !(Math.abs(clockOffsetMs) > maxSteerMs)) this.#sinceMs = undefined;
    else this.#sinceMs ??= nowMs;
    return this.#sinceMs !== undefined && nowMs - this.#sinceMs >= clockSetMs;
  }
}
