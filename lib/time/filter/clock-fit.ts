/** Offset and rate of a server's clock from a window of exchanges, with their covariance. Knows no steps, no history. */
import { answerOf, type ClockSample, delayOf, offsetOf, requestOf } from './clock-sample.js';
import { OneWay } from './one-way.js';
import { farOffs, logPrior, type Rate, reachOf } from './oscillator.js';

/** A line: the offset at `atMs` and the rate by which it grows, with what is not known of them (one σ, squared). */
export type ClockFit = {
  readonly atMs: number;
  readonly offsetMs: number;
  readonly rate: number;
  readonly varianceMs2: number;
  readonly covarianceMs: number;
  readonly rateVariance: number;
  /** The fastest request and the fastest answer together, ms: no round trip of the window was shorter. */
  readonly leastDelayMs: number;
  /** The shortest round trip of one exchange, ms; whatever the clocks did meanwhile. */
  readonly shortestMs: number;
  /** By how much the exchanges contradict the line, ms; 0 where they are on one. All of it is uncertain. */
  readonly misfitMs: number;
  /** More exchanges are known, but they are not on one line with these. */
  readonly isCrooked?: boolean;
  /** How far the offset is from the middle between those two, ms; never more than half of the least delay. */
  readonly offCentreMs: number;
  readonly samples: number;
};

/** Fewer exchanges say nothing of how far the fastest of them is from the least delay. */
export const leastSamples = 4;

const ratesTried = 17;
const zooms = 3;
/** Rates less likely than the best by e^−12 are not looked at again. */
const unlikely = 12;

/** What times and offsets are counted from. */
type Zero = { readonly baseMs: number; readonly atMs: number; readonly resolutionMs: number };
type Ways = { readonly requests: OneWay; readonly answers: OneWay };
/** What one rate makes of the window: its log weight, the offset at the window's middle. */
type Trial = {
  readonly rate: number;
  readonly logWeight: number;
  readonly offsetMs: number;
  readonly varianceMs2: number;
};

/**
 * A request is never faster than the least delay, nor is an answer: the offset lies between the fastest of both, and the
 * rate is the one at which many of them come near their least. Each direction counts for itself, so that the fastest
 * request and the fastest answer need not be of one exchange: with 64 exchanges of exponential jitter the error is a
 * fraction of what the single best one gives. Rates are tried on a grid that closes in; the result is the mean over it.
 */
export function fitClock(
  samples: readonly ClockSample[],
  priorRate: Rate,
  resolutionMs: number,
): ClockFit | undefined {
  const last = samples.at(-1);
  if (!last || samples.length < leastSamples) return undefined;
  const baseMs = offsetOf(last);
  const atMs = samples.reduce(
    (sum, { sentMs }) => sum + (sentMs - last.sentMs) / samples.length,
    last.sentMs,
  );
  const ways = waysOf(samples, { baseMs, atMs, resolutionMs });
  const line = closeIn(ways, priorRate);
  const { rate, varianceMs2, covarianceMs, rateVariance } = line;
  const known = { rate, varianceMs2, covarianceMs, rateVariance, samples: samples.length };
  const { offsetMs, ...bounds } = withinTrip(ways, line);
  const shortestMs = Math.min(...samples.map(delayOf));
  return { ...known, ...bounds, shortestMs, offsetMs: baseMs + offsetMs, atMs };
}

/** The likely rates: by a grid about the expected one, or about a far one that is likelier, which closes in. */
function closeIn(ways: Ways, priorRate: Rate): Line {
  const near = search(ways, gridOf(priorRate.mean, reachOf(priorRate)), priorRate);
  let best = near.best;
  let line = near;
  for (const off of priorRate.isSet ? farOffs : []) {
    const rate = priorRate.mean + off;
    const { logWeight } = tryRate(ways, rate, priorRate);
    if (logWeight <= best) continue;
    best = logWeight;
    line = search(ways, gridOf(rate, Math.abs(off) / 2), priorRate);
  }
  for (let zoom = 0; zoom < zooms; zoom += 1) line = search(ways, line.closerGrid, priorRate);
  return line;
}

