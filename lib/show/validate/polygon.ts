/** Distance of points from a polygon. Knows the plane alone. */
import type { Polygon } from './limits.js';

/** m; positive outside, negative inside. The sides may not cross each other. */
export function signedDistance(polygon: Polygon, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  let isInside = false;
  eachSide(polygon, (a, b) => {
    least = Math.min(least, sideDistance(a, b, x, y));
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) isInside = !isInside;
  });
  return isInside ? -least : least;
}

/** Points, one of each list; a curve with these control points stays in their convex hull. */
export type Places = { readonly x: Float64Array; readonly y: Float64Array };

/** So far beyond a side is still at it, m. */
const atSideM = 1e-9;

/** Upper bound of the signed distance of a curve; exact along a side, where no bound by distance from a centre is. */
export function mostOutside(polygon: Polygon, places: Places): number {
  if (isWithin(polygon, places)) return 0;
  let least = Number.POSITIVE_INFINITY;
  eachSide(polygon, (a, b) => {
    least = Math.min(
      least,
      most(places, (x, y) => sideDistance(a, b, x, y)),
    );
  });
  return least;
}

/** Lower bound of the signed distance of a curve, by the line through the corner or side that is nearest; may be −∞. */
export function leastBeside(polygon: Polygon, places: Places): number {
  const { x, y } = centreOf(places);
  const near = nearestOf(polygon, x, y);
  const away = Math.hypot(x - near.x, y - near.y);
  if (away === 0) return Number.NEGATIVE_INFINITY;
  const [nx, ny] = [(x - near.x) / away, (y - near.y) / away];
  const beyond = (px: number, py: number) => nx * (px - near.x) + ny * (py - near.y);
  if (polygon.some((corner) => beyond(corner.x, corner.y) > atSideM)) return Number.NEGATIVE_INFINITY;
  return -most(places, (px, py) => -beyond(px, py));
}

/** It begins inside, and whatever side it may touch it has wholly on the inner hand. */
function isWithin(polygon: Polygon, places: Places): boolean {
  if (!(signedDistance(polygon, places.x[0] ?? 0, places.y[0] ?? 0) <= atSideM)) return false;
  const { x, y, radiusM } = centreOf(places);
  const hand = Math.sign(doubleArea(polygon));
  let isInside = hand !== 0;
  eachSide(polygon, (a, b) => {
    if (!isInside || sideDistance(a, b, x, y) > radiusM + atSideM) return;
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = Math.hypot(dx, dy);
    const beyond = (px: number, py: number) => (hand * (dy * (px - a.x) - dx * (py - a.y))) / length;
    isInside = length === 0 || most(places, beyond) <= atSideM;
  });
  return isInside;
}

function centreOf({ x, y }: Places) {
  const [left, right, near, far] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
  return { x: (left + right) / 2, y: (near + far) / 2, radiusM: Math.hypot(right - left, far - near) / 2 };
}

function most({ x, y }: Places, of: (x: number, y: number) => number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < x.length; i++) most = Math.max(most, of(x[i] ?? 0, y[i] ?? 0));
  return most;
}

/** Positive when the corners go round counter-clockwise. */
function doubleArea(polygon: Polygon): number {
  let sum = 0;
  eachSide(polygon, (a, b) => {
    sum += a.x * b.y - b.x * a.y;
  });
  return sum;
}

type Corner = Polygon[number];

function eachSide(polygon: Polygon, visit: (a: Corner, b: Corner) => void): void {
  let a = polygon[polygon.length - 1];
  for (const b of polygon) {
    if (a) visit(a, b);
    a = b;
  }
}

function nearestOf(polygon: Polygon, x: number, y: number): Corner {
  let nearest: Corner = { x: Number.POSITIVE_INFINITY, y: 0 };
  let least = Number.POSITIVE_INFINITY;
  eachSide(polygon, (a, b) => {
    const found = nearestOnSide(a, b, x, y);
    const distanceM = Math.hypot(x - found.x, y - found.y);
    if (distanceM < least) [nearest, least] = [found, distanceM];
  });
  return nearest;
}

function nearestOnSide(a: Corner, b: Corner, x: number, y: number): Corner {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length2 = dx * dx + dy * dy;
  const along = length2 > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / length2 : 0;
  const u = Math.min(1, Math.max(0, along));
  return { x: a.x + u * dx, y: a.y + u * dy };
}

function sideDistance(a: Corner, b: Corner, x: number, y: number): number {
  const near = nearestOnSide(a, b, x, y);
  return Math.hypot(x - near.x, y - near.y);
}
