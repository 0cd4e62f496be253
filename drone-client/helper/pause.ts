/** Waits by the clock port. */
import type { Clock } from '../../lib/time/clock.js';

export function pause(clock: Clock, forMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(forMs, resolve);
  });
}
