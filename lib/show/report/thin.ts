/** Thins a way to the points that can be seen in a drawing. Knows points alone. */

export type Point = { readonly x: number; readonly y: number };

/** Points of `points` such that the line through them passes all within `tolerance`; at most `most` of them. */
export function thin(points: readonly Point[], tolerance: number, most: number): Point[] {
  const kept: Point[] = [];
  const first = points[0];
  if (!first) return kept;
  kept.push(first);
  let from = 0;
  for (let i = 2; i < points.length; i++) {
    if (isStraight(points, { from, to: i }, tolerance)) continue;
    from = i - 1;
    const point = points[from];
    if (point) kept.push(point);
  }
  const last = points.at(-1);
  if (last && points.length > 1) kept.push(last);
  return kept.length <= most ? kept : evenly(kept, most);
}

/** Longest stretch that one line may stand for, samples: keeps the work in bounds. */
const longest = 200;

function isStraight(
  points: readonly Point[],
  { from, to }: { readonly from: number; readonly to: number },
  tolerance: number,
): boolean {
  const a = points[from];
  const b = points[to];
  if (!a || !b || to - from > longest) return false;
  for (let i = from + 1; i < to; i++) {
    const p = points[i];
    if (p && distanceToLine(p, a, b) > tolerance) return false;
  }
  return true;
}

function distanceToLine(p: Point, a: Point, b: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const square = dx * dx + dy * dy;
  const u = square === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / square));
  return Math.hypot(p.x - a.x - u * dx, p.y - a.y - u * dy);
}

function evenly(points: readonly Point[], most: number): Point[] {
  return Array.from({ length: most }, (_, i) => Math.round((i * (points.length - 1)) / (most - 1))).flatMap(
    (i) => points[i] ?? [],
  );
}
