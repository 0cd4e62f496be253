/** A flight over time as drawings: batteries, how far drones were off their paths, who was connected. Knows no page. */
import { areaY, lineY, type Markish, ruleX, text } from '@observablehq/plot';
import { type BandPoint, bandOf } from '../../../../lib/show/report/bands.js';
import { draw } from '../../../../lib/show/report/drawing.js';
import type { Html } from '../../../../lib/show/report/html.js';
import type { Grid } from '../../../../lib/show/report/tracks.js';
import type { DroneOutcome } from '../drone-outcome.js';
import type { FlightPageData } from '../flight-page-data.js';

/** A drawing with what stands above and below it. */
export type Figure = { readonly title: string; readonly picture: Html; readonly caption: string };

/** More alerts are no marks any more but a wall. */
const maxMarks = 40;

/** Wider than a printed line is fine enough. */
const maxSeconds = 400;

const frame = { width: 960, height: 190, marginLeft: 48, marginRight: 24, marginTop: 18, marginBottom: 30 };
/** The whole flight, in each drawing. */
function timeOf(data: FlightPageData) {
  const { flight } = data.report;
  const startS = beginS(data);
  const spanS = Math.max(1, (flight.untilUtcMs - flight.fromUtcMs) / 1000);
  return { label: 'time since the start of the show, s', grid: false, domain: [startS, startS + spanS] };
}

/** Those that there are data for. */
export function figuresOf(data: FlightPageData): Figure[] {
  return [batteryFigure(data), trackingFigure(data), windFigure(data), connectedFigure(data)].flatMap(
    (figure) => figure ?? [],
  );
}

/** When the flight began, s after the start of its show: mostly negative. */
function beginS({ report: { flight } }: FlightPageData): number {
  return (flight.fromUtcMs - (flight.startUtcMs ?? flight.fromUtcMs)) / 1000;
}

function alertMarks(data: FlightPageData): Markish[] {
  const { flight, timeline } = data.report;
  const zeroUtcMs = flight.startUtcMs ?? flight.fromUtcMs;
  const moments = timeline
    .filter(({ kind, level, utcMs }) => kind === 'alert' && level !== 'info' && utcMs >= flight.fromUtcMs)
    .filter(({ utcMs }) => utcMs <= flight.untilUtcMs)
    .slice(0, maxMarks)
    .map(({ utcMs }) => (utcMs - zeroUtcMs) / 1000);
  return moments.length === 0 ? [] : [ruleX(moments, { stroke: '#b91c1c', strokeDasharray: '2 3' })];
}

function batteryFigure(data: FlightPageData): Figure | undefined {
  const { fleet, drones } = data;
  const all = drones.flatMap(({ id, part }) => {
    const shares = part === 'flew' ? fleet.batteryShares.get(id) : undefined;
    return shares ? [shares] : [];
  });
  if (all.length === 0) return undefined;
  const startS = beginS(data);
  const count = fleet.points.length;
  const grid: Grid = { startS, stepS: fleet.stepS, count, endS: startS + (count - 1) * fleet.stepS };
  const band = bandOf(grid, all.length, (drone, moment) => 100 * (all[drone]?.[moment] ?? Number.NaN));
  const plan = planLine(data);
  const marks = [...alertMarks(data), ...bandMarks(band)];
  if (plan.length > 0)
    marks.push(
      lineY(plan, { x: 'tS', y: 'share', stroke: '#15803d', strokeWidth: 1.6, strokeDasharray: '6 3' }),
    );
  return {
    title: 'Battery',
    picture: draw('Battery over time: least, median and greatest of all drones that flew', {
      ...{ ...frame, x: timeOf(data), y: { label: 'battery, %', grid: true, domain: [0, 100] }, marks },
    }),
    caption: `What drones told the server. Band: from the least to the greatest; dark: the median. ${plan.length > 0 ? 'Green: the plan of the median drone.' : 'The record has no plan for the battery.'}`,
  };
}

/** From the charge at take-off down to what was to be left, of the drone in the middle. */
function planLine(data: FlightPageData): { readonly tS: number; readonly share: number }[] {
  const { drones, fleet } = data;
  const first = fleet.points.find(({ armed }) => armed > 0);
  const last = fleet.points.findLast(({ armed }) => armed > 0);
  const planned = drones.flatMap(({ battery }) => {
    const { startShare, plannedShare } = battery ?? {};
    return startShare === undefined || plannedShare === undefined ? [] : [{ startShare, plannedShare }];
  });
  const start = middle(planned.map(({ startShare }) => startShare));
  const used = middle(planned.map(({ plannedShare }) => plannedShare));
  if (start === undefined || used === undefined || !first || !last) return [];
  const startS = beginS(data);
  return [
    { tS: startS + first.sinceS, share: start * 100 },
    { tS: startS + last.sinceS, share: (start - used) * 100 },
  ];
}

