/** What is taken for granted about the crystals that clocks count by. Knows no exchange. */

/** A clock's rate against another's: (ms gained) / (ms passed), with its variance. */
export type Rate = { readonly mean: number; readonly variance: number };

/**
 * Before anything is measured: 0 ± 100 ppm (one σ). Crystals of small computers are sold as within ± 20 to ± 100 ppm,
 * and two of them are compared. Beyond five σ nothing is looked for: 500 ppm is also the most by which Linux slews.
 * Source: adjtimex(2).
 */
export const unknownRate: Rate = { mean: 0, variance: 100e-6 ** 2 };

/**
 * How a rate walks as temperature does: 3 ppm (one σ) in a minute, with the square root of time. An assumption, on the
 * wide side: an uncompensated AT-cut crystal changes by some tenths of a ppm a kelvin, and a board under its propellers
 * by some kelvins a minute. In 60 s it adds 0.2 ms at 95 %. For comparison, a flat 15 ppm (0.9 ms in 60 s) stands for
 * all of it in RFC 5905, section 7.2 (TOLERANCE).
 */
const walkPerMs = 3e-6 ** 2 / 60_000;

/** The rate after `ageMs` without a measurement. */
export function agedRate({ mean, variance }: Rate, ageMs: number): Rate {
  return { mean, variance: Math.min(unknownRate.variance, variance + walkPerMs * Math.abs(ageMs)) };
}

/** Variance, ms², of what a walking rate adds to an offset in `ageMs`: the integral of a random walk, q·t³/3. */
export function walkVarianceMs2(ageMs: number): number {
  return (walkPerMs * Math.abs(ageMs) ** 3) / 3;
}
