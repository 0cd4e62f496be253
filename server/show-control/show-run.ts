/** Where a show that was started is now, from what was commanded and what the drones say. Pure. */
import type { DroneRecord } from '../fleet/drone-record.js';
import { isArmed } from '../fleet/telemetry.js';
import type { ShowPhase } from '../snapshot.js';
import type { AuthorizationScope } from './authorizer.js';

/** A start that was given. UTC ms of the server's clock; `startUtcMs` moves on by each pause. */
export type ShowRun = {
  readonly ids: readonly string[];
  readonly startUtcMs: number;
  /** The start as the drones were told it: what they count down to, whatever pauses came since. */
  readonly toldUtcMs: number;
  /** Up to this moment a start can be taken back from everybody; a pause before the start moves both on. */
  readonly noReturnUtcMs: number;
  readonly pausedUtcMs: number | undefined;
  /** When it went on after its last pause. */
  readonly resumedUtcMs: number | undefined;
  /** What was authorized when it was started. */
  readonly scope: AuthorizationScope;
  /** Drones that have answered that they hold the start. */
  readonly holding: ReadonlySet<string>;
  /** So many have to hold it. */
  readonly least: number;
  /** When a server that was started anew took it over; undefined in the one that began it. */
  readonly restoredUtcMs: number | undefined;
  /** When its music was to sound, as the start said; it moves on with the start. Undefined: as the show's file says. */
  readonly musicUtcMs?: number;
};

/** No drone reports at once what it does: before this much of the show has passed nothing is taken for its end, ms. */
const settleMs = 3_000;

/** Drones have so long to come back to a server that was started anew, or over a network that was down, ms. */
export const comeBackMs = 30_000;

/** True until the show begins to move: what has been told so far can be taken back. */
export function isBeforeStart({ startUtcMs, pausedUtcMs }: ShowRun, utcMs: number): boolean {
  return Math.min(utcMs, pausedUtcMs ?? Number.POSITIVE_INFINITY) < startUtcMs;
}

/** What counts of a drone that holds the start: whether it could also fly it now, and whether it can answer at all. */
export type Standing = { readonly isFit: boolean; readonly isAnswering: boolean };

export function phaseOf(
  run: ShowRun | undefined,
  utcMs: number,
  standingOf: (id: string) => Standing = () => ({ isFit: true, isAnswering: true }),
): ShowPhase {
  if (!run) return { phase: 'idle' };
  const { startUtcMs, pausedUtcMs, scope } = run;
  const music = musicOf(run);
  if (pausedUtcMs !== undefined) return { phase: 'paused', startUtcMs, pausedUtcMs, ...music };
  if (utcMs >= startUtcMs) return { phase: 'running', scope, startUtcMs, ...music };
  const fit = run.ids.filter((id) => run.holding.has(id) && standingOf(id).isFit);
  const toldOnly = fit.filter((id) => !standingOf(id).isAnswering).length;
  const counts = { holding: fit.length, of: run.ids.length, ...(toldOnly > 0 && { toldOnly }) };
  return { phase: 'countdown', scope, startUtcMs, ...counts, ...music };
}

/** The pauses that moved the start moved the music as well. */
function musicOf({ musicUtcMs, startUtcMs, toldUtcMs }: ShowRun): { readonly musicUtcMs?: number } {
  return musicUtcMs === undefined ? {} : { musicUtcMs: musicUtcMs + startUtcMs - toldUtcMs };
}

/** The run paused at `utcMs`; a run that is paused already keeps its moment. */
export function pauseRun(run: ShowRun, utcMs: number): ShowRun {
  return run.pausedUtcMs === undefined ? { ...run, pausedUtcMs: utcMs } : run;
}

/**
 * The run going on at `utcMs`: a show that had begun goes on from the moment it was held at; one that was held in its
 * countdown starts when it was planned, or now if that is over.
 */
export function resumeRun(run: ShowRun, utcMs: number): ShowRun {
  if (run.pausedUtcMs === undefined) return run;
  if (run.pausedUtcMs < run.startUtcMs) {
    const startUtcMs = Math.max(utcMs, run.startUtcMs);
    const noReturnUtcMs = startUtcMs - (run.startUtcMs - run.noReturnUtcMs);
    return { ...run, startUtcMs, noReturnUtcMs, pausedUtcMs: undefined, resumedUtcMs: utcMs };
  }
  const heldMs = Math.max(0, utcMs - run.pausedUtcMs);
  return { ...run, startUtcMs: run.startUtcMs + heldMs, pausedUtcMs: undefined, resumedUtcMs: utcMs };
}

/** The run without some of its drones; undefined when none is left. */
export function withdrawFromRun(run: ShowRun, ids: ReadonlySet<string>): ShowRun | undefined {
  const left = run.ids.filter((id) => !ids.has(id));
  return left.length === 0 ? undefined : { ...run, ids: left };
}

/**
 * True when every drone of the run that can still be heard has landed and has nothing left to do. While nobody is heard,
 * and one was armed by its last word or has said none, nobody knows: a network that is down ends no show. Nor does one that
 * is down for some of them, who flew by their last word, before they had time to come back; nor a server that was started
 * anew. `nowMs` is on the clock of the records, monotonic.
 */
export function hasRunEnded(
  run: ShowRun,
  records: readonly (DroneRecord | undefined)[],
  { utcMs, nowMs }: { readonly utcMs: number; readonly nowMs: number },
): boolean {
  if (run.pausedUtcMs !== undefined || utcMs < run.startUtcMs + settleMs) return false;
  const heard = records.filter((record) => record?.isConnected);
  const isUnheard = records.some((record) => record && record.telemetry.armed === undefined);
  if (isUnheard && utcMs < (run.restoredUtcMs ?? Number.NEGATIVE_INFINITY) + comeBackMs) return false;
  if (heard.length === 0) return !isUnheard && !records.some((record) => record && isArmed(record.telemetry));
  if (records.some((record) => record && isSilentFlier(record, nowMs))) return false;
  return heard.every(
    (record) => record && !isArmed(record.telemetry) && record.telemetry.last_task === 'No task',
  );
}

/** It flew by its last word, which is not long ago: it may be heard again. */
function isSilentFlier({ isConnected, telemetry, telemetryAtMs }: DroneRecord, nowMs: number): boolean {
  const saidMs = telemetryAtMs ?? Number.NEGATIVE_INFINITY;
  return !isConnected && isArmed(telemetry) && nowMs - saidMs < comeBackMs;
}
