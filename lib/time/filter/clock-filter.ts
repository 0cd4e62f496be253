/** Makes a server's clock out of exchanges with it. Knows stamps and the moment asked about; no clock, no network. */
import { type ClockFit, leastSamples } from './clock-fit.js';
import {
  type ClockEstimate,
  type ClockSample,
  delayOf,
  faultOf,
  offsetOf,
  type SampleVerdict,
} from './clock-sample.js';
import { Doubt } from './doubt.js';
import { agedRate, type Rate, unknownRate } from './oscillator.js';
import { type PathTrust, type Prediction, predict } from './prediction.js';
import { agreeOnOffset, confirmations, StepWatch, spanOf } from './step-watch.js';
import { fitStraight } from './straight-fit.js';

export type ClockFilterOptions = {
  /** By how much one way may be slower than the other for good, ms; half of it is in every uncertainty. */
  readonly asymmetryMs?: number;
  /** How coarse the stamps of either side are, ms; all of it is in every uncertainty. */
  readonly resolutionMs?: number;
  /** Silence after which the estimate is called a holdover, ms; longer than the longest interval between exchanges. */
  readonly holdoverAfterMs?: number;
};

/** Exchanges that count: the newest ones, and none older than this. */
const windowSamples = 64;
const windowMs = 300_000;
/** Two and a half of the longest intervals in which our own servers are asked. */
const defaultHoldoverAfterMs = 10_000;
/** An exchange contradicts the estimate beyond so many σ: the tails are long, and what is right must not be put aside. */
const contradictionSigmas = 8;
/** An exchange that took so many times the least round trip's chance error longer tells next to nothing. */
const delayedSigmas = 50;
/** While the window is younger, each exchange is weighed with all before it; later every eighth time is enough. */
const eagerSamples = 16;
const weighEvery = 8;
/** More put aside than this without a step confirmed: the estimate itself is in doubt. */
const muchPutAside = 4;

/**
 * The estimate follows the newest exchanges that fit together; a single wild one is never followed, and a step of the
 * server's clock when five have confirmed it: until it is decided who is right, the estimate is as uncertain as they
 * differ. A clock that is slewed is followed by fewer exchanges. Before four fit together there is no estimate.
 */
export class ClockFilter {
  readonly #trust: PathTrust;
  readonly #holdoverAfterMs: number;
  readonly #steps = new StepWatch();
  readonly #doubt = new Doubt();
  #window: ClockSample[] = [];
  #prior: Rate = unknownRate;
  /** What was known before a silence longer than the window; counts until the window knows better. */
  #held: ClockFit | undefined;
  /** What exchanges are judged by, and how many were taken since it was made. */
  #judge: ClockFit | undefined;
  #sinceJudge = 0;
  #fresh: ClockFit | undefined;
  /** Exchanges put aside; ten taken ones make up for one. */
  #putAside = 0;
  #newestMs = Number.NEGATIVE_INFINITY;

  /** @throws RangeError on an option that is negative or no number. */
  constructor(options: ClockFilterOptions = {}) {
    const { asymmetryMs = 2, resolutionMs = 0.01, holdoverAfterMs = defaultHoldoverAfterMs } = options;
    for (const [name, value] of Object.entries({ asymmetryMs, resolutionMs, holdoverAfterMs }))
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
        throw new RangeError(`clock filter: ${name} must be 0 ms or more, not ${value}`);
    this.#holdoverAfterMs = holdoverAfterMs;
    // Where nothing is known of how coarse stamps are, they are not finer than a floating-point UTC in ms.
    this.#trust = { asymmetryMs, resolutionMs: Math.max(resolutionMs, 0.001) };
  }

  /** Takes one exchange; they may come in any order. */
  add(sample: ClockSample): SampleVerdict {
    const fault = faultOf(sample, this.#trust.resolutionMs) ?? this.#staleness(sample);
    if (fault !== undefined) return { kind: 'refused', reason: fault };
    this.#forgetOld(sample.receivedMs);
    const judged = this.#judgement(sample.receivedMs);
    const contradiction = this.#contradiction(sample, judged);
    if (contradiction !== undefined) return this.#put(sample, contradiction, judged);
    const isDecided = this.#steps.relieve(sample, judged?.fit.leastDelayMs ?? 0);
    this.#doubt.reassure(isDecided, sample.receivedMs);
    this.#putAside = Math.max(0, this.#putAside - 0.1);
    this.#take([sample]);
    if (!judged) return { kind: 'taken' };
    const slowMs = delayOf(sample) - judged.fit.leastDelayMs;
    const { sigmaMs, allowanceMs } = judged.prediction;
    return { kind: slowMs > delayedSigmas * (sigmaMs + allowanceMs) ? 'delayed' : 'taken' };
  }

  /** The server's clock at `nowMs` on the own monotonic clock; undefined until four exchanges fit together. */
  estimate(nowMs: number): ClockEstimate | undefined {
    this.#fresh ??= this.#fit();
    const best = this.#better(this.#fresh, nowMs);
    if (!best) return undefined;
    const { offsetMs, uncertaintyMs } = best.prediction;
    const sinceMs = nowMs - this.#newestMs;
    return {
      offsetMs,
      uncertaintyMs: uncertaintyMs + this.#doubt.widthMs(nowMs),
      isDoubted: this.#doubt.isRaised || best.fit.isCrooked === true,
      assumption: `both ways are equally fast within ${this.#trust.asymmetryMs} ms but for their jitter`,
      driftPpm: best.fit.rate * 1e6,
      sinceMs,
      isHoldover: sinceMs > this.#holdoverAfterMs,
      samples: best.fit.samples,
    };
  }

  #staleness({ sentMs, receivedMs, serverReceivedMs }: ClockSample): string | undefined {
    if (receivedMs < this.#newestMs - windowMs)
      return `older than the newest by more than ${windowMs / 1000} s`;
    const isKnown = [...this.#window, ...this.#steps.suspects].some(
      (known) => known.sentMs === sentMs && known.serverReceivedMs === serverReceivedMs,
    );
    return isKnown ? 'the same exchange again' : undefined;
  }

  #forgetOld(nowMs: number): void {
    if (this.#window.length === 0 || (this.#window[0]?.receivedMs ?? nowMs) >= nowMs - windowMs) return;
    const kept = this.#window.filter(({ receivedMs }) => receivedMs >= nowMs - windowMs);
    if (kept.length < leastSamples) this.#hold(nowMs);
    this.#window = kept;
    this.#changed();
  }

  /** Before exchanges are dropped so that no line can be fitted: keeps the last one, and what it says of the rate. */
  #hold(nowMs: number): void {
    const best = this.#better(this.#fit(), nowMs);
    if (!best) return;
    this.#held = best.fit;
    this.#prior = agedRate({ mean: best.fit.rate, variance: best.fit.rateVariance }, nowMs - best.fit.atMs);
  }

