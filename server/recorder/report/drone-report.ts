/** One drone in the report of a flight: from the journal, and from its own log where there is one. Pure. */
import { type FlightReport, noReport, readFlightReport } from '../../show-control/flight-summary.js';
import type { JournalRecord } from '../record.js';
import type { FlightLog, FlightSecond } from './flight-log.js';
import type { Flight } from './flights.js';
import { fieldsOf, optionalText, readState, textOf } from './read-record.js';

/** Without a connection; until undefined: it did not come back in the record. */
type Loss = {
  readonly fromUtcMs: number;
  readonly untilUtcMs: number | undefined;
  readonly reason: string;
};

/** Shares: 0 … 1. */
export type BatteryUse = {
  readonly startShare: number;
  readonly endShare: number;
  readonly usedShare: number;
  /** What a flight of that time was to use; undefined without a plan. */
  readonly plannedShare: number | undefined;
  readonly leastV: number | undefined;
};

export type DroneReport = FlightReport & {
  readonly id: string;
  /** Armed by its own log, s; undefined without a log. */
  readonly flownS: number | undefined;
  readonly battery: BatteryUse | undefined;
  /** From its setpoint while armed, by its own log, m: take-off and landing included. */
  readonly trackingMaxM: number | undefined;
  readonly trackingRmsM: number | undefined;
  /** Those that began while the flight lasted. */
  readonly losses: readonly Loss[];
  readonly alerts: readonly { readonly utcMs: number; readonly level: string; readonly text: string }[];
  /** Commands that failed on it. */
  readonly failures: readonly { readonly utcMs: number; readonly action: string; readonly why: string }[];
  /** Second by second; empty without a log. */
  readonly seconds: readonly FlightSecond[];
  /** What its log says last of its flight, where the drone's own report is not there; undefined for nothing. */
  readonly lastWord: string | undefined;
  /** What is wrong with its log: missing, damaged, its clock unknown; undefined when nothing is. */
  readonly logTrouble: string | undefined;
};

/** The share of a battery that a flight of that drone, so long and begun with so much, is to use. */
export type PlannedUse = (id: string, flownS: number, startShare: number) => number | undefined;

export type DroneReportInput = {
  readonly id: string;
  /** Of the flight alone, in their order. */
  readonly records: readonly JournalRecord[];
  readonly flight: Flight;
  /** Its logs of the session, in their order. */
  readonly logs: readonly FlightLog[];
  readonly plannedUse?: PlannedUse | undefined;
};

/** A drone tells of its flight within this of its end, ms. */
const behindMs = 60_000;

export function droneReport({ id, records, flight, logs, plannedUse }: DroneReportInput): DroneReport {
  const own = records.filter((record) => idOf(record) === id);
  const said = own.findLast((record) => readState(record)?.what === 'flight');
  const seconds = logs
    .flatMap((log) => log.seconds)
    .filter(({ utcMs }) => utcMs >= flight.fromUtcMs - 1000 && utcMs <= flight.untilUtcMs);
  const armed = seconds.filter(({ isArmed }) => isArmed);
  const flownS = seconds.length === 0 ? undefined : seconds.reduce((sum, { armedS }) => sum + armedS, 0);
  const distancesM = armed.flatMap(({ distanceM }) => distanceM ?? []);
  return {
    ...(said ? readFlightReport(readState(said)?.value) : noReport('no report')),
    id,
    flownS,
    battery: batteryOf(armed, (startShare) =>
      flownS === undefined ? undefined : plannedUse?.(id, flownS, startShare),
    ),
    trackingMaxM: distancesM.length === 0 ? undefined : Math.max(...distancesM),
    trackingRmsM: rmsOf(armed),
    losses: lossesOf(own).filter(({ fromUtcMs }) => fromUtcMs <= flight.untilUtcMs),
    alerts: own.flatMap(({ kind, utcMs, body }) =>
      kind === 'alert' ? [{ utcMs, level: textOf(body.level), text: textOf(body.text) }] : [],
    ),
    failures: failuresOf(own),
    seconds,
    lastWord: said ? undefined : lastWordOf(logs, flight),
    logTrouble: troubleOf(logs, seconds.length),
  };
}

/** The drone that a record is about; undefined for none, or several. */
export function idOf({ kind, body }: JournalRecord): string | undefined {
  return optionalText(kind === 'outcome' ? fieldsOf(body.result).id : body.id);
}

/** How a drone's notes on its flight begin. */
const flightNote = 'flight: ';

function lastWordOf(logs: readonly FlightLog[], { fromUtcMs, untilUtcMs }: Flight): string | undefined {
  const notes = logs.flatMap(({ notes: all }) => all);
  const last = notes.findLast(
    ({ utcMs, text }) => utcMs >= fromUtcMs && utcMs <= untilUtcMs + behindMs && text.startsWith(flightNote),
  );
  return last?.text.slice(flightNote.length);
}

function lossesOf(own: readonly JournalRecord[]): Loss[] {
  const losses: Loss[] = [];
  for (const record of own) {
    const state = readState(record);
    if (state?.what !== 'connected') continue;
    const last = losses.at(-1);
    const isOpen = last !== undefined && last.untilUtcMs === undefined;
    if (state.value === false && !isOpen)
      losses.push({ fromUtcMs: record.utcMs, untilUtcMs: undefined, reason: state.text ?? '' });
    else if (state.value === true && isOpen) losses.splice(-1, 1, { ...last, untilUtcMs: record.utcMs });
  }
  return losses;
}

function failuresOf(own: readonly JournalRecord[]): DroneReport['failures'] {
  return own.flatMap(({ kind, utcMs, body }) => {
    const { ok, code, message } = fieldsOf(body.result);
    if (kind !== 'outcome' || ok === true) return [];
    return [{ utcMs, action: textOf(body.action), why: optionalText(message) ?? textOf(code) }];
  });
}

function batteryOf(
  armed: readonly FlightSecond[],
  plannedOf: (startShare: number) => number | undefined,
): BatteryUse | undefined {
  const shares = armed.flatMap(({ batteryShare }) => batteryShare ?? []);
  const [startShare, endShare] = [shares[0], shares.at(-1)];
  if (startShare === undefined || endShare === undefined) return undefined;
  const volts = armed.flatMap(({ batteryV }) => batteryV ?? []);
  return {
    ...{ startShare, endShare, plannedShare: plannedOf(startShare) },
    usedShare: startShare - endShare,
    leastV: volts.length === 0 ? undefined : Math.min(...volts),
  };
}

function rmsOf(seconds: readonly FlightSecond[]): number | undefined {
  let [sum, count] = [0, 0];
  for (const { rmsDistanceM = 0, distances } of seconds) {
    sum += rmsDistanceM * rmsDistanceM * distances;
    count += distances;
  }
  return count === 0 ? undefined : Math.sqrt(sum / count);
}

function troubleOf(logs: readonly FlightLog[], seconds: number): string | undefined {
  if (logs.length === 0) return 'its flight log is not here';
  const damage = logs.find((log) => log.damage !== undefined)?.damage;
  if (damage !== undefined) return `its flight log is damaged: ${damage}`;
  if (logs.every(({ uncertaintyMs }) => uncertaintyMs === undefined))
    return 'its clock is not known: times are its own';
  return seconds === 0 ? 'its flight log is of another time' : undefined;
}
