/** Slopes of a cubic spline through samples, that stays still where the samples do. Knows numbers alone. */

/**
 * Velocities at the samples, for cubics between them: those of the cubic spline with continuous acceleration that
 * starts and ends at rest, limited so that the curve is monotone wherever the samples are, and third-order accurate
 * at a smooth turn. An interval in which the value does not change is still, and its ends are at rest.
 * `times` rise strictly. Source: H. T. Huynh, "Accurate monotone cubic interpolation", SIAM J. Numer. Anal. 30 (1993).
 */
export function splineSlopes(times: Float64Array, values: Float64Array): Float64Array {
  const n = times.length;
  const slopes = new Float64Array(n);
  if (n < 3) return slopes;
  const steps = new Float64Array(n - 1);
  const rates = new Float64Array(n - 1);
  for (let i = 0; i < n - 1; i++) {
    steps[i] = at(times, i + 1) - at(times, i);
    rates[i] = (at(values, i + 1) - at(values, i)) / at(steps, i);
  }
  solveSpline(steps, rates, slopes);
  limit(steps, rates, slopes);
  return slopes;
}

function at(list: Float64Array, index: number): number {
  return list[index] ?? 0;
}

/**
 * The slopes with which the second derivative is continuous, 0 at both ends and at the ends of intervals that stay
 * still (between two of these each run is a spline of its own). Thomas' algorithm on the tridiagonal system
 * s[i−1]/h[i−1] + 2 s[i] (1/h[i−1] + 1/h[i]) + s[i+1]/h[i] = 3 (r[i−1]/h[i−1] + r[i]/h[i]).
 */
function solveSpline(steps: Float64Array, rates: Float64Array, slopes: Float64Array): void {
  const n = slopes.length;
  const upper = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    if (at(rates, i - 1) === 0 || at(rates, i) === 0) continue;
    const left = 1 / at(steps, i - 1);
    const right = 1 / at(steps, i);
    const pivot = 2 * (left + right) - left * at(upper, i - 1);
    upper[i] = right / pivot;
    const wanted = 3 * (at(rates, i - 1) * left + at(rates, i) * right);
    slopes[i] = (wanted - left * at(slopes, i - 1)) / pivot;
  }
  for (let i = n - 2; i > 0; i--) slopes[i] = at(slopes, i) - at(upper, i) * at(slopes, i + 1);
}

/** Huynh's limiter: a slope is at most 3 times the flatter side, or 1.5 times that of the flatter parabola. */
function limit(steps: Float64Array, rates: Float64Array, slopes: Float64Array): void {
  const n = slopes.length;
  const curvature = (i: number) =>
    i < 1 || i > n - 2 ? 0 : (at(rates, i) - at(rates, i - 1)) / (at(steps, i - 1) + at(steps, i));
  for (let i = 1; i < n - 1; i++) {
    const here = curvature(i);
    const fromLeft = at(rates, i - 1) + minmod(curvature(i - 1), here) * at(steps, i - 1);
    const fromRight = at(rates, i) - minmod(here, curvature(i + 1)) * at(steps, i);
    const parabola = minmod(fromLeft, fromRight);
    const flat = minmod(at(rates, i - 1), at(rates, i));
    const most = Math.max(3 * Math.abs(flat), 1.5 * Math.abs(parabola));
    slopes[i] = minmod(at(slopes, i), Math.sign(parabola === 0 ? flat : parabola) * most);
  }
}

/** The smaller of two numbers of one sign, 0 where the signs differ. */
function minmod(a: number, b: number): number {
  if (a * b <= 0) return 0;
  return Math.abs(a) < Math.abs(b) ? a : b;
}
