/** Polygons on the ground of a show: read from a text, judged, and measured. Pure; knows no fence and no drone. */

/** m in the frame of the show. */
export type Point = { readonly x: number; readonly y: number };

export type PolygonReading =
  | { readonly points: readonly Point[]; readonly error?: undefined }
  | { readonly points?: undefined; readonly error: string };

/** Reads `x y; x y; …` (m); an empty text is no polygon: no points. The error says what is wrong with it. */
export function readPolygon(text: string): PolygonReading {
  if (text.trim() === '') return { points: [] };
  const points: Point[] = [];
  for (const corner of text.replace(/;\s*$/, '').split(';')) {
    const [x, y, ...rest] = corner.trim().split(/\s+/).map(numberOf);
    if (x === undefined || y === undefined || rest.length > 0)
      return { error: `"${corner.trim()}" is not a corner: two numbers, x y` };
    points.push({ x, y });
  }
  const error = polygonError(points);
  return error === undefined ? { points } : { error };
}

/** Why the points make no polygon that can be a fence; undefined when they do. */
function polygonError(points: readonly Point[]): string | undefined {
  if (points.length < 3) return `it has ${points.length} corners, a fence needs 3 at least`;
  const edges = edgesOf(points);
  for (const [i, [a, b]] of edges.entries()) {
    if (a.x === b.x && a.y === b.y) return `corner ${i + 1} stands twice, at ${a.x} ${a.y}`;
    for (const [j, [c, d]] of edges.entries()) {
      const areNeighbours = j === i || (i + 1) % edges.length === j || (j + 1) % edges.length === i;
      if (!areNeighbours && cross(a, b, c, d)) return `its edges ${i + 1} and ${j + 1} cross or touch`;
    }
  }
  return Math.abs(areaM2(points)) < 1e-6 ? 'it encloses nothing: its corners are on one line' : undefined;
}

/**
 * How far inside `point` is, m: the distance to the nearest edge, negative outside.
 * Source: even-odd rule (Shimrat 1962).
 */
export function insideByM(points: readonly Point[], point: Point): number {
  let isInside = false;
  let nearestM = Number.POSITIVE_INFINITY;
  for (const [a, b] of edgesOf(points)) {
    if (a.y > point.y !== b.y > point.y) {
      const xAtY = a.x + ((point.y - a.y) / (b.y - a.y)) * (b.x - a.x);
      if (point.x < xAtY) isInside = !isInside;
    }
    nearestM = Math.min(nearestM, distanceToEdgeM(point, a, b));
  }
  return isInside ? nearestM : -nearestM;
}

function edgesOf(points: readonly Point[]): [Point, Point][] {
  return points.map((a, i) => [a, points[(i + 1) % points.length] ?? a]);
}

function numberOf(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined;
}

function distanceToEdgeM(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/** Twice the signed area of a triangle: its sign is the side of a–b on which c lies. */
function side(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** The two edges share a point. */
function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  const [s1, s2] = [Math.sign(side(a, b, c)), Math.sign(side(a, b, d))];
  const [s3, s4] = [Math.sign(side(c, d, a)), Math.sign(side(c, d, b))];
  if (s1 !== s2 && s3 !== s4) return true;
  return (
    (s1 === 0 && isOn(c, a, b)) ||
    (s2 === 0 && isOn(d, a, b)) ||
    (s3 === 0 && isOn(a, c, d)) ||
    (s4 === 0 && isOn(b, c, d))
  );
}

/** Of a point on the line through a and b: is it between them? */
function isOn(p: Point, a: Point, b: Point): boolean {
  const isBetween = (v: number, u: number, w: number) => v >= Math.min(u, w) && v <= Math.max(u, w);
  return isBetween(p.x, a.x, b.x) && isBetween(p.y, a.y, b.y);
}

function areaM2(points: readonly Point[]): number {
  return edgesOf(points).reduce((sum, [a, b]) => sum + (a.x * b.y - b.x * a.y) / 2, 0);
}
