/** Exchanges that contradict the estimate, kept until enough of them agree with each other. Knows no estimate. */
import { type ClockSample, delayOf, offsetOf } from './clock-sample.js';

/** So many exchanges have to tell the same before they are followed: chance and a single wild server do not. */
export const confirmations = 5;

/** What exchanges that agree may still differ by, ms, and per ms between them (two clocks never drift faster). */
const toleranceMs = 1;
const fastestRate = 500e-6;

/** Where the offset is according to one exchange, if no round trip is shorter than `leastDelayMs`: ± `halfMs`. */
export function spanOf(sample: ClockSample, leastDelayMs: number): { offsetMs: number; halfMs: number } {
  return { offsetMs: offsetOf(sample), halfMs: Math.max(0, delayOf(sample) - leastDelayMs) / 2 };
}

/** Whether all could be of one clock that never stepped. `leastDelayMs` 0 asks for no more than physics does. */
export function agreeOnOffset(samples: readonly ClockSample[], leastDelayMs: number): boolean {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (const sample of samples) {
    const { offsetMs, halfMs } = spanOf(sample, leastDelayMs);
    low = Math.max(low, offsetMs - halfMs);
    high = Math.min(high, offsetMs + halfMs);
  }
  const times = samples.map(({ receivedMs }) => receivedMs);
  const betweenMs = samples.length > 0 ? Math.max(...times) - Math.min(...times) : 0;
  return low - high <= toleranceMs + fastestRate * betweenMs;
}

export class StepWatch {
  #suspects: ClockSample[] = [];

  /** The exchanges that agree so far. */
  get suspects(): readonly ClockSample[] {
    return this.#suspects;
  }

  /** Takes an exchange that contradicts the estimate; how many agree by now, this one included. */
  suspect(sample: ClockSample, leastDelayMs: number): number {
    const agreeing = [...this.#suspects, sample];
    const shortestMs = Math.min(leastDelayMs, ...agreeing.map(delayOf));
    this.#suspects = agreeOnOffset(agreeing, shortestMs) ? agreeing : [sample];
    return this.#suspects.length;
  }

  /**
   * An exchange that fits the estimate: clears those it contradicts. One that was so slow that it fits both does not.
   * Whether none is left.
   */
  relieve(sample: ClockSample, leastDelayMs: number): boolean {
    if (this.#suspects.length > 0 && !agreeOnOffset([...this.#suspects, sample], leastDelayMs))
      this.#suspects = [];
    return this.#suspects.length === 0;
  }

  /** The exchanges that agree; they are forgotten here. */
  take(): readonly ClockSample[] {
    const suspects = this.#suspects;
    this.#suspects = [];
    return suspects;
  }
}
