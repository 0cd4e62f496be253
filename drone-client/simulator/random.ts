/** Random numbers that a seed repeats exactly. Knows nothing else; the same seed gives the same flight. */

/** A 32-bit xorshift generator: fast and good enough for noise, not for secrets. Source: Marsaglia, Xorshift RNGs (2003). */
export class Random {
  #state: number;

  /** Any finite number; neighbouring seeds give unrelated sequences. */
  constructor(seed: number) {
    const mixed = Math.imul((Math.trunc(seed) | 0) ^ 0x5bd1e995, 0x9e3779b1);
    this.#state = (mixed ^ (mixed >>> 15)) | 0 || 1;
    for (let i = 0; i < 8; i += 1) this.next();
  }

  /** Uniform in [0, 1). */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) / 2 ** 32;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Bell-shaped about 0 with standard deviation 1, never beyond ±3: the sum of four uniform draws. */
  bell(): number {
    return (this.next() + this.next() + this.next() + this.next() - 2) * Math.sqrt(3);
  }
}
