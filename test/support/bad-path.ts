/** One direction of a bad network path, made from a seed: how long each thing takes, and what gets lost. Pure. */
import { Random } from '../../drone-client/simulator/random.js';

export type BadPathOptions = {
  readonly seed: number;
  /** Least time on the way, ms. */
  readonly baseMs: number;
  /** Mean of what comes on top of it, exponentially spread, ms. */
  readonly jitterMs: number;
  /** Share of datagrams that never arrive. */
  readonly loss: number;
};

export class BadPath {
  readonly #options: BadPathOptions;
  readonly #random: Random;

  constructor(options: BadPathOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  /** Of the next thing that is sent, ms. */
  delayMs(): number {
    const { baseMs, jitterMs } = this.#options;
    return baseMs - jitterMs * Math.log(1 - this.#random.next());
  }

  isLost(): boolean {
    return this.#random.next() < this.#options.loss;
  }
}

/** There and back. */
export type BadPaths = { readonly there: BadPath; readonly back: BadPath };

/** 2 to 30 ms, there and back equal within 2 ms, 20 ms of jitter each way, 5 % lost. */
export function badPaths(seed: number): BadPaths {
  const random = new Random(seed * 31 + 7);
  const thereMs = random.between(2, 30);
  const backMs = Math.max(0.5, thereMs + random.between(-2, 2));
  const path = (baseMs: number, way: number) =>
    new BadPath({ seed: seed * 2 + way, baseMs, jitterMs: 20, loss: 0.05 });
  return { there: path(thereMs, 0), back: path(backMs, 1) };
}
