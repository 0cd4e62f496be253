/** What of a kept state still holds now, and why the rest does not. Pure: the time and the show are arguments. */
import type { KeptAuthorization, KeptRun, MachineMoment, ServerState } from './server-state.js';

/** The show that is loaded now; undefined when none is. */
export type PresentShow = { readonly digest: string } | undefined;

/** Now, by the clock and by what no clock changes; that is undefined where the machine does not say. */
type RestoreMoment = { readonly utcMs: number; readonly at: MachineMoment | undefined };

export type RestorePlan = Pick<ServerState, 'drones' | 'slots' | 'groups' | 'recentShows'> & {
  /** `leftS`: from now on. */
  readonly authorization: KeptAuthorization | undefined;
  readonly run: KeptRun | undefined;
  /** What was dropped and why, for the log. */
  readonly notes: readonly string[];
};

/** What has to be done for another start. */
const again = 'authorize again (A in the panel, ctl authorize)';

/** No drone flies so long beyond the end of its show, ms. */
const lingerMs = 15 * 60_000;

/** A start lies at most a day ahead; what lies further comes from a clock that was set, ms. */
const maxAheadMs = 86_460_000;

export function planRestore(state: ServerState, show: PresentShow, now: RestoreMoment): RestorePlan {
  const { drones, groups, recentShows } = state;
  const nothing = { drones, groups, recentShows, slots: undefined, authorization: undefined, run: undefined };
  if (!state.show) return { ...nothing, notes: [] };
  if (show?.digest !== state.show.digest) {
    const why = show ? 'another show is loaded now, or it has changed' : 'its show is not loaded';
    return { ...nothing, notes: lostNotes(state, why) };
  }
  const notes: string[] = [];
  const authorization = validAuthorization(state, now.at, notes);
  const run = validRun(state, authorization !== undefined, { utcMs: now.utcMs, notes });
  return { drones, groups, recentShows, slots: state.slots, authorization, run, notes };
}

/** The show to load where nobody names one: that of a run which was on. */
export function showOfRun(state: ServerState | undefined, utcMs: number): string | undefined {
  if (!state?.run || !state.show) return undefined;
  return isPlausible(state.run, state.show.durationS, utcMs) ? state.show.path : undefined;
}

function lostNotes({ slots, authorization, run }: ServerState, why: string): string[] {
  const lost = [slots && 'slots', authorization && 'authorization', run && 'run of the show'].filter(Boolean);
  return lost.length === 0 ? [] : [`${lost.join(', ')} of before are dropped: ${why}`];
}

/**
 * By the time that the machine has run since: its clock may have been set, or may not run while it is off, and would let
 * what has expired hold on.
 */
function validAuthorization(
  { authorization, at: kept }: ServerState,
  now: MachineMoment | undefined,
  notes: string[],
): KeptAuthorization | undefined {
  if (!authorization) return undefined;
  const passedS = kept && now && kept.boot === now.boot ? (now.uptimeMs - kept.uptimeMs) / 1000 : -1;
  const leftS = authorization.leftS - passedS;
  if (passedS >= 0 && leftS > 0) return { ...authorization, leftS };
  const why =
    kept && now
      ? 'this machine was started anew since'
      : 'this machine does not say how long ago it was given';
  notes.push(
    passedS >= 0
      ? `the authorization of before has expired: ${again}`
      : `the authorization of before is not taken over, ${why}: ${again}`,
  );
  return undefined;
}

type Judgement = { readonly utcMs: number; readonly notes: string[] };

function validRun({ run, show }: ServerState, isAuthorized: boolean, { utcMs, notes }: Judgement) {
  if (!run || !show) return undefined;
  if (!isPlausible(run, show.durationS, utcMs)) {
    notes.push('the run of before is dropped: by this clock its show is long over, or more than a day ahead');
    return undefined;
  }
  const isBegun = Math.min(utcMs, run.pausedUtcMs ?? Number.POSITIVE_INFINITY) >= run.startUtcMs;
  if (isBegun || isAuthorized) return run;
  notes.push('the countdown of before is called off: nothing is authorized any more');
  return undefined;
}

function isPlausible({ startUtcMs, pausedUtcMs }: KeptRun, durationS: number, utcMs: number): boolean {
  const lastUtcMs = Math.max(startUtcMs, pausedUtcMs ?? 0) + durationS * 1000;
  return utcMs <= lastUtcMs + lingerMs && startUtcMs <= utcMs + maxAheadMs;
}
