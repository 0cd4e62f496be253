/** The best of recent measurements. Knows numbers and the times it is given; no clock. */

/** Remembers for one to two windows, in two numbers. */
export class WindowedBest {
  readonly #windowMs: number;
  readonly #best: (a: number, b: number) => number;
  #before: number | undefined;
  #now: number | undefined;
  #sinceMs = 0;

  /** `best`: `Math.max` or `Math.min`. */
  constructor(windowMs: number, best: (a: number, b: number) => number) {
    this.#windowMs = windowMs;
    this.#best = best;
  }

  get value(): number | undefined {
    if (this.#before === undefined || this.#now === undefined) return this.#now ?? this.#before;
    return this.#best(this.#before, this.#now);
  }

  /** `canForget`: false for a measurement that says only what is possible at least: nothing is forgotten for it. */
  add(value: number, nowMs: number, canForget = true): void {
    if (this.#now === undefined) this.#sinceMs = nowMs;
    else if (canForget && nowMs - this.#sinceMs > this.#windowMs) {
      this.#before = this.#now;
      this.#now = undefined;
      this.#sinceMs = nowMs;
    }
    this.#now = this.#now === undefined ? value : this.#best(this.#now, value);
  }

  forget(): void {
    this.#before = undefined;
    this.#now = undefined;
  }
}
