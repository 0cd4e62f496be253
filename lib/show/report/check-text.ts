/** The result of a check as lines for a terminal, and as JSON. Knows no terminal and no exit code. */
import { printable } from '../../printable.js';
import type { CheckGrid, CheckResult, CheckStats } from '../validate/result.js';
import { textTable } from './text-table.js';
import { clockTime, measure, names, violationWords, type Words, warningWords } from './words.js';

/** What was checked: the show's title and format, and the notes of its import. */
export type Checked = {
  readonly title: string;
  readonly format: string;
  readonly notes: readonly string[];
  readonly result: CheckResult;
};

/** Violations first, then warnings, stats and notes. */
export function checkText({ title, format, notes, result }: Checked): string[] {
  const { violations, warnings, stats } = result;
  const lines = [`${title} (${format})`, ''];
  lines.push(violations.length === 0 ? 'No violations.' : `${count(violations.length, 'violation')}:`);
  for (const violation of violations) lines.push(resultLine(violation.t, violationWords(violation)));
  if (warnings.length > 0) lines.push('', `${count(warnings.length, 'warning')}:`);
  for (const warning of warnings) lines.push(resultLine(warning.t, warningWords(warning)));
  lines.push('', ...textTable(statRows(stats), [0, 2]).map((row) => `  ${row}`));
  lines.push('', `Tried: ${gridText(result.grid)}.`);
  if (notes.length > 0) lines.push('', 'Notes:', ...notes.map((note) => `  ${note}`));
  return lines.map(printable);
}

/** How often the ways out of the show were tried, for people. */
export function gridText({ holdS, loneS, returnS }: CheckGrid): string {
  const every = (stepS: number) => `every ${Number(stepS.toFixed(2))} s`;
  return `all hold or land: ${every(holdS)}, one holds or lands alone: ${every(loneS)}, all fly home: ${every(returnS)}`;
}

/** One object; the same content as the text. */
export function checkJson({ title, format, notes, result }: Checked): string {
  const { violations, warnings, stats } = result;
  return JSON.stringify({
    violations: violations.map(({ kind, t, drones, value, limit }) => ({ kind, t, drones, value, limit })),
    ...{ warnings, stats, notes, format, title },
  });
}

/** Name, value and, where it has one, place and time, of each of a show's extremes. */
export function statRows(stats: CheckStats): string[][] {
  const near = (
    name: string,
    value: number | null,
    { tS, pair }: { tS: number | null; pair: readonly string[] | null },
  ) =>
    value === null || tS === null || pair === null
      ? []
      : [[name, measure(value, 'm'), `${names(pair)} at ${clockTime(tS)}`]];
  return [
    ['drones', String(stats.drones), ''],
    ['duration', clockTime(stats.durationS), ''],
    ...near('least distance', stats.minDistanceM, { tS: stats.minDistanceT, pair: stats.minDistancePair }),
    ...near('least distance in the air', stats.minFlightDistanceM, {
      tS: stats.minFlightDistanceT,
      pair: stats.minFlightDistancePair,
    }),
    ['peak speed over ground', measure(stats.maxSpeedXYMPerS, 'm/s'), ''],
    ['peak climb', measure(stats.maxSpeedUpMPerS, 'm/s'), ''],
    ['peak descent', measure(stats.maxSpeedDownMPerS, 'm/s'), ''],
    ['peak acceleration', measure(stats.maxAccelerationMPerS2, 'm/s²'), ''],
    ['greatest height', measure(stats.maxAltitudeM, 'm'), ''],
  ];
}

function resultLine(tS: number, { what, todo }: Words): string {
  return `  ${clockTime(tS).padStart(7)}  ${what}: ${todo}.`;
}

/** `1 cue`, `2 cues`. */
export function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}
