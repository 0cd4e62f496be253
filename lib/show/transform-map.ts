/** How the transform of a show moves a point, a direction and a heading. Knows numbers; no show and no time. */
import type { Vec3 } from '../geo/frames.js';
import type { Polygon } from './validate/limits.js';

/** 'x': what was at x comes to −x; 'y': what was at y comes to −y. */
export type Mirror = 'none' | 'x' | 'y';

/** x' = a x + b y + offset x, y' = c x + d y + offset y, z' = e z + offset z. */
export type AffineMap = {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly offsetM: Vec3;
};

/** Ratio first, then the mirror, then the rotation about the origin, counter-clockwise; the offset last. */
export function mapOf(
  ratio: Vec3,
  turn: { readonly mirror: Mirror; readonly rotationRad: number },
  offsetM: Vec3,
): AffineMap {
  const scaleX = turn.mirror === 'x' ? -ratio.x : ratio.x;
  const scaleY = turn.mirror === 'y' ? -ratio.y : ratio.y;
  const { cos, sin } = exactTurn(turn.rotationRad);
  return { a: cos * scaleX, b: -sin * scaleY, c: sin * scaleX, d: cos * scaleY, e: ratio.z, offsetM };
}

export function addVec3(a: Vec3, b: Vec3): Vec3 {
  return { x: a.x + b.x, y: a.y + b.y, z: a.z + b.z };
}

export function mapPoint({ a, b, c, d, e, offsetM }: AffineMap, { x, y, z }: Vec3): Vec3 {
  return { x: a * x + b * y + offsetM.x, y: c * x + d * y + offsetM.y, z: e * z + offsetM.z };
}

/** Whether each axis goes to one axis, so that what is computed axis by axis stays as it is. */
export function keepsAxes({ a, b, c, d }: AffineMap): boolean {
  return (b === 0 && c === 0) || (a === 0 && d === 0);
}

export function mapPolygon(map: AffineMap, polygon: Polygon): Polygon {
  return polygon.map(({ x, y }) => {
    const moved = mapPoint(map, { x, y, z: 0 });
    return { x: moved.x, y: moved.y };
  });
}

/** rad; a ratio does not turn a heading, even where it bends the way. */
export function mapYaw(
  yawRad: number,
  turn: { readonly mirror: Mirror; readonly rotationRad: number },
): number {
  if (turn.mirror === 'x') return Math.PI - yawRad + turn.rotationRad;
  return (turn.mirror === 'y' ? -yawRad : yawRad) + turn.rotationRad;
}

/** Without the rounding of the sine at quarter turns, so that what lay along an axis lies along one. */
function exactTurn(rotationRad: number): { readonly cos: number; readonly sin: number } {
  const quarters = (2 * rotationRad) / Math.PI;
  if (!Number.isInteger(quarters)) return { cos: Math.cos(rotationRad), sin: Math.sin(rotationRad) };
  const quarter = ((quarters % 4) + 4) % 4;
  return { cos: [1, 0, -1, 0][quarter] ?? 1, sin: [0, 1, 0, -1][quarter] ?? 0 };
}
