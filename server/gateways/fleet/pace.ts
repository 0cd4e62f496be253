/** How often visitors may have a thing done, whoever asks: hundreds of them are one. Knows the time and names alone. */
import type { Clock } from '../../../lib/time/clock.js';

/** A thing is not done again sooner than this, ms. */
const paceMs = 500;

export class Pace {
  readonly #clock: Clock;
  readonly #doneMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** 0, and it counts as done now; or in how many ms it may be, whole ones. */
  take(name: string): number {
    const nowMs = this.#clock.monotonicMs();
    const leftMs = (this.#doneMs.get(name) ?? Number.NEGATIVE_INFINITY) + paceMs - nowMs;
    if (leftMs > 0) return Math.ceil(leftMs);
    this.#doneMs.set(name, nowMs);
    return 0;
  }
}
