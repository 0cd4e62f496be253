/** One timer for many simulated autopilots. Knows a clock, not what it drives. */
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';

const defaultPeriodMs = 10;

/** Runs while somebody is in it; everybody is called once a period, with the same time. */
export class SimulatedFleetLoop {
  readonly #clock: Clock;
  readonly #periodMs: number;
  readonly #members = new Set<(nowMs: number) => void>();
  #stop: Cancel | undefined;

  constructor(clock: Clock, periodMs = defaultPeriodMs) {
    this.#clock = clock;
    this.#periodMs = periodMs;
  }

  /** Calls `step` every period until the returned function is called. */
  add(step: (nowMs: number) => void): Cancel {
    const member = (nowMs: number): void => step(nowMs);
    this.#members.add(member);
    this.#stop ??= every(this.#clock, this.#periodMs, () => this.#step());
    return () => this.#remove(member);
  }

  #remove(member: (nowMs: number) => void): void {
    if (!this.#members.delete(member) || this.#members.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #step(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const member of [...this.#members]) member(nowMs);
  }
}
