/** The line through as many of the newest exchanges as lie on one. Knows lines; no history, no moment asked about. */
import { type ClockFit, fitClock } from './clock-fit.js';
import type { ClockSample } from './clock-sample.js';
import type { Rate } from './oscillator.js';
import { type PathTrust, predict } from './prediction.js';

/** The shortest window that is told from a longer one. */
const shortest = 8;

/** Two lines differ when they are so many σ of the shorter one's apart. */
const differingSigmas = 3;

/** What is within so many σ may be chance, or the beginning of a slew: the uncertainty has it all. */
const hintingSigmas = 2;

/** The round trip that all were held up by is known from the shortest ones, which have their own jitter. */
const heldUpMargin = 1.25;

/**
 * A clock that is slewed, or whose rate changed, is on no line with what was measured before. The newest 8 exchanges are
 * compared with the newest 16, those with 32 and so on; the longest window is taken that agrees with all shorter ones,
 * and what it differs from the others by is part of what is not known of it.
 * Source: Lepskii, On a Problem of Adaptive Estimation in Gaussian White Noise (Theory Probab. Appl. 35, 1991).
 */
export function fitStraight(
  samples: readonly ClockSample[],
  priorRate: Rate,
  trust: PathTrust,
): ClockFit | undefined {
  const nowMs = samples.at(-1)?.receivedMs ?? 0;
  const shorter: ClockFit[] = [];
  for (let count = Math.min(shortest, samples.length); ; count = Math.min(2 * count, samples.length)) {
    const fit = fitClock(samples.slice(-count), priorRate, trust.resolutionMs);
    const known = shorter.at(-1);
    if (!fit) return known;
    const apart = shorter.map((line) => compare(line, fit, { nowMs, trust }));
    const isStraight = fit.misfitMs <= trust.resolutionMs && apart.every(({ agrees }) => agrees);
    if (known && !isStraight)
      return { ...atLeast(known, apart.at(-1)?.offMs ?? 0, { nowMs, trust }), isCrooked: true };
    if (count === samples.length)
      return atLeast(fit, Math.max(0, ...apart.map(({ differingMs }) => differingMs)), { nowMs, trust });
    shorter.push(fit);
  }
}

type Moment = { readonly nowMs: number; readonly trust: PathTrust };

/** How far a line is from that through a longer window, and how much of it counts. */
function compare(line: ClockFit, longer: ClockFit, { nowMs, trust }: Moment) {
  const { offsetMs, sigmaMs } = predict(line, nowMs, trust);
  const offMs = Math.abs(predict(longer, nowMs, trust).offsetMs - offsetMs);
  // All of the newest may have been held up on one way: then they do not contradict.
  const heldUpMs = (heldUpMargin * Math.max(0, line.shortestMs - longer.shortestMs)) / 2;
  return {
    offMs,
    agrees: offMs <= differingSigmas * sigmaMs + heldUpMs + trust.resolutionMs,
    differingMs: Math.max(offMs - heldUpMs, Math.min(offMs, hintingSigmas * sigmaMs)),
  };
}

/** The line, not more certain at this moment than ± `widthMs`. */
function atLeast(fit: ClockFit, widthMs: number, { nowMs, trust }: Moment): ClockFit {
  const { uncertaintyMs } = predict(fit, nowMs, trust);
  return { ...fit, misfitMs: fit.misfitMs + Math.max(0, widthMs - uncertaintyMs) };
}
