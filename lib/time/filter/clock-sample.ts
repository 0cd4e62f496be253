/** One exchange of stamps with a server and what a filter makes of many. Knows numbers only; no clock, no network. */

/**
 * The four stamps of one exchange, ms: the client's on its own monotonic clock, the server's on the server's UTC.
 * Source: RFC 5905, section 8 (T4, T1, T2, T3 in the order written here: received, sent; server received, sent).
 */
export type ClockSample = {
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly serverReceivedMs: number;
  readonly serverSentMs: number;
  /** By how much the server's own clock may be off (±), where it is asked what it says of that. No filter counts it. */
  readonly sourceUncertaintyMs?: number;
};

/**
 * What became of an exchange; `reason` where an operator should know.
 * - `taken`: it counts. `delayed`: it counts, but came so late that it tells next to nothing.
 * - `outlier`: contradicts all others, put aside. `step`: others contradict in the same way, but too few to follow.
 * - `stepConfirmed`: enough agree; the estimate follows them from here. `refused`: the stamps make no sense.
 */
export type SampleVerdict = {
  readonly kind: 'taken' | 'delayed' | 'outlier' | 'step' | 'stepConfirmed' | 'refused';
  readonly reason?: string;
};

export type ClockEstimate = {
  /** (Server's UTC ms) − (own monotonic ms) at the moment asked for. */
  readonly offsetMs: number;
  /** ± at 95 %, under `assumption`. */
  readonly uncertaintyMs: number;
  /** The last exchanges contradict the estimate: `uncertaintyMs` holds by how much. Another exchange is wanted soon. */
  readonly isDoubted: boolean;
  /** What `uncertaintyMs` takes for granted, as text for people. */
  readonly assumption: string;
  /** By how much the server's clock gains on the own one, millionths. */
  readonly driftPpm: number;
  /** Age of the newest exchange that was taken, ms. */
  readonly sinceMs: number;
  /** No exchange was taken for so long that the offset is carried on by the drift alone. */
  readonly isHoldover: boolean;
  /** Exchanges that the estimate rests on. */
  readonly samples: number;
};

/** (Server's UTC) − (own monotonic), ms, right when both ways took equally long. Source: RFC 5905, section 8. */
export function offsetOf(sample: ClockSample): number {
  return (requestOf(sample) + answerOf(sample)) / 2;
}

/** Time on the way, there and back, ms. Source: RFC 5905, section 8. */
export function delayOf({ sentMs, receivedMs, serverReceivedMs, serverSentMs }: ClockSample): number {
  return receivedMs - sentMs - (serverSentMs - serverReceivedMs);
}

/** The offset plus the time that the request took, ms: never less than the offset. */
export function requestOf({ sentMs, serverReceivedMs }: ClockSample): number {
  return serverReceivedMs - sentMs;
}

/** The offset minus the time that the answer took, ms: never more than the offset. */
export function answerOf({ receivedMs, serverSentMs }: ClockSample): number {
  return serverSentMs - receivedMs;
}

/** Why the stamps make no sense, or undefined when they do; they may be `resolutionMs` off. */
export function faultOf(sample: ClockSample, resolutionMs: number): string | undefined {
  const { sentMs, receivedMs, serverReceivedMs, serverSentMs } = sample;
  if (![sentMs, receivedMs, serverReceivedMs, serverSentMs].every(Number.isFinite))
    return 'a stamp is not a number';
  if (receivedMs < sentMs) return 'the answer came before the request was sent';
  if (serverSentMs < serverReceivedMs - resolutionMs)
    return 'the server answered before it was asked, by its own clock';
  const delayMs = delayOf(sample);
  if (delayMs < -resolutionMs)
    return `the time on the way is negative (${delayMs.toFixed(3)} ms): the server held it longer than it took`;
  return undefined;
}
