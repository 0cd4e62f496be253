/** The port through which everything in Starling learns the time. Knows no `Date` and no timers: adapters do. */

/** Takes back what was scheduled; calling it again, or after the call ran, does nothing. */
export type Cancel = () => void;

/**
 * A source of time.
 * Durations, timeouts and flying are measured on `monotonicMs`, so that a step of the system clock moves nothing.
 */
export interface Clock {
  /** ms since an arbitrary zero; never steps, never runs backwards; resolution well under 1 ms. */
  monotonicMs(): number;
  /** ms since 1970-01-01 UTC as the operating system has it now; may step; resolution well under 1 ms. */
  utcMs(): number;
  /** Calls `fn` once, not before `delayMs` from now (at once on the next turn when ≤ 0). Errors of `fn` are its own. */
  after(delayMs: number, fn: () => void): Cancel;
  /**
   * Calls `fn` once, at `monotonicMs` as nearly as this machine can, and not before; at once on the next turn when that
   * is over. Dearer than `after`: for what has one moment, such as the beginning of a show, not for a beat.
   */
  at(monotonicMs: number, fn: () => void): Cancel;
}

/** Calls `fn` every `intervalMs`, without drift: each call is aimed at `start + n × interval`; missed ones are skipped. */
export function every(clock: Clock, intervalMs: number, fn: () => void): Cancel {
  let nextMs = clock.monotonicMs() + intervalMs;
  let cancelTimer: Cancel = schedule();
  function schedule(): Cancel {
    return clock.after(nextMs - clock.monotonicMs(), () => {
      const nowMs = clock.monotonicMs();
      nextMs += intervalMs * Math.max(1, Math.ceil((nowMs - nextMs) / intervalMs));
      cancelTimer = schedule();
      fn();
    });
  }
  return () => cancelTimer();
}
