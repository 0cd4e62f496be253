/** Reads what `chronyc -n -c tracking` prints. Knows text; starts no program. */

import type { ClockState } from './clock-state.js';
import { stratumUnsynchronized } from './packet.js';

/** The state of the OS clock, and a sentence for the operator that says why; it changes only when the matter does. */
export type OsClockReport = { readonly state: ClockState; readonly text: string };

/** Fields of a line. Source: chronyc(1), command `tracking`, in the order of its report with `-c`. */
const fieldCount = 14;

/** Reference ids, as chrony prints them, of its own local reference and of a server on this machine. */
const localReferenceId = '7F7F0101';
const ownMachineId = '7F000001';

const leapOfWord = new Map([
  ['Normal', 0],
  ['Insert second', 1],
  ['Delete second', 2],
]);

type Tracking = {
  readonly referenceId: string;
  /** Undefined for a clock that is not synchronized. */
  readonly leap: number | undefined;
  readonly stratum: number;
  readonly referenceS: number;
  readonly offsetS: number;
  readonly skewPpm: number;
  readonly rootDelayS: number;
  readonly rootDispersionS: number;
};

/** What the line says of the OS clock at `nowUtcMs`; a clock is `alone` unless the line says for sure that it is kept. */
export function parseTracking(line: string, nowUtcMs: number): OsClockReport {
  const tracking = readLine(line);
  if (!tracking) return alone('what chronyc says of the OS clock can not be read');
  const { referenceId, leap, stratum, offsetS } = tracking;
  if (leap === undefined || stratum < 1 || stratum >= stratumUnsynchronized)
    return alone('chrony runs and has no source of time yet');
  if (referenceId === localReferenceId) return alone('chrony runs and has this machine as its reference');
  if (referenceId === ownMachineId)
    return alone('chrony follows a server on this machine, which is us or knows no more than we do');
  const state: ClockState = {
    type: 'disciplined',
    by: 'chrony',
    leap,
    stratum,
    rootDelayS: Math.max(0, tracking.rootDelayS),
    // How far the clock still is from where chrony is moving it is an error like the others.
    rootDispersionS: Math.max(0, tracking.rootDispersionS) + Math.abs(offsetS),
    dispersionPerS: Math.abs(tracking.skewPpm) / 1e6,
    asOfUtcMs: nowUtcMs,
    referenceUtcMs: tracking.referenceS * 1000,
  };
  return { state, text: `the OS clock is kept by chrony, stratum ${stratum}` };
}

/** Undefined when a field is missing, or is no number where one belongs. */
function readLine(line: string): Tracking | undefined {
  const fields = line.trim().split(',');
  const numbers = fields.map((field) => (/^-?\d+(?:\.\d+)?$/.test(field) ? Number(field) : undefined));
  const [referenceId, leapWord] = [fields[0], fields.at(-1)];
  const [, , stratum, referenceS, offsetS] = numbers;
  const [skewPpm, rootDelayS, rootDispersionS] = numbers.slice(9);
  if (fields.length !== fieldCount || referenceId === undefined || leapWord === undefined) return undefined;
  if (stratum === undefined || referenceS === undefined || offsetS === undefined) return undefined;
  if (skewPpm === undefined || rootDelayS === undefined || rootDispersionS === undefined) return undefined;
  const leap = leapOfWord.get(leapWord);
  return { referenceId, leap, stratum, referenceS, offsetS, skewPpm, rootDelayS, rootDispersionS };
}

/** A report of a clock that is its own reference, with the reason. */
export function alone(why: string): OsClockReport {
  return { state: { type: 'alone' }, text: `the OS clock is the reference: ${why}` };
}
