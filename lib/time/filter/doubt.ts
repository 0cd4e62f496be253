/** How far off an estimate may be because an exchange contradicts it. Knows no exchange and no estimate. */

/**
 * The fastest that a clock gains or loses while somebody slews it: a tenth. Linux lets the length of a tick change by
 * that much at most, and chrony uses up to 83,333 ppm of it. Source: adjtimex(2); chrony.conf(5), maxslewrate.
 */
const fastestSlew = 0.1;

/** So many exchanges that fit end a doubt, even where none of them was fast enough to tell which of both is right. */
const reassuring = 8;

/** Raised by an exchange that contradicts, ended by what decides between the two. */
export class Doubt {
  #raised: { readonly byMs: number; readonly atMs: number } | undefined;
  #fitting = 0;

  get isRaised(): boolean {
    return this.#raised !== undefined;
  }

  /** An exchange that came at `atMs` has the clock up to `byMs` away from the estimate. */
  raise(byMs: number, atMs: number): void {
    this.#raised = { byMs, atMs };
    this.#fitting = 0;
  }

  /** An exchange fits. `isDecided`: it would not fit if the one that contradicted were right. */
  reassure(isDecided: boolean): void {
    this.#fitting += 1;
    if (isDecided || this.#fitting >= reassuring) this.end();
  }

  end(): void {
    this.#raised = undefined;
    this.#fitting = 0;
  }

  /** What to add to the estimate's ± at `nowMs`, ms: whoever sets a clock may be slewing it on. */
  widthMs(nowMs: number): number {
    if (!this.#raised) return 0;
    const { byMs, atMs } = this.#raised;
    return byMs + fastestSlew * Math.max(0, nowMs - atMs);
  }
}
