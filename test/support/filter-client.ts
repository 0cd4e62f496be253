/** A filter that asks a simulated world at its own pace, as a drone does. Knows the truth only to compare with it. */
import { ClockFilter } from '../../lib/time/filter/clock-filter.js';
import type { ClockEstimate, ClockSample, SampleVerdict } from '../../lib/time/filter/clock-sample.js';
import { hurries, nextExchangeInMs } from '../../lib/time/filter/pace.js';
import { TokenBucket } from '../../lib/time/ntp/rate-limit.js';
import type { ClockWorld } from './clock-world.js';

export class FilterClient {
  readonly filter = new ClockFilter();
  readonly world: ClockWorld;
  readonly verdicts: SampleVerdict[] = [];
  readonly #hurried = new TokenBucket();
  nowMs = 1000;
  /** When the last answer came, or the wait for it ended. */
  askedMs = 0;
  #unanswered = 0;

  constructor(world: ClockWorld) {
    this.world = world;
  }

  /** So many exchanges, `everyMs` apart or as the filter's pace has it; what the server answers may be changed. */
  ask(count: number, everyMs?: number, change = (sample: ClockSample) => sample): this {
    for (let i = 0; i < count; i += 1) {
      const sample = this.world.exchange(this.nowMs);
      this.#unanswered = sample ? 0 : this.#unanswered + 1;
      if (sample) {
        this.verdicts.push(this.filter.add(change(sample)));
        this.nowMs = Math.max(this.nowMs, sample.receivedMs);
      }
      this.askedMs = this.nowMs;
      this.nowMs += everyMs ?? this.#paceMs();
    }
    return this;
  }

  /** At its own pace until then. */
  askUntil(untilMs: number): this {
    while (this.nowMs < untilMs) this.ask(1);
    return this;
  }

  /** Now: when the next exchange is due. @throws Error before four exchanges fit together. */
  get estimate(): ClockEstimate {
    return this.estimateAt(this.nowMs);
  }

  estimateAt(atMs: number): ClockEstimate {
    const estimate = this.filter.estimate(atMs);
    if (!estimate) throw new Error('the clock is not known yet');
    return estimate;
  }

  get errorMs(): number {
    return this.estimate.offsetMs - this.world.trueOffsetMs(this.nowMs);
  }

  /** By how much the estimate of the last answer is off, and by how much it says it may be. */
  get answered(): { readonly errorMs: number; readonly uncertaintyMs: number } {
    const { offsetMs, uncertaintyMs } = this.estimateAt(this.askedMs);
    return { errorMs: Math.abs(offsetMs - this.world.trueOffsetMs(this.askedMs)), uncertaintyMs };
  }

  kinds(): string[] {
    return this.verdicts.splice(0).map(({ kind }) => kind);
  }

  #paceMs(): number {
    const { samples = 0, uncertaintyMs, isDoubted = false } = this.filter.estimate(this.nowMs) ?? {};
    const mayHurry = isDoubted && this.#hurried.take(this.nowMs, hurries);
    return nextExchangeInMs({ samples, uncertaintyMs, unanswered: this.#unanswered, isDoubted, mayHurry });
  }
}

/** An exchange with a server whose clock is `byMs` further on. */
export function shifted(sample: ClockSample, byMs: number): ClockSample {
  return {
    ...sample,
    serverReceivedMs: sample.serverReceivedMs + byMs,
    serverSentMs: sample.serverSentMs + byMs,
  };
}
