/** Distance of a point from a polygon. Knows the plane alone. */
import type { Polygon } from './limits.js';

/** m; positive outside, negative inside. The sides may not cross each other. */
export function signedDistance(polygon: Polygon, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  let isInside = false;
  let a = polygon[polygon.length - 1];
  for (const b of polygon) {
    if (!a) break;
    least = Math.min(least, sideDistance(a, b, x, y));
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)) isInside = !isInside;
    a = b;
  }
  return isInside ? -least : least;
}

type Corner = Polygon[number];

function sideDistance(a: Corner, b: Corner, x: number, y: number): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length2 = dx * dx + dy * dy;
  const along = length2 > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / length2 : 0;
  const u = Math.min(1, Math.max(0, along));
  return Math.hypot(x - a.x - u * dx, y - a.y - u * dy);
}
