/** A clock whose UTC can be held: then it goes on by the monotonic clock, whatever somebody does to the computer's. */
import type { Cancel, Clock } from './clock.js';

/**
 * UTC follows the clock beneath, and is held while `isHeld` says so: who goes by it in a show is moved by no step of the
 * computer's clock. Once it is free again it is the computer's own, at once.
 */
export class SteadyClock implements Clock {
  readonly #clock: Clock;
  readonly #isHeld: () => boolean;
  #utcMinusMonotonicMs: number;

  constructor(clock: Clock, isHeld: () => boolean) {
    this.#clock = clock;
    this.#isHeld = isHeld;
    this.#utcMinusMonotonicMs = clock.utcMs() - clock.monotonicMs();
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  utcMs(): number {
    const monotonicMs = this.#clock.monotonicMs();
    if (!this.#isHeld()) this.#utcMinusMonotonicMs = this.#clock.utcMs() - monotonicMs;
    return monotonicMs + this.#utcMinusMonotonicMs;
  }

  after(delayMs: number, fn: () => void): Cancel {
    return this.#clock.after(delayMs, fn);
  }

  at(monotonicMs: number, fn: () => void): Cancel {
    return this.#clock.at(monotonicMs, fn);
  }
}
