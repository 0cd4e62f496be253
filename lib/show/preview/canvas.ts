/** The drones of one moment in half-character points, to scale. Knows a scene; no keys, no terminal. */
import type { Vec3 } from '../../geo/frames.js';
import type { Rgb } from '../model.js';
import type { PreviewLine, PreviewSpan, ScreenSize } from './lines.js';
import type { Moment, Scene } from './scene.js';

type Axis = 'x' | 'y' | 'z';

/** What is drawn to the right and upwards. */
export type Plane = { readonly across: 'x' | 'y'; readonly up: 'y' | 'z' };

export type Canvas = { readonly lines: readonly PreviewLine[]; readonly perColumnM: number };

/** A drone whose lights are off, and what only helps to find one's way. */
const unlit: Rgb = { red: 78, green: 78, blue: 78 };
const faint: Rgb = { red: 98, green: 98, blue: 98 };
/** Sum of the three channels; darker could not be seen on black. */
const leastLight = 60;

/** From the side, the wider of the two ways is seen. */
export function planeOf({ leastM, greatestM }: Scene, side: 'top' | 'side'): Plane {
  if (side === 'top') return { across: 'x', up: 'y' };
  const isDeep = greatestM.y - leastM.y > greatestM.x - leastM.x;
  return { across: isDeep ? 'y' : 'x', up: 'z' };
}

/** A point is as high as half a row, about as high as wide. */
export function drawCanvas(
  scene: Scene,
  { positionsM, colors }: Moment,
  { plane, size }: { readonly plane: Plane; readonly size: ScreenSize },
): Canvas {
  const scale = scaleOf(scene, plane, size);
  const points = new Map<number, Rgb>();
  positionsM.forEach((positionM, i) => {
    const at = scale.pointOf(positionM);
    const color = visible(colors[i] ?? unlit);
    const there = points.get(at);
    if (!there || light(color) > light(there)) points.set(at, color);
  });
  const pads = new Set(scene.drones.map(({ homeM }) => cellOf(scale.pointOf(homeM), size.columns)));
  const groundRow = plane.up === 'z' ? scale.rowOf(0) : -1;
  const lines = Array.from({ length: size.rows }, (_, row) =>
    rowSpans(size.columns, (column) => {
      const upper = points.get(2 * row * size.columns + column);
      const lower = points.get((2 * row + 1) * size.columns + column);
      if (upper && lower) return { text: '▀', color: upper, ground: lower };
      if (upper) return { text: '▀', color: upper };
      if (lower) return { text: '▄', color: lower };
      if (pads.has(row * size.columns + column)) return { text: plane.up === 'z' ? '━' : '·', color: faint };
      return row === groundRow ? { text: '─', color: unlit } : { text: ' ' };
    }),
  );
  return { lines, perColumnM: 1 / scale.perM };
}

function scaleOf({ leastM, greatestM }: Scene, { across, up }: Plane, { columns, rows }: ScreenSize) {
  const points = 2 * rows;
  const least = (axis: Axis) => (axis === 'z' ? Math.min(0, leastM.z) : leastM[axis]);
  const width = Math.max(1, greatestM[across] - least(across));
  const height = Math.max(1, greatestM[up] - least(up));
  const perM = Math.max(1e-6, Math.min((columns - 3) / width, (points - 3) / height));
  const left = (columns - 1 - width * perM) / 2;
  // From the side the ground is at the bottom; from above the show is in the middle.
  const bottom = up === 'z' ? 1 : (points - 1 - height * perM) / 2;
  const inside = (value: number, count: number) => Math.max(0, Math.min(count - 1, Math.round(value)));
  const lineOf = (upM: number) => inside(points - 1 - bottom - (upM - least(up)) * perM, points);
  return {
    perM,
    rowOf: (upM: number) => Math.floor(lineOf(upM) / 2),
    pointOf: (place: Vec3) =>
      lineOf(place[up]) * columns + inside(left + (place[across] - least(across)) * perM, columns),
  };
}

/** The cell in which a point lies. */
function cellOf(point: number, columns: number): number {
  return Math.floor(point / columns / 2) * columns + (point % columns);
}

function rowSpans(columns: number, cell: (column: number) => PreviewSpan): PreviewLine {
  const spans: PreviewSpan[] = [];
  for (let column = 0; column < columns; column++) {
    const next = cell(column);
    const last = spans.at(-1);
    if (last && last.color === next.color && last.ground === next.ground)
      spans[spans.length - 1] = { ...last, text: last.text + next.text };
    else spans.push(next);
  }
  return spans;
}

function light({ red, green, blue }: Rgb): number {
  return red + green + blue;
}

function visible(color: Rgb): Rgb {
  return light(color) < leastLight ? unlit : color;
}
