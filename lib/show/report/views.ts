/** The show from above and from the side, to scale. Knows a survey and limits; no page. */
import { dot, line, link, type Markish, ruleY, text } from '@observablehq/plot';
import type { Vec3 } from '../../geo/frames.js';
import type { Polygon, ShowLimits } from '../validate/limits.js';
import { droneColor } from './colors.js';
import { draw } from './drawing.js';
import type { Html } from './html.js';
import type { Survey } from './survey.js';
import { type Point, thin } from './thin.js';
import { sampleM } from './tracks.js';

/** Two drones at the moment at which they are nearest in the air. */
export type Closest = { readonly fromM: Vec3; readonly toM: Vec3; readonly label: string };

export type ViewOptions = {
  readonly survey: Survey;
  readonly limits: ShowLimits;
  readonly closest: Closest | undefined;
};

type Axis = 'x' | 'y' | 'z';

const widthPx = 720;
const maxHeightPx = 560;
const minHeightPx = 150;
const margin = { left: 48, right: 24, top: 24, bottom: 40 };
/** Of the way across the drawing: finer can not be seen. */
const tolerance = 1 / 1500;
/** Of all ways together: keeps the page of 500 drones small. */
const maxPoints = 60_000;

export function topView(options: ViewOptions): Html {
  const { limits } = options;
  const fence = limits.geofence ? [area(limits.geofence, 'geofence', '#b45309')] : [];
  const audience = limits.audience ? [area(limits.audience, 'audience', '#7c3aed')] : [];
  const more = [...(limits.geofence ?? []), ...(limits.audience ?? [])];
  return view({
    ...{ options, across: 'x', up: 'y', label: 'The ways of all drones from above', more },
    marks: [...fence.flat(), ...audience.flat()],
  });
}

/** Along the axis on which the show is wider. */
export function sideView(options: ViewOptions): Html {
  const width = (axis: 'x' | 'y') =>
    Math.max(...options.survey.drones.map(({ greatestM }) => greatestM[axis])) -
    Math.min(...options.survey.drones.map(({ leastM }) => leastM[axis]));
  const across = width('y') > width('x') ? 'y' : 'x';
  return view({
    ...{
      options,
      across,
      up: 'z',
      label: `The ways of all drones from the side, ${across} and height`,
      more: [],
    },
    marks: [ruleY([0], { stroke: '#57534e', strokeWidth: 1.5 })],
  });
}

type View = {
  readonly options: ViewOptions;
  readonly across: 'x' | 'y';
  readonly up: 'y' | 'z';
  readonly label: string;
  /** Places beside the ways that must be seen too. */
  readonly more: readonly Point[];
  readonly marks: readonly Markish[];
};

function view({ options, across, up, label, more, marks }: View): Html {
  const { survey, closest } = options;
  const pads = survey.drones.map(({ homeM }, i) => ({ ...onPlane(homeM, across, up), color: droneColor(i) }));
  const frame = frameOf(survey, { across, up, more: [...more, ...pads] });
  return draw(label, {
    ...frame.size,
    ...{
      marginLeft: margin.left,
      marginRight: margin.right,
      marginTop: margin.top,
      marginBottom: margin.bottom,
    },
    grid: true,
    x: { domain: frame.xs, label: `${across}, m` },
    y: { domain: frame.ys, label: up === 'z' ? 'height, m' : `${up}, m` },
    marks: [
      ...marks,
      line(waysOf(survey, { across, up, spanM: frame.spanM }), {
        ...{ x: 'x', y: 'y', z: 'slot', stroke: 'color', ...strokeFor(survey.tracks.length) },
      }),
      dot(pads, { x: 'x', y: 'y', symbol: 'square', r: 3, fill: 'white', stroke: 'color', strokeWidth: 1.4 }),
      ...(closest ? closestMarks(closest, across, up) : []),
    ],
  });
}

