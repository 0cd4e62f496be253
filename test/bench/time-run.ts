/** A filter that asks a simulated clock at the pace it wants. Knows the truth only to compare with it. */
import { ClockFilter } from '../../lib/time/filter/clock-filter.js';
import type { ClockSample } from '../../lib/time/filter/clock-sample.js';
import { hurries, nextExchangeInMs } from '../../lib/time/filter/pace.js';
import { TokenBucket } from '../../lib/time/ntp/rate-limit.js';
import type { ClockWorld } from '../support/clock-world.js';
import type { Reading } from './time-table.js';

/** A filter, the pace it asks for, and the world it asks. */
export class Run {
  readonly filter = new ClockFilter();
  readonly #world: ClockWorld;
  readonly #hurried = new TokenBucket();
  #unanswered = 0;
  nowMs = 1000;
  /** When the last answer came, or the wait for it ended, and what was known then. */
  askedMs = 0;
  asked: Reading | undefined;

  constructor(world: ClockWorld) {
    this.#world = world;
  }

  /** One exchange, and the wait before the next. */
  exchange(): ClockSample | undefined {
    const sample = this.#world.exchange(this.nowMs);
    this.#unanswered = sample ? 0 : this.#unanswered + 1;
    if (sample) {
      this.filter.add(sample);
      this.nowMs = Math.max(this.nowMs, sample.receivedMs);
    }
    const estimate = this.filter.estimate(this.nowMs);
    this.askedMs = this.nowMs;
    this.asked = this.reading();
    const isDoubted = estimate?.isDoubted ?? false;
    this.nowMs += nextExchangeInMs({
      samples: estimate?.samples ?? 0,
      uncertaintyMs: estimate?.uncertaintyMs,
      unanswered: this.#unanswered,
      isDoubted,
      mayHurry: isDoubted && this.#hurried.take(this.nowMs, hurries),
    });
    return sample;
  }

  reading(): Reading | undefined {
    const estimate = this.filter.estimate(this.nowMs);
    if (!estimate) return undefined;
    const errorMs = estimate.offsetMs - this.#world.trueOffsetMs(this.nowMs);
    return { errorMs, uncertaintyMs: estimate.uncertaintyMs };
  }
}

/** Exchanges until a moment, on the own monotonic clock. */
export function sampleUntil(run: Run, untilMs: number): void {
  while (run.nowMs < untilMs) run.exchange();
}
