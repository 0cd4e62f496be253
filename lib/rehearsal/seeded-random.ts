/** Random numbers that a seed repeats, in streams by name, so that one more asker changes nobody else's. Knows nothing else. */

/** Of a rehearsal: not for secrets. */
export class SeededRandom {
  readonly #seed: number;
  #state: number;

  /** Any text or number; each gives a sequence of its own. */
  constructor(seed: string | number) {
    this.#seed = hashOf(String(seed));
    this.#state = this.#seed;
  }

  /** A sequence of its own for whatever goes by that name: the same whenever it is asked for, and whoever else asks. */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed} ${name}`);
  }

  /** Uniform in [0, 1). Source: the mulberry32 generator (public domain). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number, 0 … count − 1. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Exponentially spread about this mean: mostly less, at times several times as much. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** That many bytes. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** 32 bits of a text. Source: FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash | 0;
}
