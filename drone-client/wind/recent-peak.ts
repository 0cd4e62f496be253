/** The highest of the values of a last while, by the second. Knows neither what they are nor a clock. */

type Bucket = { readonly second: number; peak: number };

export class RecentPeak {
  readonly #windowS: number;
  #buckets: Bucket[] = [];
  #peak: number | undefined;

  /** A value counts for `windowS`, up to a second longer. */
  constructor(windowS: number) {
    this.#windowS = windowS;
  }

  /** `atMs` never runs backwards. */
  add(value: number, atMs: number): void {
    const second = Math.floor(atMs / 1000);
    const last = this.#buckets.at(-1);
    if (last?.second === second) {
      last.peak = Math.max(last.peak, value);
      this.#peak = Math.max(this.#peak ?? value, value);
      return;
    }
    // Only a new second can end an old one: many values come in each.
    const oldest = second - this.#windowS;
    this.#buckets = this.#buckets.filter((bucket) => bucket.second >= oldest);
    this.#buckets.push({ second, peak: value });
    this.#peak = Math.max(...this.#buckets.map(({ peak }) => peak));
  }

  /** Undefined before the first value. */
  get peak(): number | undefined {
    return this.#peak;
  }

  clear(): void {
    this.#buckets = [];
    this.#peak = undefined;
  }
}
