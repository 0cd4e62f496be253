/** How many warnings one peer may cause: the log is for people, and a disk is not for strangers to fill. Pure. */

const maxPerWindow = 10;
const windowMs = 10_000;

export class WarningLimit {
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** The text to log for a warning at `nowMs` (monotonic); undefined when this peer has said enough for a while. */
  pass(text: string, nowMs: number): string | undefined {
    if (nowMs - this.#windowStartMs >= windowMs) {
      this.#windowStartMs = nowMs;
      this.#count = 0;
    }
    this.#count++;
    if (this.#count > maxPerWindow) return undefined;
    return this.#count === maxPerWindow
      ? `${text} (more of them are left out for ${windowMs / 1000} s)`
      : text;
  }
}
