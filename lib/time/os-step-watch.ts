/** Tells when somebody has set the clock of the operating system. Pure: two readings in, the step out. */

/** Less than this is not told: reading two clocks one after the other may be held up between them, ms. */
const leastStepMs = 50;

/**
 * As much as clocks are slewed at most, ms per ms: chrony's default is a twelfth. On Linux slewing moves the monotonic
 * clock in the same way and is not seen here at all. Source: chrony.conf(5), maxslewrate.
 */
const fastestSlew = 0.1;

/** To be fed a few times a second: the longer between two looks, the more a slewed clock may have moved. */
export class OsStepWatch {
  #last: { readonly monotonicMs: number; readonly utcMs: number } | undefined;

  /** By how much UTC was set since the last look, ms; undefined when it was not, and at the first look. */
  look(monotonicMs: number, utcMs: number): number | undefined {
    const last = this.#last;
    this.#last = { monotonicMs, utcMs };
    if (!last) return undefined;
    const passedMs = monotonicMs - last.monotonicMs;
    const stepMs = utcMs - last.utcMs - passedMs;
    return Math.abs(stepMs) > Math.max(leastStepMs, fastestSlew * passedMs) ? stepMs : undefined;
  }
}
