/** A clock that is wrong: another UTC than the machine's, and a crystal that runs fast or slow. Knows no drone. */
import type { Cancel, Clock } from '../../lib/time/clock.js';

export type ClockSkew = {
  /** Its UTC minus the machine's when it is made, ms. */
  readonly offsetMs: number;
  /** How much faster it runs than the machine's, parts in a million: its UTC, its monotonic time and its timers. */
  readonly driftPpm: number;
};

/** What every reading of `base` would be on another computer; `base` stays the truth. */
export class SkewedClock implements Clock {
  readonly #base: Clock;
  readonly #offsetMs: number;
  readonly #rate: number;
  readonly #madeMs: number;

  constructor(base: Clock, { offsetMs, driftPpm }: ClockSkew) {
    this.#base = base;
    this.#offsetMs = offsetMs;
    this.#rate = 1 + driftPpm / 1e6;
    this.#madeMs = base.monotonicMs();
  }

  monotonicMs(): number {
    return this.#base.monotonicMs() * this.#rate;
  }

  utcMs(): number {
    const sinceMs = this.#base.monotonicMs() - this.#madeMs;
    return this.#base.utcMs() + this.#offsetMs + sinceMs * (this.#rate - 1);
  }

  after(delayMs: number, fn: () => void): Cancel {
    return this.#base.after(delayMs / this.#rate, fn);
  }

  at(monotonicMs: number, fn: () => void): Cancel {
    return this.#base.at(monotonicMs / this.#rate, fn);
  }
}
