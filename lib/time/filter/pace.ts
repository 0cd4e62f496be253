/** How soon the next exchange with a time server is wanted. Knows what an estimate is worth; asks nobody itself. */

export type Pace = {
  /** Exchanges that the estimate rests on; 0 when there is none yet. */
  readonly samples: number;
  readonly uncertaintyMs: number | undefined;
  /** Exchanges asked for since the last answer. */
  readonly unanswered: number;
  /** Of the kiss of death that was the last answer: `RATE`, `DENY` and so on. */
  readonly kissCode?: string | undefined;
  /** The last exchanges contradict the estimate. */
  readonly isDoubted?: boolean;
  /** In doubt it may be asked at once: the asker has not done so too often of late. */
  readonly mayHurry?: boolean;
  /** What is certain enough, ms. */
  readonly goalMs?: number;
};

/** How often it may be hurried: so many times in a row, and so many a second in the long run. Our servers allow for it. */
export const hurries = { burst: 8, perS: 1 };

const burst = { samples: 8, everyMs: 50 };
const settlingEveryMs = 250;
const settledSamples = 64;
const steadyEveryMs = 1000;
const calmEveryMs = 4000;
/** Losses in a row that a bad link makes by itself: 5 % lost gives four once in 160,000 exchanges. */
const patience = 4;

/**
 * A burst at the start; then four a second until the clock is certain enough or the window full; then one a second; and
 * one in 4 s when both. Where an answer contradicts the others it is asked again at once: a good one ends the doubt, and
 * five that agree are followed. A server that does not answer is asked less and less, down to one in 4 s. The caller adds some
 * chance to it, so that a fleet does not ask in step.
 */
export function nextExchangeInMs(pace: Pace): number {
  const { samples, uncertaintyMs, unanswered, goalMs = 2.5 } = pace;
  if (unanswered >= patience)
    return Math.min(calmEveryMs, settlingEveryMs * 2 ** Math.min(16, unanswered - patience));
  if (samples < burst.samples || (pace.isDoubted && pace.mayHurry)) return burst.everyMs;
  if (pace.isDoubted) return settlingEveryMs;
  const isCertain = uncertaintyMs !== undefined && uncertaintyMs <= goalMs;
  if (samples < settledSamples) return isCertain ? steadyEveryMs : settlingEveryMs;
  return isCertain ? calmEveryMs : steadyEveryMs;
}

/** Of foreign servers: as NTP clients begin, then above the least interval of NTP, 16 s, whatever chance takes off. */
const polite = { burst: 8, burstEveryMs: 2000, everyMs: 18_000, atMostMs: 256_000 };

/**
 * For servers that belong to others: eight exchanges 2 s apart, then one in 18 s. One that does not answer is asked less
 * and less, down to one in 256 s; one that sends us away is left alone as long, and for good when it says so (infinite).
 * Source: RFC 5905, section 7.4, for kisses; the least interval is that of its figure 5 (MINPOLL).
 */
export function politeExchangeInMs({ samples, unanswered, kissCode }: Pace): number {
  if (kissCode === 'DENY' || kissCode === 'RSTR') return Number.POSITIVE_INFINITY;
  if (kissCode !== undefined) return polite.atMostMs;
  const leastMs = samples < polite.burst ? polite.burstEveryMs : polite.everyMs;
  return Math.min(polite.atMostMs, Math.max(leastMs, polite.burstEveryMs * 2 ** Math.min(16, unanswered)));
}
