/**
 * What is known of one drone's flight when everything that tells of it is laid side by side: its own report, its log, and
 * what the server heard of it. Pure: knows no page.
 */
import { hasFlownAndLanded } from '../../show-control/flight-summary.js';
import type { BatteryUse, DroneReport, PlannedUse } from './drone-report.js';
import type { DroneSeen } from './fleet-series.js';

/** `flew`; `stayed`: it had a slot and did not fly; `aside`: the show was not about it. */
export type Part = 'flew' | 'stayed' | 'aside';

export type DroneOutcome = {
  readonly id: string;
  readonly report: DroneReport;
  /** Of the show; undefined for none, or where the record does not say. */
  readonly slot: string | undefined;
  readonly part: Part;
  /** How it came down, for people; `isGood` undefined: nobody knows. */
  readonly end: { readonly text: string; readonly isGood: boolean | undefined };
  readonly battery: (BatteryUse & { readonly by: 'log' | 'telemetry' }) | undefined;
  /** Off its path by the autopilot's own position, m: of the show alone by its report, of the whole flight by its log. */
  readonly tracking:
    | { readonly maxM: number; readonly rmsM: number | undefined; readonly by: 'report' | 'log' }
    | undefined;
};

export type OutcomeInput = {
  readonly report: DroneReport;
  readonly slot: string | undefined;
  readonly seen: DroneSeen | undefined;
  readonly plannedUse?: PlannedUse | undefined;
};

/** What a drone says that has not flown, or whose word is not here. */
const unflown: ReadonlySet<string> = new Set(['no flight', 'no report']);

export function droneOutcome({ report, slot, seen, plannedUse }: OutcomeInput): DroneOutcome {
  const hasFlown =
    !unflown.has(report.result) || (report.flownS ?? 0) > 0 || (seen !== undefined && seen.armedS > 0);
  return {
    ...{ id: report.id, report, slot },
    part: hasFlown ? 'flew' : slot === undefined ? 'aside' : 'stayed',
    end: hasFlown ? endOf(report, seen) : { text: 'did not fly', isGood: undefined },
    battery: report.battery ? { ...report.battery, by: 'log' } : heardBattery(report.id, seen, plannedUse),
    tracking: trackingOf(report),
  };
}

function endOf(report: DroneReport, seen: DroneSeen | undefined): DroneOutcome['end'] {
  const { result, seconds } = report;
  if (hasFlownAndLanded(report)) return { text: 'landed', isGood: true };
  if (result === 'landed') return { text: 'landed, it says; its way was not measured', isGood: undefined };
  if (!unflown.has(result)) return { text: result, isGood: false };
  const last = seconds.at(-1);
  if (last) return { text: `no report; ${motors(last.isArmed)} at the end of its log`, isGood: undefined };
  if (seen?.isArmedAtEnd === undefined) return { text: 'unknown', isGood: undefined };
  return { text: `no report; ${motors(seen.isArmedAtEnd)} when it was heard last`, isGood: undefined };
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

function trackingOf({
  maxDistanceM,
  rmsDistanceM,
  trackingMaxM,
  trackingRmsM,
}: DroneReport): DroneOutcome['tracking'] {
  if (maxDistanceM !== null) return { maxM: maxDistanceM, rmsM: rmsDistanceM ?? undefined, by: 'report' };
  return trackingMaxM === undefined ? undefined : { maxM: trackingMaxM, rmsM: trackingRmsM, by: 'log' };
}

/** Whether it used more than was planned for the time that it flew; undefined: one of the two is unknown. */
export function isOverPlan({ battery }: Pick<DroneOutcome, 'battery'>): boolean | undefined {
  return battery?.plannedShare === undefined ? undefined : battery.usedShare > battery.plannedShare;
}