function gridOf(middle: number, reach: number): Grid {
  return { from: middle - reach, step: (2 * reach) / (ratesTried - 1) };
}

/**
 * What is expected below the fastest of few exchanges is a guess by their mean, and one that was held up for long spoils
 * it: no guess may leave the interval in which the fastest request and the fastest answer hold the offset.
 */
function withinTrip({ requests, answers }: Ways, { rate, offsetMs }: { rate: number; offsetMs: number }) {
  const requestMs = requests.floorAt(rate).fastestMs;
  const answerMs = answers.floorAt(rate).fastestMs;
  const leastDelayMs = Math.max(0, requestMs + answerMs);
  const misfitMs = Math.max(0, -(requestMs + answerMs));
  const middleMs = (requestMs - answerMs) / 2;
  const offMs = Math.max(-leastDelayMs / 2, Math.min(leastDelayMs / 2, offsetMs - middleMs));
  return { offsetMs: middleMs + offMs, leastDelayMs, misfitMs, offCentreMs: Math.abs(offMs) };
}

function waysOf(samples: readonly ClockSample[], { baseMs, atMs, resolutionMs }: Zero): Ways {
  const sentMs = samples.map((sample) => sample.sentMs - atMs);
  const receivedMs = samples.map((sample) => sample.receivedMs - atMs);
  const requestsMs = samples.map((sample) => requestOf(sample) - baseMs);
  const answersMs = samples.map((sample) => baseMs - answerOf(sample));
  return {
    requests: new OneWay(1, sentMs, requestsMs, resolutionMs),
    answers: new OneWay(-1, receivedMs, answersMs, resolutionMs),
  };
}

type Line = ReturnType<typeof search>;
type Grid = { readonly from: number; readonly step: number };

/** The mean line over a grid of rates, and the grid of those that are not unlikely. */
function search(ways: Ways, { from, step }: Grid, priorRate: Rate) {
  const trials = Array.from({ length: ratesTried }, (_, i) => tryRate(ways, from + step * i, priorRate));
  const best = Math.max(...trials.map(({ logWeight }) => logWeight));
  const likely = trials.filter(({ logWeight }) => logWeight > best - unlikely);
  const first = (likely[0]?.rate ?? from) - step;
  const last = (likely.at(-1)?.rate ?? from) + step;
  const closerGrid: Grid = { from: first, step: (last - first) / (ratesTried - 1) };
  return { ...moments(likely, best, step), closerGrid, best };
}

function tryRate({ requests, answers }: Ways, rate: number, priorRate: Rate): Trial {
  const there = requests.floorAt(rate);
  const back = answers.floorAt(rate);
  return {
    rate,
    logWeight: there.logLikelihood + back.logLikelihood + logPrior(priorRate, rate),
    offsetMs: (there.fastestMs - there.gapMs - (back.fastestMs - back.gapMs)) / 2,
    varianceMs2: (there.varianceMs2 + back.varianceMs2) / 4,
  };
}

/** Mean line over the trials, and its covariance; `step` is how far apart the rates are. */
function moments(trials: readonly Trial[], best: number, step: number) {
  const weights = trials.map(({ logWeight }) => Math.exp(logWeight - best));
  const total = weights.reduce((a, b) => a + b, 0);
  const mean = (of: (trial: Trial) => number) =>
    trials.reduce((sum, trial, i) => sum + (of(trial) * (weights[i] ?? 0)) / total, 0);
  const rate = mean((trial) => trial.rate);
  const offsetMs = mean((trial) => trial.offsetMs);
  return {
    rate,
    offsetMs,
    varianceMs2: mean((trial) => trial.varianceMs2 + (trial.offsetMs - offsetMs) ** 2),
    covarianceMs: mean((trial) => (trial.offsetMs - offsetMs) * (trial.rate - rate)),
    rateVariance: mean((trial) => (trial.rate - rate) ** 2) + (step * step) / 12,
  };
}
