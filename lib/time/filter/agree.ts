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
 * the others are wrong; one clock alone is its own majority, two that differ have none. Where an uncertain clock makes a
 * majority with either of two that exclude each other, the most certain of both majorities must be the same: else none
 * can be believed.
 * Source: RFC 5905, section 11.2.1, and Marzullo's interval intersection, from which it comes.
 */
export function agree<T extends Span>(estimates: readonly T[]): Agreement<T> {
  const { overlapping, commons } = widestAgreements(estimates);
  const members = commons.map(({ low, high }) =>
    estimates.filter(
      ({ offsetMs, uncertaintyMs }) => offsetMs - uncertaintyMs <= low && offsetMs + uncertaintyMs >= high,
    ),
  );
  const chosen = new Set(members.map(mostCertain));
  const [only] = chosen;
  if (overlapping * 2 <= estimates.length || chosen.size !== 1 || !only)
    return { chosen: undefined, falsetickers: [...estimates] };
  return {
    chosen: only,
    falsetickers: estimates.filter((each) => !members.some((majority) => majority.includes(each))),
  };
}

function mostCertain<T extends Span>(clocks: readonly T[]): T | undefined {
  return clocks.toSorted((a, b) => a.uncertaintyMs - b.uncertaintyMs)[0];
}

type Common = { readonly low: number; readonly high: number };

/** The intervals that most have in common; several where some clocks exclude each other, and others do not. */
function widestAgreements(estimates: readonly Span[]): { overlapping: number; commons: readonly Common[] } {
  const edges = estimates
    .flatMap(({ offsetMs, uncertaintyMs }) => [
      { atMs: offsetMs - uncertaintyMs, opens: 1 },
      { atMs: offsetMs + uncertaintyMs, opens: -1 },
    ])
    .sort((a, b) => a.atMs - b.atMs || b.opens - a.opens);
  let overlapping = 0;
  let commons: Common[] = [];
  let open = 0;
  edges.forEach(({ atMs, opens }, i) => {
    open += opens;
    if (open > overlapping) commons = [];
    overlapping = Math.max(overlapping, open);
    // What opens may be shut at once; the interval is between this edge and the next.
    if (opens > 0 && open === overlapping) commons.push({ low: atMs, high: edges[i + 1]?.atMs ?? atMs });
  });
  return { overlapping, commons };
}
