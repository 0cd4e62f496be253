/** A clock that tests move by hand: timers run in order of their time, monotonic and UTC can be moved apart. */
import type { Cancel, Clock } from '../../lib/time/clock.js';

type Timer = { atMs: number; order: number; fn: () => void };

export class FakeClock implements Clock {
  #monotonicMs = 0;
  #utcMs: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(utcMs = 1_700_000_000_000) {
    this.#utcMs = utcMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  utcMs(): number {
    return this.#utcMs;
  }

  after(delayMs: number, fn: () => void): Cancel {
    const timer = { atMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#order++, fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  at(monotonicMs: number, fn: () => void): Cancel {
    return this.after(monotonicMs - this.#monotonicMs, fn);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Steps UTC alone, as somebody setting the system clock does. */
  stepUtc(byMs: number): void {
    this.#utcMs += byMs;
  }

  /** Moves both clocks forward and runs what falls due, in order; promises settle between timers. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#monotonicMs + byMs;
    await settle();
    for (let timer = this.#next(untilMs); timer; timer = this.#next(untilMs)) {
      this.#moveTo(Math.max(this.#monotonicMs, timer.atMs));
      this.#timers.delete(timer);
      timer.fn();
      await settle();
    }
    this.#moveTo(untilMs);
    await settle();
  }

  #moveTo(monotonicMs: number): void {
    this.#utcMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }

  #next(untilMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.atMs > untilMs) continue;
      if (!first || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.order < first.order))
        first = timer;
    }
    return first;
  }
}

/** Lets every promise that can settle without I/O settle. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
