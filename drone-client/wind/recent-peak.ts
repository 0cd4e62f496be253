/** The highest of the values of a last while, by the second. Knows neither what they are nor a clock. */

type Bucket = { readonly second: number; peak: number };

export class RecentPeak {
  readonly #windowS: number;
  #buckets: Bucket[] = [];

  /** A value counts for `windowS`, up to a second longer. */
  constructor(windowS: number) {
    this.#windowS = windowS;
  }

  /** `atMs` never runs backwards. */
  add(value: number, atMs: number): void {
    const second = Math.floor(atMs / 1000);
    const last = this.#buckets.at(-1);
    if (last?.second === second) last.peak = Math.max(last.peak, value);
    else this.#buckets.push({ second, peak: value });
    const oldest = second - this.#windowS;
    if ((this.#buckets[0]?.second ?? second) < oldest)
      this.#buckets = this.#buckets.filter((bucket) => bucket.second >= oldest);
  }

  /** Undefined before the first value. */
  get peak(): number | undefined {
    return this.#buckets.length === 0 ? undefined : Math.max(...this.#buckets.map(({ peak }) => peak));
  }

  clear(): void {
    this.#buckets = [];
  }
}
