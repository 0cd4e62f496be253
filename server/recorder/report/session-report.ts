/**
 * The report of a flight as data: what the journal and the drones' own logs say of it, on one line of time. Pure: knows
 * no file, and not how it will look.
 */
import { compareNatural } from '../../fleet/natural-order.js';
import { type FlightSummary, summarizeFlight } from '../../show-control/flight-summary.js';
import type { JournalRecord } from '../record.js';
import { type DroneReport, droneReport, idOf, type PlannedUse } from './drone-report.js';
import type { FlightLog } from './flight-log.js';
import { type Flight, flightsOf } from './flights.js';
import { fieldsOf, idsOf, optionalText, readState, textOf } from './read-record.js';
import { type TimelineEntry, timelineOf } from './timeline.js';

export type SessionReport = {
  readonly server: { readonly id: string; readonly software: string };
  readonly show:
    | { readonly name: string; readonly digest: string; readonly durationS: number | undefined }
    | undefined;
  readonly flight: Flight;
  /** Everything from some time before the flight until some time behind it. */
  readonly timeline: readonly TimelineEntry[];
  /** Every drone that the flight was about, in natural order. */
  readonly drones: readonly DroneReport[];
  readonly totals: FlightSummary['totals'] & {
    readonly warnings: number;
    readonly errors: number;
    readonly losses: number;
    /** Drones that used more than planned. */
    readonly overPlan: readonly string[];
  };
};

export type SessionReportInput = {
  readonly records: readonly JournalRecord[];
  readonly logs: readonly FlightLog[];
  /** Which of `flightsOf`, from 0; undefined: the last. */
  readonly flight?: number;
  readonly plannedUse?: PlannedUse | undefined;
  /** When the last drone was down, where that is known to be later than the end of the show. */
  readonly landed?: Pick<Flight, 'untilUtcMs' | 'untilMonotonicMs'> | undefined;
  /** Drones that the flight was about, whether or not anything is told of them. */
  readonly expected?: Iterable<string>;
};

/** What led to it, and what came of it, ms: drones tell of their flight after it. */
const beforeMs = 120_000;
const behindMs = 60_000;

/** Undefined for a session without that flight. */
export function sessionReport({
  records,
  logs,
  flight: number,
  plannedUse,
  landed,
  expected = [],
}: SessionReportInput): SessionReport | undefined {
  const flights = flightsOf(records);
  const shown = number === undefined ? flights.at(-1) : flights[number];
  if (!shown) return undefined;
  const next = flights[flights.indexOf(shown) + 1];
  const flight = { ...shown, ...landed };
  const span = {
    fromUtcMs: flight.fromUtcMs,
    untilUtcMs: Math.min(flight.untilUtcMs + behindMs, next?.fromUtcMs ?? Number.POSITIVE_INFINITY),
  };
  const ofFlight = records.filter(({ utcMs }) => utcMs >= span.fromUtcMs && utcMs < span.untilUtcMs);
  const drones = [...new Set([...idsIn(ofFlight, logs, flight), ...expected])]
    .sort(compareNatural)
    .map((id) =>
      droneReport({
        id,
        records: ofFlight,
        flight,
        plannedUse,
        logs: logs.filter(({ droneId }) => droneId === id),
      }),
    );
  const show = showAt(records, span.untilUtcMs);
  const timeline = timelineOf(records, logs).filter(
    ({ utcMs }) => utcMs >= span.fromUtcMs - beforeMs && utcMs < span.untilUtcMs,
  );
  const { serverId, software } = records[0]?.body ?? {};
  return {
    server: { id: textOf(serverId), software: textOf(software) },
    ...{ show, flight, timeline, drones },
    totals: { ...summarizeFlight(show?.name ?? '', drones).totals, ...countsOf(timeline, drones) },
  };
}

function countsOf(timeline: readonly TimelineEntry[], drones: readonly DroneReport[]) {
  return {
    warnings: timeline.filter(({ level }) => level === 'warning').length,
    errors: timeline.filter(({ level }) => level === 'error').length,
    losses: drones.reduce((sum, { losses }) => sum + losses.length, 0),
    overPlan: drones.flatMap(({ id, battery }) =>
      battery?.plannedShare !== undefined && battery.usedShare > battery.plannedShare ? [id] : [],
    ),
  };
}

/** Whoever something was wanted of, or is told of, or flew by its own log. */
function idsIn(records: readonly JournalRecord[], logs: readonly FlightLog[], flight: Flight): string[] {
  const flew = logs.filter(({ seconds }) =>
    seconds.some(({ utcMs, isArmed }) => isArmed && utcMs >= flight.fromUtcMs && utcMs <= flight.untilUtcMs),
  );
  const ids = [
    ...records.flatMap((record) => [idOf(record) ?? [], idsOf(record.body.ids)].flat()),
    ...flew.map(({ droneId }) => droneId),
  ];
  return ids;
}

function showAt(records: readonly JournalRecord[], utcMs: number): SessionReport['show'] {
  const loaded = records.findLast((record) => record.utcMs < utcMs && readState(record)?.what === 'show');
  const { name, digest, durationS } = fieldsOf(loaded && readState(loaded)?.value);
  if (optionalText(name) === undefined) return undefined;
  return {
    name: textOf(name),
    digest: textOf(digest),
    durationS: typeof durationS === 'number' ? durationS : undefined,
  };
}
