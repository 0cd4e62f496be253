/** The way from one drone to another in a window of time, as a curve. Knows paths; no limit, no drone. */
import type { Path } from '../path.js';
import { binomials, type Poly } from './bernstein.js';

const maxPoints = 8;
const tables = Array.from({ length: 2 * maxPoints - 1 }, (_, n) => binomials(n));

/** One control point a column: lists of x, y, z, and the degree. */
type Curve = { readonly axes: readonly [Float64Array, Float64Array, Float64Array]; degree: number };

export function pieceEnd({ breaksS }: Path, piece: number): number {
  return breaksS[piece + 1] ?? Number.POSITIVE_INFINITY;
}

/** Scratch memory for one pair at a time: `load` a window, then ask. */
export class PairCurve {
  readonly #a = newCurve();
  readonly #b = newCurve();

  /** The window from `startS` to `endS` lies within piece `pieceA` of `a` and `pieceB` of `b`. */
  load(a: Path, pieceA: number, b: Path, pieceB: number, startS: number, endS: number): void {
    take(this.#a, a, pieceA, startS, endS);
    take(this.#b, b, pieceB, startS, endS);
    while (this.#a.degree < this.#b.degree) elevate(this.#a);
    while (this.#b.degree < this.#a.degree) elevate(this.#b);
    const { axes, degree } = this.#a;
    for (let axis = 0; axis < 3; axis++) {
      const from = axes[axis as 0 | 1 | 2];
      const other = this.#b.axes[axis as 0 | 1 | 2];
      for (let i = 0; i <= degree; i++) from[i] = (from[i] ?? 0) - (other[i] ?? 0);
    }
  }

  /** A lower bound of the distance: the least control point along the mean direction. */
  lowerBound(): number {
    const {
      axes: [x, y, z],
      degree,
    } = this.#a;
    const dx = (x[0] ?? 0) + (x[degree] ?? 0);
    const dy = (y[0] ?? 0) + (y[degree] ?? 0);
    const dz = (z[0] ?? 0) + (z[degree] ?? 0);
    const length = Math.sqrt(dx * dx + dy * dy + dz * dz);
    if (length === 0) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i <= degree; i++) {
      const along = dx * (x[i] ?? 0) + dy * (y[i] ?? 0) + dz * (z[i] ?? 0);
      if (along < least) least = along;
    }
    return least / length;
  }

  /** The squared distance, degree ≤ 14. */
  squared(): Poly {
    const {
      axes: [x, y, z],
      degree,
    } = this.#a;
    const choose = tables[degree] ?? binomials(degree);
    const all = tables[2 * degree] ?? binomials(2 * degree);
    const out = new Float64Array(2 * degree + 1);
    for (let i = 0; i <= degree; i++)
      for (let j = 0; j <= degree; j++) {
        const dot = (x[i] ?? 0) * (x[j] ?? 0) + (y[i] ?? 0) * (y[j] ?? 0) + (z[i] ?? 0) * (z[j] ?? 0);
        const weight = ((choose[i] ?? 0) * (choose[j] ?? 0)) / (all[i + j] ?? 1);
        out[i + j] = (out[i + j] ?? 0) + weight * dot;
      }
    return out;
  }
}

function newCurve(): Curve {
  return {
    axes: [new Float64Array(maxPoints), new Float64Array(maxPoints), new Float64Array(maxPoints)],
    degree: 0,
  };
}

/** Control points of the part of a piece between two times. */
function take(curve: Curve, path: Path, piece: number, startS: number, endS: number): void {
  const { breaksS, firstPoint, controlM } = path;
  const isOutside = piece < 0 || piece >= breaksS.length - 1;
  const standsAt = piece < 0 ? 0 : controlM.length / 3 - 1;
  const first = isOutside ? standsAt : (firstPoint[piece] ?? 0);
  const degree = isOutside ? 0 : (firstPoint[piece + 1] ?? 0) - first - 1;
  curve.degree = degree;
  const [x, y, z] = curve.axes;
  for (let i = 0; i <= degree; i++) {
    x[i] = controlM[3 * (first + i)] ?? 0;
    y[i] = controlM[3 * (first + i) + 1] ?? 0;
    z[i] = controlM[3 * (first + i) + 2] ?? 0;
  }
  if (degree === 0) return;
  const fromS = breaksS[piece] ?? 0;
  const toS = breaksS[piece + 1] ?? 0;
  if (endS < toS) keepStart(curve, (endS - fromS) / (toS - fromS));
  if (startS > fromS) keepEnd(curve, (startS - fromS) / (Math.min(toS, endS) - fromS));
}

/** De Casteljau: the curve up to `u`. */
function keepStart({ axes, degree }: Curve, u: number): void {
  for (const b of axes)
    for (let level = 1; level <= degree; level++)
      for (let i = degree; i >= level; i--) b[i] = (b[i - 1] ?? 0) + u * ((b[i] ?? 0) - (b[i - 1] ?? 0));
}

/** De Casteljau: the curve from `u` on. */
function keepEnd({ axes, degree }: Curve, u: number): void {
  for (const b of axes)
    for (let level = degree; level > 0; level--)
      for (let i = 0; i < level; i++) b[i] = (b[i] ?? 0) + u * ((b[i + 1] ?? 0) - (b[i] ?? 0));
}

function elevate(curve: Curve): void {
  const { axes, degree } = curve;
  for (const b of axes) {
    b[degree + 1] = b[degree] ?? 0;
    for (let i = degree; i > 0; i--) {
      const share = i / (degree + 1);
      b[i] = share * (b[i - 1] ?? 0) + (1 - share) * (b[i] ?? 0);
    }
  }
  curve.degree = degree + 1;
}
