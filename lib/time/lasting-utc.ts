/** Another's UTC, remembered when it is not told any more. Pure: knows clocks by the port alone. */
import type { Clock } from './clock.js';

/** UTC ms as `told`, and as the own clock has carried it on since this was last called while it was told. */
export function lastingUtc(
  clock: Pick<Clock, 'monotonicMs'>,
  told: () => number | undefined,
): () => number | undefined {
  let offsetMs: number | undefined;
  return () => {
    const monotonicMs = clock.monotonicMs();
    const utcMs = told();
    if (utcMs !== undefined) offsetMs = utcMs - monotonicMs;
    return offsetMs === undefined ? undefined : monotonicMs + offsetMs;
  };
}