/** Many ways over each other are seen through. */
function strokeFor(drones: number): { readonly strokeWidth: number; readonly strokeOpacity: number } {
  return drones <= 50 ? { strokeWidth: 1.1, strokeOpacity: 0.75 } : { strokeWidth: 0.7, strokeOpacity: 0.4 };
}

/** Square metres stay square: both axes have one scale. */
function frameOf(
  { drones }: Survey,
  { across, up, more }: { readonly across: Axis; readonly up: Axis; readonly more: readonly Point[] },
) {
  const span = (axis: Axis, others: readonly number[]) => {
    const least = Math.min(...drones.map(({ leastM }) => leastM[axis]), ...others);
    const greatest = Math.max(...drones.map(({ greatestM }) => greatestM[axis]), ...others);
    const pad = Math.max(1, (greatest - least) * 0.05);
    // Below the ground there is nothing to see.
    return [least - (axis === 'z' ? pad * 0.4 : pad), greatest + pad] as const;
  };
  const [x0, x1] = span(
    across,
    more.map(({ x }) => x),
  );
  const [y0, y1] = span(
    up,
    more.map(({ y }) => y),
  );
  const innerPx = widthPx - margin.left - margin.right;
  const innerHeightPx = maxHeightPx - margin.top - margin.bottom;
  const perM = Math.min(innerPx / (x1 - x0), innerHeightPx / (y1 - y0));
  const heightPx = Math.max(minHeightPx - margin.top - margin.bottom, (y1 - y0) * perM);
  return {
    size: { width: widthPx, height: Math.round(heightPx + margin.top + margin.bottom) },
    xs: widened(x0, x1, innerPx / perM),
    ys: up === 'z' ? [y0, y0 + heightPx / perM] : widened(y0, y1, heightPx / perM),
    spanM: innerPx / perM,
  };
}

function widened(from: number, to: number, lengthM: number): number[] {
  const middle = (from + to) / 2;
  return [middle - lengthM / 2, middle + lengthM / 2];
}

function waysOf(
  { tracks, grid }: Survey,
  { across, up, spanM }: { readonly across: Axis; readonly up: Axis; readonly spanM: number },
) {
  const most = Math.max(20, Math.floor(maxPoints / Math.max(1, tracks.length)));
  return tracks.flatMap((track, i) => {
    const points = Array.from({ length: grid.count }, (_, at) => onPlane(sampleM(track, at), across, up));
    return thin(points, spanM * tolerance, most).map((point) => ({
      ...{ ...point, slot: track.slot, color: droneColor(i) },
    }));
  });
}

function closestMarks({ fromM, toM, label }: Closest, across: Axis, up: Axis): Markish[] {
  const [a, b] = [onPlane(fromM, across, up), onPlane(toM, across, up)];
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, label };
  return [
    link([{ a, b }], {
      ...{ x1: () => a.x, y1: () => a.y, x2: () => b.x, y2: () => b.y, stroke: '#b91c1c', strokeWidth: 2.5 },
    }),
    dot([a, b], { x: 'x', y: 'y', r: 4, fill: '#b91c1c', stroke: 'white' }),
    text([middle], {
      ...{ x: 'x', y: 'y', text: 'label', dy: -12, fill: '#b91c1c', stroke: 'white', strokeWidth: 4 },
      fontWeight: 'bold',
    }),
  ];
}

function area(polygon: Polygon, name: string, color: string): Markish[] {
  const [first] = polygon;
  if (!first) return [];
  const highest = polygon.reduce((best, corner) => (corner.y > best.y ? corner : best), first);
  return [
    line([...polygon, first], { x: 'x', y: 'y', stroke: color, strokeWidth: 1.5, strokeDasharray: '6 4' }),
    text([{ ...highest, name }], { x: 'x', y: 'y', text: 'name', dy: -8, fill: color }),
  ];
}

function onPlane(place: Vec3, across: Axis, up: Axis): Point {
  return { x: place[across], y: place[up] };
}
