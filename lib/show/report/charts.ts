/** A fleet's quantities over time as drawings, each with its limit. Knows bands; no show, no page. */
import { areaY, lineY, type Markish, ruleX, ruleY, text } from '@observablehq/plot';
import type { BandPoint } from './bands.js';
import { draw } from './drawing.js';
import type { Html } from './html.js';

export type Chart = {
  readonly title: string;
  readonly unit: string;
  readonly band: readonly BandPoint[];
  readonly limit: number;
  /** A second limit below, for what can be negative. */
  readonly floor?: number;
  /** Whether the limit must not be exceeded, or not be undercut. */
  readonly side: 'most' | 'least';
  readonly cues: readonly { readonly tS: number; readonly name: string }[];
};

/** A limit this many times beyond all that is drawn would press the rest flat. */
const farBeyond = 2.5;
/** A distance this many times the limit is far enough not to be drawn. */
const farApart = 6;

export function chart({ title, unit, band, limit, floor, side, cues }: Chart): Html {
  const { least, greatest } = extremes(band);
  const isLimitSeen = side === 'least' || limit <= greatest * farBeyond;
  const isFloorSeen = floor !== undefined && floor >= least * farBeyond;
  const highest = side === 'least' ? upperEdge(greatest, limit) : room(greatest, isLimitSeen ? limit : 0);
  const lowest = least < 0 ? -room(-least, isFloorSeen ? -floor : 0) : 0;
  const data = band.map((point) => ({ ...point, greatest: capped(point.greatest, highest) }));
  return draw(`${title} over time: least, median and greatest of all drones`, {
    ...{ width: 720, height: 150, marginLeft: 48, marginRight: 24, marginTop: 18, marginBottom: 30 },
    x: { label: 'time, s', grid: false },
    y: { label: `${title}, ${unit}`, grid: true, domain: [lowest, highest], clamp: true, ticks: 5 },
    marks: [
      ruleX(cues, { x: 'tS', stroke: '#a8a29e', strokeDasharray: '2 3' }),
      areaY(data, { x: 'tS', y1: 'least', y2: 'greatest', fill: '#0369a1', fillOpacity: 0.22 }),
      lineY(data, { x: 'tS', y: side === 'least' ? 'least' : 'greatest', stroke: '#0369a1', strokeWidth: 1 }),
      lineY(data, { x: 'tS', y: 'middle', stroke: '#0c4a6e', strokeWidth: 1.6 }),
      ...(isLimitSeen ? limitMarks(`at ${side} ${limit} ${unit}`, limit, band[0]?.tS ?? 0) : []),
      ...(isFloorSeen ? limitMarks(`at most ${-floor} ${unit} down`, floor, band[0]?.tS ?? 0) : []),
    ],
  });
}

/** What the drawing leaves out, for its caption; empty when nothing. */
export function chartCaption({ band, limit, floor, unit, side }: Chart): string {
  const { least, greatest } = extremes(band);
  if (side === 'least')
    return greatest > limit * farApart
      ? `more than ${limit * farApart} ${unit} is drawn at the upper edge`
      : '';
  const above = limit > greatest * farBeyond ? [`limit ${limit} ${unit}, far above the drawing`] : [];
  const below =
    floor !== undefined && floor < least * farBeyond ? [`limit ${-floor} ${unit} down, far below it`] : [];
  return [...above, ...below].join('; ');
}

/** Of all drones and times, and 0. */
function extremes(band: readonly BandPoint[]): { readonly least: number; readonly greatest: number } {
  return {
    least: Math.min(0, ...band.map(({ least }) => least ?? 0)),
    greatest: Math.max(0, ...band.map(({ greatest }) => greatest ?? 0)),
  };
}

/** An edge with some air beyond all that is drawn; not flat where nothing happens. */
function room(value: number, limit: number): number {
  return Math.max(value * 1.05, limit * 1.15, 0.1);
}

/** Of distances, what is far more than the limit is of no interest. */
function upperEdge(greatest: number, limit: number): number {
  return Math.min(Math.max(greatest, limit * 1.5), limit * farApart);
}

function limitMarks(label: string, value: number, startS: number): Markish[] {
  return [
    ruleY([value], { stroke: '#b91c1c', strokeWidth: 1.4, strokeDasharray: '5 3' }),
    text([{ tS: startS, value, label }], {
      ...{ x: 'tS', y: 'value', text: 'label', textAnchor: 'start', dx: 4, dy: -6 },
      ...{ fill: '#b91c1c', stroke: 'white', strokeWidth: 3 },
    }),
  ];
}

function capped(value: number | undefined, most: number): number | undefined {
  return value === undefined ? undefined : Math.min(value, most);
}
