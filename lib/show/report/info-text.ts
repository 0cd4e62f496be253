/** What a show is, as lines for a terminal of 80 columns: one line a drone. Knows no terminal and no limits but its own. */
import { printable } from '../../printable.js';
import type { Origin, Show } from '../show.js';
import type { CheckStats } from '../validate/result.js';
import { count, statRows } from './check-text.js';
import type { DroneSurvey, Survey } from './survey.js';
import { textTable, wrap } from './text-table.js';
import { clockTime, measure } from './words.js';

export type Described = {
  readonly show: Show;
  readonly format: string;
  readonly notes: readonly string[];
  readonly survey: Survey;
  readonly stats: CheckStats;
};

const columns = 80;
/** A longer name would take the line's other columns. */
const slotColumns = 12;

export function infoText({ show, format, notes, survey, stats }: Described): string[] {
  return [
    ...textTable(headRows(show, format), [0, 1]).flatMap((line) => wrapped(line)),
    '',
    ...textTable(statRows(stats), [0, 2]),
    ...extentLines(survey),
    ...cueLines(show),
    '',
    'Stages (when each begins, s), first action and delay after the first drone:',
    ...textTable([stageHead, ...survey.drones.map(stageRow)], [0, 5]),
    '',
    `Extents (m), peak speeds (m/s, sampled at ${Number((1 / survey.grid.stepS).toFixed(1))} Hz), nearest other drone (m):`,
    ...textTable([extentHead, ...survey.drones.map(extentRow)]),
    ...(notes.length > 0 ? ['', 'Notes:', ...notes.flatMap((note) => wrap(`  ${note}`, columns, '  '))] : []),
  ].map(printable);
}

/** What the file says of itself, name and value; the same for the page. */
export function headRows(show: Show, format: string): string[][] {
  const { music, segments } = show;
  const spans = Object.entries(segments).map(
    ([name, { startS, endS }]) => `${name} ${clockTime(startS)}–${clockTime(endS)}`,
  );
  return [
    ['title', show.title],
    ['format', format],
    ['origin', originText(show.origin)],
    [
      'x axis points to',
      show.headingDeg === undefined ? 'not given' : `${show.headingDeg}° (clockwise from north)`,
    ],
    ['music', music ? `${music.fileName} (${music.mediaType}), from ${clockTime(music.startS)}` : 'none'],
    ['cues', show.cues.length === 0 ? 'none' : String(show.cues.length)],
    ...(spans.length > 0 ? [['segments', spans.join(', ')]] : []),
  ];
}

function originText(origin: Origin | undefined): string {
  if (!origin) return 'not given';
  const { latDeg, lonDeg, amslM } = origin;
  return `${latDeg.toFixed(7)}, ${lonDeg.toFixed(7)}${amslM === undefined ? '' : `, ${amslM.toFixed(1)} m above sea level`}`;
}

function extentLines({ drones }: Survey): string[] {
  const span = (axis: 'x' | 'y' | 'z') => {
    const least = Math.min(...drones.map(({ leastM }) => leastM[axis]));
    const greatest = Math.max(...drones.map(({ greatestM }) => greatestM[axis]));
    return `${axis} ${least.toFixed(1)}…${greatest.toFixed(1)} m`;
  };
  return [`extents: ${span('x')}, ${span('y')}, ${span('z')}`];
}

function cueLines({ cues }: Show): string[] {
  if (cues.length === 0) return [];
  return [
    '',
    `${count(cues.length, 'cue')}:`,
    ...cues.map(({ tS, name }) => `  ${clockTime(tS).padStart(7)}  ${name}`),
  ];
}

const stageHead = ['drone', 'takeoff', 'route', 'land', 'static', 'first action', 'delay'];

function stageRow({ slot, stages, firstAction, delayS }: DroneSurvey): string[] {
  const { takeoffS, routeS, landS, staticEndS } = stages;
  const action = firstAction.kind === 'none' ? 'none' : `${firstAction.kind} at ${firstAction.tS.toFixed(1)}`;
  const times = [takeoffS, routeS, landS, staticEndS].map((tS) => tS.toFixed(1));
  return [short(slot), ...times, action, delayS === undefined ? '–' : delayS.toFixed(1)];
}

const extentHead = ['drone', 'x', 'y', 'z', 'flat', 'up', 'down', 'nearest'];

function extentRow(drone: DroneSurvey): string[] {
  const { slot, leastM, greatestM, nearest } = drone;
  const span = (axis: 'x' | 'y' | 'z') => `${extent(leastM[axis])}…${extent(greatestM[axis])}`;
  const speeds = [drone.maxSpeedXYMPerS, drone.maxSpeedUpMPerS, drone.maxSpeedDownMPerS].map((v) =>
    v.toFixed(1),
  );
  const near = nearest ? measure(nearest.distanceM, '') : '–';
  return [short(slot), span('x'), span('y'), span('z'), ...speeds, near];
}

function extent(valueM: number): string {
  return valueM.toFixed(Math.abs(valueM) >= 99.95 ? 0 : 1);
}

function short(slot: string): string {
  return slot.length <= slotColumns ? slot : `${slot.slice(0, slotColumns - 1)}…`;
}

function wrapped(line: string): string[] {
  return wrap(line, columns, ' '.repeat(18));
}
