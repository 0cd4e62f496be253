/**
 * The times that requests, or answers, of a window took, and how well their least possible time is known at a rate.
 * Knows one direction only; the other is the same with the sign turned.
 */

/** The least time of a way at one rate. */
export type Floor = {
  readonly fastestMs: number;
  /** The least possible is expected so much below the fastest, with the variance `varianceMs2`. */
  readonly gapMs: number;
  readonly varianceMs2: number;
  /** log likelihood of the rate. */
  readonly logLikelihood: number;
};

/** At least so many are told apart; fewer have no variance. */
const fewestKnown = 8;

export class OneWay {
  readonly #sign: 1 | -1;
  readonly #timesMs: readonly number[];
  readonly #valuesMs: readonly number[];
  readonly #resolutionMs: number;
  /** Sorted already by the rate that was asked about before: the next one is near. */
  readonly #sorted: { at: number; ms: number }[];

  /** At `timesMs` the way took `valuesMs`, which is its time plus `sign` × the offset. Four of each at least. */
  constructor(sign: 1 | -1, timesMs: readonly number[], valuesMs: readonly number[], resolutionMs: number) {
    this.#sign = sign;
    this.#timesMs = timesMs;
    this.#valuesMs = valuesMs;
    this.#resolutionMs = resolutionMs;
    this.#sorted = timesMs.map((_, at) => ({ at, ms: 0 }));
  }

  /**
   * Delays beyond the least possible one are taken as exponential *near it*, of unknown mean m. The slower half counts as
   * slower and no more (type II censoring), so that no burst or long tail says anything. With the prior 1/m integrated
   * out, n delays of which k are told apart, and S = their sum beyond the fastest (the rest as the k-th), the gap g below
   * the fastest has P(g > x) = (1 + n·x/S)^−(k − 1), and a rate the likelihood S^−(k − 1). Where delays are not like that
   * (a lone fast one), the distance of the fastest two is the σ at least.
   * Source: Epstein and Sobel, Life Testing (J. Am. Stat. Assoc. 48, 1953) for the sum; the integrals are elementary.
   */
  floorAt(rate: number): Floor {
    this.#sort(rate);
    const count = this.#sorted.length;
    const known = Math.min(count, Math.max(fewestKnown, Math.ceil(count / 2)));
    const fastestMs = this.#sorted[0]?.ms ?? 0;
    const secondMs = this.#sorted[1]?.ms ?? 0;
    const slowestMs = this.#sorted[known - 1]?.ms ?? 0;
    let sumMs = count * this.#resolutionMs + (count - known) * (slowestMs - fastestMs);
    for (let i = 1; i < known; i += 1) sumMs += (this.#sorted[i]?.ms ?? 0) - fastestMs;
    const gapMs = sumMs / (count * (known - 2));
    return {
      fastestMs,
      gapMs,
      varianceMs2: Math.max((gapMs * gapMs * (known - 1)) / (known - 3), (secondMs - fastestMs) ** 2),
      logLikelihood: -(known - 1) * Math.log(sumMs),
    };
  }

  /** By insertion: nearly no work when the rate is nearly the one before. */
  #sort(rate: number): void {
    const sorted = this.#sorted;
    for (const each of sorted)
      each.ms = (this.#valuesMs[each.at] ?? 0) - this.#sign * rate * (this.#timesMs[each.at] ?? 0);
    for (let i = 1; i < sorted.length; i += 1) {
      const each = sorted[i];
      if (!each) continue;
      let to = i;
      for (let before = sorted[to - 1]; before && before.ms > each.ms; before = sorted[to - 1]) {
        sorted[to] = before;
        to -= 1;
      }
      sorted[to] = each;
    }
  }
}
