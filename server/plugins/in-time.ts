/** Waits for what is not ours, but not for ever. Knows the time alone. */
import { UsageError } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';

type Patience<Result> = {
  readonly clock: Clock;
  /** How long is waited at most, ms. */
  readonly timeMs: number;
  /** Told what comes all the same, when nobody waits for it any more. */
  readonly onLate?: (result: Result) => void;
};

/** What `work` gives. @throws UsageError when that takes too long; and whatever `work` throws. */
export function inTime<Result>(
  { clock, timeMs, onLate }: Patience<Result>,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const cancel = clock.after(timeMs, () => {
      isOver = true;
      reject(new UsageError(`it does not end within ${timeMs / 1000} s`));
    });
    const done = new Promise<Result>((begun) => begun(work()));
    void done.then((result) => (isOver ? onLate?.(result) : resolve(result)), reject).finally(cancel);
  });
}
