/** UTC that is never set back, for what must not look older than it is. Pure: knows clocks by the port alone. */
import type { Clock } from './clock.js';

/** UTC ms of the operating system; where that is set back, it goes on from what it was. */
export function risingUtc(clock: Pick<Clock, 'utcMs' | 'monotonicMs'>): () => number {
  let offsetMs = Number.NEGATIVE_INFINITY;
  return () => {
    const monotonicMs = clock.monotonicMs();
    offsetMs = Math.max(offsetMs, clock.utcMs() - monotonicMs);
    return monotonicMs + offsetMs;
  };
}
