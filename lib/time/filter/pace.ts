/** How soon the next exchange with a time server is wanted. Knows what an estimate is worth; asks nobody itself. */

export type Pace = {
  /** Exchanges that the estimate rests on; 0 when there is none yet. */
  readonly samples: number;
  readonly uncertaintyMs: number | undefined;
  /** Exchanges asked for since the last answer. */
  readonly unanswered: number;
  /** What is certain enough, ms. */
  readonly goalMs?: number;
};

const burst = { samples: 8, everyMs: 50 };
const settlingEveryMs = 250;
const settledSamples = 64;
const steadyEveryMs = 1000;
const calmEveryMs = 4000;
/** Losses in a row that a bad link makes by itself: 5 % lost gives four once in 160,000 exchanges. */
const patience = 4;

/**
 * A burst at the start; then four a second until the clock is certain enough or the window full; then one a second; and
 * one in 4 s when both. A server that does not answer is asked less and less, down to one in 4 s. The caller adds some
 * chance to it, so that a fleet does not ask in step.
 */
export function nextExchangeInMs({ samples, uncertaintyMs, unanswered, goalMs = 2.5 }: Pace): number {
  if (unanswered >= patience)
    return Math.min(calmEveryMs, settlingEveryMs * 2 ** Math.min(16, unanswered - patience));
  if (samples < burst.samples) return burst.everyMs;
  const isCertain = uncertaintyMs !== undefined && uncertaintyMs <= goalMs;
  if (samples < settledSamples) return isCertain ? steadyEveryMs : settlingEveryMs;
  return isCertain ? calmEveryMs : steadyEveryMs;
}
