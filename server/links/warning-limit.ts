/** How many warnings one peer may cause: the log is for people, and a disk is not for strangers to fill. Pure. */

const maxPerWindow = 10;
const windowMs = 10_000;

/** Longest text of one warning: a peer chooses names of up to a whole frame. */
const maxLength = 500;

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
    const clipped = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
    return this.#count === maxPerWindow
      ? `${clipped} (more of them are left out for ${windowMs / 1000} s)`
      : clipped;
  }
}

/** Most names that are remembered: on an open network strangers invent them. */
const maxNames = 10_000;

/** A limit for each name: one that connects anew has no new one. */
export class WarningLimits {
  readonly #byName = new Map<string, WarningLimit>();

  pass(name: string, text: string, nowMs: number): string | undefined {
    const limit = this.#byName.get(name) ?? new WarningLimit();
    this.#byName.delete(name);
    this.#byName.set(name, limit);
    const [oldest] = this.#byName.keys();
    if (this.#byName.size > maxNames && oldest !== undefined) this.#byName.delete(oldest);
    return limit.pass(text, nowMs);
  }
}

/** How long the same is not said again, ms, and how many texts are remembered for that. */
const repeatMs = 60_000;
const maxTexts = 500;

/** Says a thing once, though it happens again and again: a drone without a key knocks every few seconds. */
export class RepeatLimit {
  readonly #saidMs = new Map<string, number>();

  /** Whether to say it at `nowMs` (monotonic). */
  pass(text: string, nowMs: number): boolean {
    const saidMs = this.#saidMs.get(text);
    if (saidMs !== undefined && nowMs - saidMs < repeatMs) return false;
    this.#saidMs.delete(text);
    this.#saidMs.set(text, nowMs);
    const [oldest] = this.#saidMs.keys();
    if (this.#saidMs.size > maxTexts && oldest !== undefined) this.#saidMs.delete(oldest);
    return true;
  }
}
