/** What a fitted line says of the offset at another moment. Knows no exchanges. */
import type { ClockFit } from './clock-fit.js';
import { walkVarianceMs2 } from './oscillator.js';

/** How the path is trusted. */
export type PathTrust = {
  /** By how much one way may be slower than the other for good, ms. No exchange can see it. */
  readonly asymmetryMs: number;
  /** How coarse the stamps are, ms. */
  readonly resolutionMs: number;
};

export type Prediction = {
  readonly offsetMs: number;
  /** One σ of what chance does, ms. */
  readonly sigmaMs: number;
  /** What the path and the stamps may do for good, ±, ms. */
  readonly allowanceMs: number;
  /** ± at 95 %, ms. */
  readonly uncertaintyMs: number;
};

/** Half the width of 95 % in σ: 2 for a bell, more for the longer tail of a least delay seen a few times. */
const coverage = 2.5;

/** The line at `nowMs`, with an uncertainty that grows with the way from where it was fitted. */
export function predict(fit: ClockFit, nowMs: number, { asymmetryMs, resolutionMs }: PathTrust): Prediction {
  const ageMs = nowMs - fit.atMs;
  const carriedMs2 = fit.rateVariance * ageMs * ageMs + walkVarianceMs2(ageMs);
  const sigmaMs = Math.sqrt(Math.max(0, fit.varianceMs2 + 2 * fit.covarianceMs * ageMs + carriedMs2));
  const halfTripMs = Math.max(fit.leastDelayMs, fit.shortestMs) / 2;
  const allowanceMs = Math.min(asymmetryMs / 2, halfTripMs) + resolutionMs;
  // Whatever the path does, the offset is not further from the middle of the least round trip than half of that, and what
  // the clocks drift.
  const boundMs = halfTripMs + fit.offCentreMs + resolutionMs + coverage * Math.sqrt(carriedMs2);
  return {
    offsetMs: fit.offsetMs + fit.rate * ageMs,
    sigmaMs,
    allowanceMs,
    uncertaintyMs: Math.min(allowanceMs + coverage * sigmaMs, boundMs) + fit.misfitMs,
  };
}
