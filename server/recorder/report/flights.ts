/** The flights of a session by what its journal says of the show's phase. Pure. */
import type { JournalRecord } from '../record.js';
import { fieldsOf, readState } from './read-record.js';

/** From the start that was given until the show was over, or later; UTC ms of the server. */
export type Flight = {
  readonly fromUtcMs: number;
  readonly untilUtcMs: number;
  /** The same two by the server's monotonic clock, which never steps, ms. */
  readonly fromMonotonicMs: number;
  readonly untilMonotonicMs: number;
  /** When the show was to begin, by the last that was said; undefined where nothing was. */
  readonly startUtcMs: number | undefined;
  /** When the show was over, or the record ends: drones may still have had to land. */
  readonly overUtcMs: number;
  /** The record ends before the show does. */
  readonly isCut: boolean;
};

/** In their order; none for a session in which nothing was started. */
export function flightsOf(records: readonly JournalRecord[]): Flight[] {
  const flights: Flight[] = [];
  let begun: (Begun & { startUtcMs: number | undefined }) | undefined;
  for (const record of records) {
    const state = readState(record);
    if (state?.what !== 'phase') continue;
    const { phase, startUtcMs } = fieldsOf(state.value);
    if (phase !== 'idle') {
      begun ??= {
        ...{ fromUtcMs: record.utcMs, fromMonotonicMs: record.monotonicMs, startUtcMs: undefined },
      };
      if (typeof startUtcMs === 'number') begun.startUtcMs = startUtcMs;
    } else if (begun) {
      flights.push({ ...begun, ...endAt(record), isCut: false });
      begun = undefined;
    }
  }
  const last = records.at(-1);
  if (begun && last) flights.push({ ...begun, ...endAt(last), isCut: true });
  return flights;
}

type Begun = Pick<Flight, 'fromUtcMs' | 'fromMonotonicMs'>;

function endAt({
  utcMs,
  monotonicMs,
}: JournalRecord): Pick<Flight, 'untilUtcMs' | 'untilMonotonicMs' | 'overUtcMs'> {
  return { untilUtcMs: utcMs, overUtcMs: utcMs, untilMonotonicMs: monotonicMs };
}
