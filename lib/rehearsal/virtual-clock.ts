/**
 * A clock that stands still until it is told to go to the next timer: the time of a rehearsal. Knows timers; not how the
 * work between two of them comes to its end, which is for whoever drives it.
 */
import type { Cancel, Clock } from '../time/clock.js';
import { TimerQueue } from './timer-queue.js';

/** 2026-01-01 00:00 UTC. */
const defaultUtcMs = Date.UTC(2026, 0, 1);

export class VirtualClock implements Clock {
  readonly #queue = new TimerQueue();
  readonly #utcAtZeroMs: number;
  #nowMs = 0;
  #steps = 0;

  /** `utcAtZeroMs`: UTC when it is made; its monotonic time is 0 then. */
  constructor(utcAtZeroMs: number = defaultUtcMs) {
    this.#utcAtZeroMs = utcAtZeroMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  utcMs(): number {
    return this.#utcAtZeroMs + this.#nowMs;
  }

  after(delayMs: number, fn: () => void): Cancel {
    return this.at(this.#nowMs + delayMs, fn);
  }

  /** Never inside the call, also when the moment is over: then it is the last of those that are due now. */
  at(monotonicMs: number, fn: () => void): Cancel {
    if (Number.isNaN(monotonicMs)) throw new RangeError('a timer was set to no moment at all (NaN)');
    if (monotonicMs === Number.POSITIVE_INFINITY) return () => undefined;
    return this.#queue.add(Math.max(this.#nowMs, monotonicMs), fn);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#queue.size;
  }

  /** How many timers have run. */
  get steps(): number {
    return this.#steps;
  }

  /** When the next timer falls due; undefined when none waits. */
  get nextMs(): number | undefined {
    return this.#queue.nextMs;
  }

  /** Goes to the next timer and runs it; false when none waits. What it throws goes to the caller. */
  step(): boolean {
    const atMs = this.#queue.nextMs;
    if (atMs === undefined) return false;
    this.#nowMs = atMs;
    this.#steps += 1;
    this.#queue.take()?.();
    return true;
  }
}
