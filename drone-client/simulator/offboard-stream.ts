/** The setpoints that come from outside: the latest, how fresh it is, how long they have flowed. Knows no modes. */
import type { Demand } from './position-control.js';

/** Slower than this is no stream. Source: PX4, minimum 2 Hz. */
const maxGapMs = 500;

export class OffboardStream {
  #demand: Demand | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #sinceMs = Number.NEGATIVE_INFINITY;

  /** The latest setpoint; undefined when none came, or since `forget`. */
  get demand(): Demand | undefined {
    return this.#demand;
  }

  /** How long ago the last setpoint came. */
  silenceMs(nowMs: number): number {
    return nowMs - this.#lastMs;
  }

  /** How long setpoints have come without a gap; 0 when they do not. */
  flowingMs(nowMs: number): number {
    return this.silenceMs(nowMs) > maxGapMs ? 0 : nowMs - this.#sinceMs;
  }

  /** A setpoint came. */
  take(demand: Demand, nowMs: number): void {
    if (this.silenceMs(nowMs) > maxGapMs) this.#sinceMs = nowMs;
    this.#lastMs = nowMs;
    this.#demand = demand;
  }

  /** What came so far is void. */
  forget(): void {
    this.#demand = undefined;
    this.#lastMs = Number.NEGATIVE_INFINITY;
    this.#sinceMs = Number.NEGATIVE_INFINITY;
  }
}
