/** Polynomials on [0, 1] in Bernstein form, and where they are largest. Knows numbers alone. */

/** Coefficients; the degree is their number less one. The polynomial never leaves their range. */
export type Poly = Float64Array;

/** A value and where it is taken, u in [0, 1]. */
export type Extreme = { readonly u: number; readonly value: number };

/** Narrowest part of [0, 1] that is looked at. */
const leastWidth = 2 ** -40;

/** `binomials(n)[k]`: n over k. */
export function binomials(n: number): Float64Array {
  const row = new Float64Array(n + 1).fill(1);
  for (let k = 1; k <= n; k++) row[k] = ((row[k - 1] ?? 0) * (n - k + 1)) / k;
  return row;
}

/** First and second half, each on [0, 1] again. */
export function halves(poly: Poly): readonly [Poly, Poly] {
  const degree = poly.length - 1;
  const left = new Float64Array(degree + 1);
  const right = Float64Array.from(poly);
  for (let level = 0; level <= degree; level++) {
    left[level] = right[0] ?? 0;
    for (let j = 0; j < degree - level; j++) right[j] = ((right[j] ?? 0) + (right[j + 1] ?? 0)) / 2;
  }
  return [left, right];
}

export function derivative(poly: Poly, span: number): Poly {
  const degree = poly.length - 1;
  const out = new Float64Array(Math.max(1, degree));
  for (let i = 0; i < degree; i++) out[i] = (degree * ((poly[i + 1] ?? 0) - (poly[i] ?? 0))) / span;
  return out;
}

/** Sum of the squares of polynomials of one degree. */
export function sumOfSquares(axes: readonly Poly[]): Poly {
  const degree = (axes[0]?.length ?? 1) - 1;
  const choose = binomials(degree);
  const all = binomials(2 * degree);
  const out = new Float64Array(2 * degree + 1);
  for (const axis of axes)
    for (let i = 0; i <= degree; i++)
      for (let j = 0; j <= degree; j++) {
        const product = (choose[i] ?? 0) * (choose[j] ?? 0) * (axis[i] ?? 0) * (axis[j] ?? 0);
        out[i + j] = (out[i + j] ?? 0) + product / (all[i + j] ?? 1);
      }
  return out;
}

export function highest(poly: Poly): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < poly.length; i++) most = Math.max(most, poly[i] ?? 0);
  return most;
}

export function lowest(poly: Poly): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < poly.length; i++) least = Math.min(least, poly[i] ?? 0);
  return least;
}

/** `factor` · poly + `offset`. */
export function mapped(poly: Poly, factor: number, offset: number): Poly {
  return poly.map((value) => factor * value + offset);
}

/**
 * The largest value, no more than `tolerance` (of the largest coefficient, or of 1) below the true one. Branch and bound: a part whose coefficients do not
 * exceed what was found needs no further look; its ends are values that are taken.
 */
export function maximum(poly: Poly, tolerance = 1e-14): Extreme {
  const last = poly[poly.length - 1] ?? 0;
  let best: Extreme = { u: 0, value: poly[0] ?? 0 };
  if (last > best.value) best = { u: 1, value: last };
  const slack = tolerance * Math.max(1, highest(poly), -lowest(poly));
  const refine = (part: Poly, from: number, width: number): void => {
    if (highest(part) <= best.value + slack || width < leastWidth) return;
    const [left, right] = halves(part);
    const value = right[0] ?? 0;
    if (value > best.value) best = { u: from + width / 2, value };
    const leftFirst = highest(left) >= highest(right);
    if (leftFirst) refine(left, from, width / 2);
    refine(right, from + width / 2, width / 2);
    if (!leftFirst) refine(left, from, width / 2);
  };
  refine(poly, 0, 1);
  return best;
}

/** A part of a piece's time, and the measure on it. */
export type Part = { readonly startS: number; readonly endS: number; readonly measure: Poly };

/** Times are told apart down to this. */
const leastSpanS = 1e-8;

/**
 * The parts of `startS`…`endS` in which every condition is positive, in order of time; neighbours may touch. What is
 * too narrow to be decided by coefficients is decided by its middle.
 */
export function* positiveParts(conditions: readonly Poly[], measured: Part): Generator<Part> {
  const { startS, endS, measure } = measured;
  if (conditions.some((condition) => highest(condition) <= 0)) return;
  if (conditions.every((condition) => lowest(condition) > 0)) {
    yield measured;
    return;
  }
  const split = conditions.map(halves);
  if (endS - startS < leastSpanS) {
    if (split.every(([, right]) => (right[0] ?? 0) > 0)) yield measured;
    return;
  }
  const middleS = (startS + endS) / 2;
  const [left, right] = halves(measure);
  const earlier = split.map(([half]) => half);
  yield* positiveParts(earlier, { startS, endS: middleS, measure: left });
  const later = split.map(([, half]) => half);
  yield* positiveParts(later, { startS: middleS, endS, measure: right });
}
