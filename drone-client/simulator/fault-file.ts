/**
 * The text of a fault file: which fault befalls which drone when. Knows neither files nor drones.
 *
 * A line is `TIME DRONE FAULT [value…]`: TIME in s after that drone's motors first started (so it is mid-show whatever
 * the countdown), DRONE an id or `*` for each of them. `#` begins a comment; empty lines mean nothing.
 *
 *     12.5 drone-3 gps-loss 5    # five seconds without satellites
 *     20   *       gust 6 3
 *     30   *       wind 12 270 2 20   # rises to 12 m/s from the west, gusts of 2 m/s about it, within 20 s
 */
import { UsageError } from '../../lib/errors.js';
import { faultOf, numberOf } from './fault-words.js';
import type { Fault } from './faults.js';

export type FaultLine = {
  /** From 1, as editors count. */
  readonly line: number;
  /** After the drone's motors first started. */
  readonly atS: number;
  /** An id, or `*` for every drone. */
  readonly drone: string;
  readonly fault: Fault;
};

export const everyDrone = '*';

/** Source: the ids that drones may have, see the configuration's `id`. */
const droneId = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/;

/**
 * In the order of the file, which need not be that of time.
 * @throws UsageError that names every wrong line and what was expected there; `fileName` is for that alone.
 */
export function parseFaultFile(text: string, fileName: string): FaultLine[] {
  return readFaultLines(text, fileName, parseLine);
}

/**
 * The words of each line that says something, with the line's number. `parse` gives what they mean, or what is wrong.
 * @throws UsageError that names every wrong line.
 */
export function readFaultLines<Meaning extends object>(
  text: string,
  fileName: string,
  parse: (words: readonly string[]) => Meaning | string,
): (Meaning & { readonly line: number })[] {
  const lines: (Meaning & { readonly line: number })[] = [];
  const errors: string[] = [];
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const words = raw.replace(/#.*/, '').trim().split(/\s+/);
    if (words[0] === '') continue;
    const parsed = parse(words);
    if (typeof parsed === 'string') errors.push(`${fileName}:${index + 1}: ${parsed}`);
    else lines.push({ ...parsed, line: index + 1 });
  }
  if (errors.length > 0) throw new UsageError(errors.join('\n'));
  return lines;
}

function parseLine(words: readonly string[]): Omit<FaultLine, 'line'> | string {
  const [time = '', drone, ...fault] = words;
  const atS = numberOf(time);
  if (atS === undefined || atS < 0)
    return `"${time}" is no time; expected seconds after the motors started, e.g. \`12.5 drone-3 gps-loss 5\``;
  if (drone === undefined || fault.length === 0)
    return 'expected `TIME DRONE FAULT [value…]`, e.g. `12.5 drone-3 gps-loss 5`';
  if (drone !== everyDrone && !droneId.test(drone))
    return `"${drone}" is no drone; expected an id such as drone-3, or * for every drone`;
  const parsed = faultOf(fault);
  return typeof parsed === 'string' ? parsed : { atS, drone, fault: parsed };
}
