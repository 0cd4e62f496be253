/**
 * What is known of one drone's flight when everything that tells of it is laid side by side: its own report, its log, and
 * what the server heard of it. Pure: knows no page.
 */
import { hasFlownAndLanded } from '../../show-control/flight-summary.js';
import type { BatteryUse, DroneReport, PlannedUse } from './drone-report.js';
import type { DroneSeen } from './fleet-series.js';
import type { Flight } from './flights.js';

/** `flew`; `stayed`: it had a slot and did not fly; `aside`: the show was not about it. */
type Part = 'flew' | 'stayed' | 'aside';

/** `planned`: as its show has it; `commanded`: people ended it, and it landed; `bad`: neither; `unknown`: nobody says. */
export type EndKind = 'planned' | 'commanded' | 'bad' | 'unknown';

export type DroneOutcome = {
  readonly id: string;
  readonly report: DroneReport;
  /** Of the show; undefined for none, or where the record does not say. */
  readonly slot: string | undefined;
  readonly part: Part;
  /** How it came down, for people. */
  readonly end: { readonly text: string; readonly kind: EndKind };
  readonly battery: (BatteryUse & { readonly by: 'log' | 'telemetry' }) | undefined;
  /** Off its path by the autopilot's own position, m: of the show. */
  readonly tracking:
    | { readonly maxM: number; readonly rmsM: number | undefined; readonly by: 'report' | 'log' }
    | undefined;
};

/** From its start to its end, by the server's clock. */
type ShowSpan = Pick<Flight, 'startUtcMs' | 'fromUtcMs' | 'overUtcMs'>;

export type OutcomeInput = {
  readonly flight: ShowSpan;
  readonly report: DroneReport;
  readonly slot: string | undefined;
  readonly seen: DroneSeen | undefined;
  readonly plannedUse?: PlannedUse | undefined;
};

/** What a drone says that has not flown, or whose word is not here. */
const unflown: ReadonlySet<string> = new Set(['no flight', 'no report']);

export function droneOutcome({ report, flight, slot, seen, plannedUse }: OutcomeInput): DroneOutcome {
  const hasFlown =
    !unflown.has(report.result) || (report.flownS ?? 0) > 0 || (seen !== undefined && seen.armedS > 0);
  return {
    ...{ id: report.id, report, slot },
    part: hasFlown ? 'flew' : slot === undefined ? 'aside' : 'stayed',
    end: hasFlown ? endOf(report, seen) : { text: 'did not fly', kind: 'unknown' },
    battery: report.battery ? { ...report.battery, by: 'log' } : heardBattery(report.id, seen, plannedUse),
    tracking: trackingOf(report, flight),
  };
}

/** What people order and a drone then says. */
const commanded: ReadonlySet<string> = new Set(['landed on command', 'returned on command']);

function endOf(report: DroneReport, seen: DroneSeen | undefined): DroneOutcome['end'] {
  const { result, seconds, lastWord } = report;
  if (hasFlownAndLanded(report)) return { text: 'landed', kind: 'planned' };
  if (commanded.has(result)) return { text: result, kind: 'commanded' };
  if (result === 'landed') return { text: 'landed, it says; its way was not measured', kind: 'unknown' };
  if (!unflown.has(result)) return { text: result, kind: 'bad' };
  if (lastWord !== undefined && commanded.has(lastWord))
    return { text: `${lastWord}, by its log; no report`, kind: 'commanded' };
  if (lastWord === 'landed' && report.trackingMaxM !== undefined)
    return { text: 'landed, by its log; no report', kind: 'planned' };
  const said = lastWord === undefined ? '' : `; its log says "${lastWord}"`;
  const last = seconds.at(-1);
  const isArmed = last?.isArmed ?? seen?.isArmedAtEnd;
  if (isArmed === undefined) return { text: `unknown${said}`, kind: 'unknown' };
  const when = last ? 'at the end of its log' : 'when it was heard last';
  return { text: `no report; ${motors(isArmed)} ${when}${said}`, kind: 'unknown' };
}

function motors(isArmed: boolean): string {
  return isArmed ? 'motors on' : 'motors off';
}

function heardBattery(
  id: string,
  seen: DroneSeen | undefined,
  plannedUse: PlannedUse | undefined,
): DroneOutcome['battery'] {
  if (seen?.startShare === undefined || seen.endShare === undefined) return undefined;
  const { startShare, endShare, leastV, armedS } = seen;
  const usedShare = startShare - endShare;
  return {
    startShare,
    endShare,
    usedShare,
    leastV,
    plannedShare: plannedUse?.(id, armedS, startShare),
    by: 'telemetry',
  };
}

function trackingOf(
  { maxDistanceM, rmsDistanceM, seconds }: DroneReport,
  { startUtcMs, fromUtcMs, overUtcMs }: ShowSpan,
): DroneOutcome['tracking'] {
  if (maxDistanceM !== null) return { maxM: maxDistanceM, rmsM: rmsDistanceM ?? undefined, by: 'report' };
  let [maxM, sumM2, count] = [0, 0, 0];
  for (const { utcMs, distanceM = 0, rmsDistanceM: rmsM = 0, distances } of seconds) {
    if (utcMs < (startUtcMs ?? fromUtcMs) || utcMs > overUtcMs) continue;
    maxM = Math.max(maxM, distanceM);
    sumM2 += rmsM * rmsM * distances;
    count += distances;
  }
  return count === 0 ? undefined : { maxM, rmsM: Math.sqrt(sumM2 / count), by: 'log' };
}

/** Whether it used more than was planned for the time that it flew; undefined: one of the two is unknown. */
export function isOverPlan({ battery }: Pick<DroneOutcome, 'battery'>): boolean | undefined {
  return battery?.plannedShare === undefined ? undefined : battery.usedShare > battery.plannedShare;
}
