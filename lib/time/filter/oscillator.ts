/** What is taken for granted about the crystals that clocks count by. Knows no exchange. */

/** A clock's rate against another's: (ms gained) / (ms passed), with its variance. */
export type Rate = {
  readonly mean: number;
  readonly variance: number;
  /** One of the clocks was set a moment ago, and may be slewed on. */
  readonly isSet?: boolean;
};

/**
 * Before anything is measured: 0 ± 100 ppm (one σ). Crystals of small computers are sold as within ± 20 to ± 100 ppm,
 * and two of them are compared.
 */
export const unknownRate: Rate = { mean: 0, variance: 100e-6 ** 2 };

/**
 * Somebody may slew one of the clocks, or both, which moves Linux' monotonic clock as well: by up to 500 ppm where the
 * kernel does it by itself, by up to a tenth where it is told a longer tick (chrony: 83,333 ppm). Three times in a hundred
 * a rate is looked for as far away, with the tails of Cauchy's distribution. Source: adjtimex(2); chrony.conf(5).
 */
const slew = { share: 0.03, shareWhenSet: 0.5, width: 400e-6, reach: 1200e-6 };

/** No clock gains or loses faster than this on another, however it is slewed. */
export const fastestSlew = 0.1;

/** How far from the mean a rate is looked for at first. */
export function reachOf({ variance }: Rate): number {
  return Math.max(5 * Math.sqrt(variance), slew.reach);
}

/**
 * Rates beyond that, as what is added to the expected one: each twice the one before, up to the fastest slew. They are
 * looked at after a clock was set.
 */
export const farOffs: readonly number[] = [-512, -256, -128, -64, -32, -16, 16, 32, 64, 128, 256, 512].map(
  (off) => off * 100e-6,
);

/** log of how likely a rate is before it is measured. */
export function logPrior({ mean, variance, isSet }: Rate, rate: number): number {
  const off = rate - mean;
  const bell = Math.exp((-off * off) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  const cauchy = slew.width / (Math.PI * (slew.width ** 2 + off * off));
  const share = isSet ? slew.shareWhenSet : slew.share;
  return Math.log((1 - share) * bell + share * cauchy);
}

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