function trackingFigure(data: FlightPageData): Figure | undefined {
  const { flight } = data.report;
  const spanS = (flight.untilUtcMs - flight.fromUtcMs) / 1000;
  const stepS = Math.max(1, spanS / maxSeconds);
  const count = Math.floor(spanS / stepS) + 1;
  const of = data.drones.filter(({ report }) =>
    report.seconds.some(({ distanceM }) => distanceM !== undefined),
  );
  if (of.length === 0 || !(spanS > 0)) return undefined;
  const startS = beginS(data);
  const series = of.map((drone) => distancesOf(drone, { fromUtcMs: flight.fromUtcMs, stepS, count }));
  const grid: Grid = { startS, stepS, count, endS: startS + (count - 1) * stepS };
  const band = bandOf(grid, of.length, (drone, moment) => series[drone]?.[moment] ?? Number.NaN);
  const greatest = Math.max(...band.map((point) => point.greatest ?? 0));
  return {
    title: 'Distance from the path',
    picture: draw('Distance from the path over time: least, median and greatest of all drones with a log', {
      ...{
        ...frame,
        x: timeOf(data),
        y: { label: 'off its path, m', grid: true, domain: [0, Math.max(greatest * 1.15, 0.1)] },
      },
      marks: [...alertMarks(data), ...bandMarks(band), ...worstMark(of, series, grid)],
    }),
    caption: `From the flight logs of ${of.length} of ${data.drones.filter(({ part }) => part === 'flew').length} drones that flew: the autopilot's own position from where it was to be, take-off and landing included; the farthest of each second. Band: from the least to the greatest; dark: the median.`,
  };
}

type Bins = { readonly fromUtcMs: number; readonly stepS: number; readonly count: number };

function distancesOf({ report }: DroneOutcome, { fromUtcMs, stepS, count }: Bins): Float32Array {
  const farthest = new Float32Array(count).fill(Number.NaN);
  for (const { utcMs, distanceM } of report.seconds) {
    const place = Math.floor((utcMs - fromUtcMs) / 1000 / stepS);
    const before = farthest[place];
    if (distanceM === undefined || before === undefined) continue;
    farthest[place] = Number.isNaN(before) ? distanceM : Math.max(before, distanceM);
  }
  return farthest;
}

/** The name of the drone at the highest point. */
function worstMark(of: readonly DroneOutcome[], series: readonly Float32Array[], grid: Grid): Markish[] {
  let worst: { readonly tS: number; readonly value: number; readonly id: string } | undefined;
  for (const [place, values] of series.entries())
    for (const [moment, value] of values.entries())
      if (value > (worst?.value ?? 0))
        worst = { tS: grid.startS + moment * grid.stepS, value, id: of[place]?.id ?? '' };
  if (!worst) return [];
  const isRight = worst.tS > (grid.startS + grid.endS) / 2;
  return [
    text([{ ...worst, label: `${worst.id.slice(0, 40)}: ${worst.value.toFixed(2)} m` }], {
      ...{ x: 'tS', y: 'value', text: 'label', dy: -7, textAnchor: isRight ? 'end' : 'start' },
      ...{ fill: '#1c1917', stroke: 'white', strokeWidth: 3 },
    }),
  ];
}

function windFigure(data: FlightPageData): Figure | undefined {
  const startS = beginS(data);
  const all = data.fleet.points.map(({ sinceS, wind }) => ({ tS: startS + sinceS, ...wind }));
  const strongest = Math.max(0, ...data.fleet.points.map(({ wind }) => wind?.gustMPerS ?? 0));
  if (data.fleet.points.every(({ wind }) => wind === undefined)) return undefined;
  return {
    title: 'Wind',
    picture: draw('Wind over time: the median of what drones estimate, and the strongest gust', {
      ...{ ...frame, height: 150, x: timeOf(data) },
      y: { label: 'wind, m/s', grid: true, domain: [0, Math.max(strongest * 1.1, 5)] },
      marks: [
        ...alertMarks(data),
        lineY(all, { x: 'tS', y: 'gustMPerS', stroke: '#0369a1', strokeWidth: 1 }),
        lineY(all, { x: 'tS', y: 'meanMPerS', stroke: '#0c4a6e', strokeWidth: 1.6 }),
      ],
    }),
    caption: `As drones estimate it from how they lean. Dark: the median of their means; light: the strongest gust, ${strongest.toFixed(1)} m/s at most.`,
  };
}

function connectedFigure(data: FlightPageData): Figure | undefined {
  const { points } = data.fleet;
  const startS = beginS(data);
  const all = points.map((point) => ({ ...point, tS: startS + point.sinceS }));
  const most = Math.max(0, ...points.map(({ known }) => known));
  if (points.length === 0 || most === 0) return undefined;
  const least = Math.min(...points.map(({ connected }) => connected));
  return {
    title: 'Connected drones',
    picture: draw('How many drones were connected, and how many were armed, over time', {
      ...{ ...frame, height: 140, x: timeOf(data) },
      y: { label: 'drones', grid: true, domain: [0, most * 1.1], ticks: Math.min(5, most) },
      marks: [
        ...alertMarks(data),
        areaY(all, { x: 'tS', y: 'armed', curve: 'step-after', fill: '#0369a1', fillOpacity: 0.22 }),
        lineY(all, { x: 'tS', y: 'connected', curve: 'step-after', stroke: '#0c4a6e', strokeWidth: 1.6 }),
      ],
    }),
    caption: `Line: connected, ${least === most ? `all ${most} all the time` : `${least} at least, of ${most}`}. Area: with motors on.`,
  };
}

function bandMarks(band: readonly BandPoint[]): Markish[] {
  return [
    areaY(band, { x: 'tS', y1: 'least', y2: 'greatest', fill: '#0369a1', fillOpacity: 0.22 }),
    lineY(band, { x: 'tS', y: 'greatest', stroke: '#0369a1', strokeWidth: 1 }),
    lineY(band, { x: 'tS', y: 'middle', stroke: '#0c4a6e', strokeWidth: 1.6 }),
  ];
}

function middle(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >>> 1];
}
