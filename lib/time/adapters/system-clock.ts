/** The clock of this machine: monotonic time, the OS's UTC with sub-millisecond resolution, and real timers. */
import type { Cancel, Clock } from '../clock.js';

/** How far UTC may sit from `Date.now()` (1 ms resolution, truncated) before it is taken for a step of the OS clock. */
const stepThresholdMs = 1.5;

/**
 * A timer of Node has whole ms and comes up to 2 ms late: it is set so much too early, and the rest is waited for turn by
 * turn of the event loop, which goes on reading and writing meanwhile.
 */
const fineMs = 3;

/** Reads the OS. `Date.now()` has 1 ms; UTC is carried on the monotonic clock and re-based when the OS clock moved. */
export class SystemClock implements Clock {
  #utcBaseMs = performance.timeOrigin;

  monotonicMs(): number {
    return performance.now();
  }

  utcMs(): number {
    const monotonicMs = performance.now();
    const coarseMs = Date.now() + 0.5;
    if (Math.abs(this.#utcBaseMs + monotonicMs - coarseMs) > stepThresholdMs)
      this.#utcBaseMs = coarseMs - monotonicMs;
    return this.#utcBaseMs + monotonicMs;
  }

  after(delayMs: number, fn: () => void): Cancel {
    const timer = setTimeout(fn, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  }

  at(monotonicMs: number, fn: () => void): Cancel {
    let cancel: Cancel = () => undefined;
    const wait = () => {
      const leftMs = monotonicMs - performance.now();
      if (leftMs > fineMs) cancel = this.after(Math.floor(leftMs - fineMs), wait);
      else if (leftMs > 0) cancel = onNextTurn(wait);
      else fn();
    };
    cancel = onNextTurn(wait);
    return () => cancel();
  }
}

function onNextTurn(fn: () => void): Cancel {
  const turn = setImmediate(fn);
  return () => clearImmediate(turn);
}
