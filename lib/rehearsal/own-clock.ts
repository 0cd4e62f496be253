/** The clock of one computer in a rehearsal: with a zero, an error and a drift of its own. Knows the true clock beneath. */
import type { Cancel, Clock } from '../time/clock.js';

export type OwnClockOptions = {
  /** The true time. */
  readonly clock: Clock;
  /** What its monotonic clock says now, ms. */
  readonly uptimeMs: number;
  /** Its UTC minus the true one now, ms. */
  readonly utcErrorMs: number;
  /** How much it gains, millionths. */
  readonly driftPpm: number;
};

/**
 * A timer must not fall due before its moment by the clock that it was set on, however both are rounded, ms: else whoever
 * looks whether it is time finds that it is not yet, for ever.
 */
const roundingMs = 1e-6;

export class OwnClock implements Clock {
  readonly #clock: Clock;
  readonly #madeMs: number;
  readonly #uptimeMs: number;
  readonly #rate: number;
  #utcMinusMonotonicMs: number;

  constructor({ clock, uptimeMs, utcErrorMs, driftPpm }: OwnClockOptions) {
    this.#clock = clock;
    this.#madeMs = clock.monotonicMs();
    this.#uptimeMs = uptimeMs;
    this.#rate = 1 + driftPpm / 1e6;
    this.#utcMinusMonotonicMs = clock.utcMs() + utcErrorMs - uptimeMs;
  }

  monotonicMs(): number {
    return this.#uptimeMs + (this.#clock.monotonicMs() - this.#madeMs) * this.#rate;
  }

  utcMs(): number {
    return this.monotonicMs() + this.#utcMinusMonotonicMs;
  }

  /** Its UTC minus the true one now, ms: what a drone that had no server would be wrong by. */
  get utcErrorMs(): number {
    return this.utcMs() - this.#clock.utcMs();
  }

  /** Somebody sets this computer's UTC. */
  stepUtc(byMs: number): void {
    this.#utcMinusMonotonicMs += byMs;
  }

  after(delayMs: number, fn: () => void): Cancel {
    const trueMs = delayMs / this.#rate;
    return this.#clock.after(delayMs > 0 ? trueMs + roundingMs : trueMs, fn);
  }

  at(monotonicMs: number, fn: () => void): Cancel {
    return this.after(monotonicMs - this.monotonicMs(), fn);
  }
}