  #judgement(nowMs: number): Known | undefined {
    const isDue = this.#window.length < eagerSamples || this.#sinceJudge >= weighEvery;
    if (!this.#judge || isDue) {
      this.#judge = this.#fit();
      this.#sinceJudge = 0;
    }
    return this.#better(this.#judge, nowMs);
  }

  /** By how much an exchange is off, ms; undefined when it fits what is known, or nothing is. */
  #contradiction(sample: ClockSample, judged: Known | undefined): number | undefined {
    if (!judged) {
      const fits = agreeOnOffset([...this.#window, sample], 0);
      return fits ? undefined : offsetOf(sample) - offsetOf(this.#window[0] ?? sample);
    }
    const { offsetMs: predictedMs, sigmaMs, allowanceMs } = judged.prediction;
    // A judge that is young, or puts much aside, may be wrong about the least delay: then only physics counts.
    const isSure = judged.fit.samples >= eagerSamples && this.#putAside <= muchPutAside;
    const { offsetMs, halfMs } = spanOf(sample, isSure ? judged.fit.leastDelayMs : 0);
    const offMs = offsetMs - predictedMs;
    return Math.abs(offMs) > halfMs + allowanceMs + contradictionSigmas * sigmaMs ? offMs : undefined;
  }

  /** An exchange that does not fit: what is said of it, and the step when it is the last one needed. */
  #put(sample: ClockSample, offMs: number, judged: Known | undefined): SampleVerdict {
    this.#putAside += 1;
    const { halfMs } = spanOf(sample, judged?.fit.leastDelayMs ?? 0);
    this.#doubt.raise(Math.abs(offMs) + halfMs, sample.sentMs);
    const agreeing = this.#steps.suspect(sample, judged?.fit.leastDelayMs ?? 0);
    const off = `${Math.abs(offMs).toFixed(1)} ms ${offMs > 0 ? 'ahead of' : 'behind'} where it was`;
    if (agreeing < 2)
      return { kind: 'outlier', reason: `one exchange has the server's clock ${off}: put aside` };
    if (agreeing < confirmations)
      return {
        kind: 'step',
        reason: `${agreeing} exchanges have the server's clock ${off}: followed when ${confirmations} agree`,
      };
    this.#follow();
    return {
      kind: 'stepConfirmed',
      reason: `${agreeing} exchanges have the server's clock ${off}: followed; it was set, or the path to it has changed`,
    };
  }

  /** All offsets before the step are void; so is the rate, for whoever sets a clock may be slewing it. */
  #follow(): void {
    this.#prior = { ...unknownRate, isSet: true };
    this.#putAside = 0;
    this.#held = undefined;
    this.#window = [];
    this.#judge = undefined;
    this.#take(this.#steps.take());
    this.#doubt.follow(this.#newestMs);
  }

  #take(samples: readonly ClockSample[]): void {
    this.#window.push(...samples);
    if (this.#window.length > windowSamples) this.#window = this.#window.slice(-windowSamples);
    this.#newestMs = Math.max(this.#newestMs, ...samples.map(({ receivedMs }) => receivedMs));
    this.#sinceJudge += samples.length;
    this.#fresh = undefined;
    this.#settle();
  }

  /** A full window knows how fast the clock that was set goes now. */
  #settle(): void {
    const rate = this.#prior.isSet && this.#window.length === windowSamples ? this.#fit()?.rate : undefined;
    if (rate !== undefined) this.#prior = { mean: rate, variance: unknownRate.variance };
  }

  #changed(): void {
    this.#judge = undefined;
    this.#fresh = undefined;
  }

  #fit(): ClockFit | undefined {
    return fitStraight(this.#window, this.#prior, this.#trust);
  }

  /** The better known of the window's line and the held one. */
  #better(fit: ClockFit | undefined, nowMs: number): Known | undefined {
    const known = [fit, this.#held]
      .filter((line) => line !== undefined)
      .map((line) => ({ fit: line, prediction: predict(line, nowMs, this.#trust) }));
    return known.sort((a, b) => a.prediction.uncertaintyMs - b.prediction.uncertaintyMs)[0];
  }
}

type Known = { readonly fit: ClockFit; readonly prediction: Prediction };
