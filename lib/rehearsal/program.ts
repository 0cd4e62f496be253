/**
 * A running program of a rehearsal as its computer sees it: it can hang for a while and die at any moment, and nothing
 * that it has left behind does anything then. Knows a clock; not what the program does.
 */
import type { Cancel, Clock } from '../time/clock.js';

/** Whatever reaches a program goes through this: at once, later when it hangs, never when it is dead. */
export type Reach = (work: () => void) => void;

/** The clock that the program is to go by: its computer's, whose timers it hears while it lives. */
export class Program implements Clock {
  readonly #clock: Clock;
  #waiting: (() => void)[] | undefined;
  #isDead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  utcMs(): number {
    return this.#clock.utcMs();
  }

  after(delayMs: number, fn: () => void): Cancel {
    return this.at(this.#clock.monotonicMs() + delayMs, fn);
  }

  at(monotonicMs: number, fn: () => void): Cancel {
    let isCancelled = false;
    const cancel = this.#clock.at(monotonicMs, () => this.reach(() => !isCancelled && fn()));
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  readonly reach: Reach = (work) => {
    if (this.#isDead) return;
    if (this.#waiting) this.#waiting.push(work);
    else work();
  };

  /** It does nothing more until the returned function is called; then all that came meanwhile, in its order. */
  hang(): () => void {
    const waiting = this.#waiting ?? [];
    this.#waiting = waiting;
    return () => {
      if (this.#waiting !== waiting) return;
      this.#waiting = undefined;
      for (const work of waiting) this.reach(work);
    };
  }

  /** It is gone from this moment on, whatever it was doing. */
  die(): void {
    this.#isDead = true;
    this.#waiting = undefined;
  }
}
