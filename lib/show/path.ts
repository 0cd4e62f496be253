/** A trajectory as polynomial pieces, and what it is at any time. Knows no segments, drones or clocks. */
import type { Vec3 } from '../geo/frames.js';
import { lastAtOrBefore } from './last-at.js';

/**
 * Pieces that follow one another in time, each a Bézier curve of degree 0…7 whose parameter is linear in time. Piece i
 * lasts from `breaksS[i]` to `breaksS[i + 1]`; its control points (x, y, z each, in `controlM`) are those with numbers
 * `firstPoint[i]` up to, but without, `firstPoint[i + 1]`. Both lists of indexes have one entry more than there are
 * pieces. Held before the first piece and after the last. Lists, not objects: an hour of a thousand drones fits.
 */
export type Path = {
  readonly breaksS: Float64Array;
  readonly firstPoint: Int32Array;
  readonly controlM: Float64Array;
};

/** Place, velocity and acceleration at one moment. */
export type Motion = {
  readonly positionM: Vec3;
  readonly velocityMPerS: Vec3;
  readonly accelerationMPerS2: Vec3;
};

const still: Vec3 = { x: 0, y: 0, z: 0 };

export function pieceCount(path: Path): number {
  return Math.max(0, path.breaksS.length - 1);
}

/** Index of the piece that runs at `tS`, from its start up to but without its end; −1 before the first, n after the last. */
export function pieceAt({ breaksS }: Path, tS: number): number {
  return lastAtOrBefore(breaksS.length, (i) => breaksS[i] ?? 0, tS);
}

/** When the first piece that moves begins, of those that begin from `startS` up to, but without, `endS`. */
export function firstMotionS(
  path: Path | undefined,
  { startS, endS }: { readonly startS: number; readonly endS: number },
): number | undefined {
  if (!path) return undefined;
  const { breaksS, firstPoint } = path;
  for (let i = 0; i < pieceCount(path); i++) {
    const tS = breaksS[i] ?? 0;
    if (tS >= endS) return undefined;
    if (tS >= startS && (firstPoint[i + 1] ?? 0) - (firstPoint[i] ?? 0) > 1) return tS;
  }
  return undefined;
}

/** Exact at any time; outside the pieces it stands where they begin or end. At a break the later piece counts. */
export function motionAt(path: Path, tS: number): Motion {
  const pieces = pieceCount(path);
  const piece = pieceAt(path, tS);
  if (piece < 0) return standing(path, 0);
  if (piece >= pieces) return standing(path, path.controlM.length / 3 - 1);
  const first = path.firstPoint[piece] ?? 0;
  const degree = (path.firstPoint[piece + 1] ?? 0) - first - 1;
  const startS = path.breaksS[piece] ?? 0;
  const spanS = (path.breaksS[piece + 1] ?? 0) - startS;
  const at = { first, degree, spanS, u: (tS - startS) / spanS };
  const [x, y, z] = [
    axisAt(path.controlM, at, 0),
    axisAt(path.controlM, at, 1),
    axisAt(path.controlM, at, 2),
  ];
  return {
    positionM: { x: x.value, y: y.value, z: z.value },
    velocityMPerS: { x: x.rate, y: y.rate, z: z.rate },
    accelerationMPerS2: { x: x.change, y: y.change, z: z.change },
  };
}

export function positionAt(path: Path, tS: number): Vec3 {
  return motionAt(path, tS).positionM;
}

function standing({ controlM }: Path, point: number): Motion {
  const [x = 0, y = 0, z = 0] = controlM.subarray(3 * point, 3 * point + 3);
  return { positionM: { x, y, z }, velocityMPerS: still, accelerationMPerS2: still };
}

type At = { readonly first: number; readonly degree: number; readonly spanS: number; readonly u: number };
type AxisMotion = { readonly value: number; readonly rate: number; readonly change: number };

/** Most control points of a piece. */
const maxPoints = 8;

/** De Casteljau's algorithm on one axis; the last rows but one and but two give the derivatives. */
function axisAt(controlM: Float64Array, { first, degree, spanS, u }: At, axis: number): AxisMotion {
  const b = new Float64Array(maxPoints);
  for (let i = 0; i <= degree; i++) b[i] = controlM[3 * (first + i) + axis] ?? 0;
  let rate = 0;
  let change = 0;
  for (let left = degree; left > 0; left--) {
    const [b0 = 0, b1 = 0, b2 = 0] = b;
    if (left === 2) change = (degree * (degree - 1) * (b2 - 2 * b1 + b0)) / (spanS * spanS);
    if (left === 1) rate = (degree * (b1 - b0)) / spanS;
    for (let i = 0; i < left; i++) b[i] = (b[i] ?? 0) + u * ((b[i + 1] ?? 0) - (b[i] ?? 0));
  }
  return { value: b[0] ?? 0, rate, change };
}
