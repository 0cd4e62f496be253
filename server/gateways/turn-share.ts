/**
 * The visitors' share of the server's time. All visitors together may ask more than any machine can answer: when they have
 * had their share of a turn of the event loop, drones and operators come first. Knows the time alone.
 */
import type { Cancel, Clock } from '../../lib/time/clock.js';

/** What visitors may take of a turn, ms: what an operator orders passes through a dozen turns. */
const defaultShareMs = 10;

/** How long a visitor waits that comes after that, ms. */
const waitMs = 2;

export class TurnShare {
  readonly #clock: Clock;
  readonly #shareMs: number;
  #sinceMs: number | undefined;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, shareMs = defaultShareMs) {
    this.#clock = clock;
    this.#shareMs = shareMs;
  }

  /** How long to wait before a visitor's question at `nowMs` (monotonic), ms; 0: it can be dealt with. */
  waitMs(nowMs: number): number {
    if (this.#sinceMs === undefined) {
      this.#sinceMs = nowMs;
      this.#cancel = this.#clock.after(0, () => {
        this.#sinceMs = undefined;
      });
    }
    return nowMs - this.#sinceMs < this.#shareMs ? 0 : waitMs;
  }

  close(): void {
    this.#cancel?.();
  }
}
