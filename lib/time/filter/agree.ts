/** Which of several clocks to believe when they differ. Knows offsets and their uncertainties only. */

type Span = { readonly offsetMs: number; readonly uncertaintyMs: number };

export type Agreement<T> = {
  /** The most certain of the clocks that a majority confirms; undefined when no majority agrees. */
  readonly chosen: T | undefined;
  /** Those outside the majority's common interval; all of them when there is no majority: none can be believed. */
  readonly falsetickers: readonly T[];
};

/**
 * Compares estimates made for the same moment. The clocks of which more than half have an interval in common are right,
 * the others are wrong; one clock alone is its own majority, two that differ have none.
 * Source: RFC 5905, section 11.2.1, and Marzullo's interval intersection, from which it comes.
 */
export function agree<T extends Span>(estimates: readonly T[]): Agreement<T> {
  const { overlapping, low, high } = widestAgreement(estimates);
  if (overlapping * 2 <= estimates.length) return { chosen: undefined, falsetickers: [...estimates] };
  const isTrue = ({ offsetMs, uncertaintyMs }: T) =>
    offsetMs - uncertaintyMs <= low && offsetMs + uncertaintyMs >= high;
  const truechimers = estimates.filter(isTrue);
  const chosen = truechimers.reduce((best, each) => (each.uncertaintyMs < best.uncertaintyMs ? each : best));
  return { chosen, falsetickers: estimates.filter((each) => !isTrue(each)) };
}

/** The interval that most have in common; the first one when there are several. */
function widestAgreement(estimates: readonly Span[]) {
  const edges = estimates
    .flatMap(({ offsetMs, uncertaintyMs }) => [
      { atMs: offsetMs - uncertaintyMs, opens: 1 },
      { atMs: offsetMs + uncertaintyMs, opens: -1 },
    ])
    .sort((a, b) => a.atMs - b.atMs || b.opens - a.opens);
  let best = { overlapping: 0, low: 0, high: 0 };
  let open = 0;
  edges.forEach(({ atMs, opens }, i) => {
    open += opens;
    if (open > best.overlapping) best = { overlapping: open, low: atMs, high: edges[i + 1]?.atMs ?? atMs };
  });
  return best;
}
