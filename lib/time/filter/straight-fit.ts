/** The line through as many of the newest exchanges as lie on one. Knows lines; no history, no moment asked about. */
import { type ClockFit, fitClock } from './clock-fit.js';
import type { ClockSample } from './clock-sample.js';
import type { Rate } from './oscillator.js';
import { predict } from './prediction.js';

/** The shortest window that is told from a longer one. */
const shortest = 8;

/** Two lines differ when they are so many σ of the shorter one's apart. */
const differingSigmas = 3;

/** What is within so many σ may be chance, or the beginning of a slew: the uncertainty has it all. */
const hintingSigmas = 2;

/**
 * A clock that is slewed, or whose rate changed, is on no line with what was measured before. The newest 8 exchanges are
 * compared with the newest 16, those with 32 and so on; the longest window is taken that agrees with all shorter ones.
 * Source: Lepskii, On a Problem of Adaptive Estimation in Gaussian White Noise (Theory Probab. Appl. 35, 1991).
 */
export function fitStraight(
  samples: readonly ClockSample[],
  priorRate: Rate,
  resolutionMs: number,
): ClockFit | undefined {
  const nowMs = samples.at(-1)?.receivedMs ?? 0;
  const at = (fit: ClockFit) => predict(fit, nowMs, { asymmetryMs: 0, resolutionMs });
  const shorter: ClockFit[] = [];
  for (let count = Math.min(shortest, samples.length); ; count = Math.min(2 * count, samples.length)) {
    const fit = fitClock(samples.slice(-count), priorRate, resolutionMs);
    const known = shorter.at(-1);
    if (!fit) return known;
    const offMs = (line: ClockFit) => Math.abs(at(fit).offsetMs - at(line).offsetMs);
    // All of the newest may have been held up on one way: then they do not contradict.
    const heldUpMs = (line: ClockFit) => Math.max(0, line.shortestMs - fit.shortestMs) / 2;
    const differingMs = (line: ClockFit) =>
      Math.max(offMs(line) - heldUpMs(line), Math.min(offMs(line), hintingSigmas * at(line).sigmaMs));
    const agrees = (line: ClockFit) =>
      offMs(line) <= differingSigmas * at(line).sigmaMs + heldUpMs(line) + resolutionMs;
    const isStraight = fit.misfitMs <= resolutionMs && shorter.every(agrees);
    if (known && !isStraight) return { ...known, differingMs: offMs(known), isCrooked: true };
    if (count === samples.length) return { ...fit, differingMs: Math.max(0, ...shorter.map(differingMs)) };
    shorter.push(fit);
  }
}
