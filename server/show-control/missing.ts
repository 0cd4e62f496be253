/**
 * Whether a drone of a run holds its start and could fly it at this moment, and if not, why. Pure: knows views and what
 * the drones say; sends nothing.
 */
import type { DroneRecord } from '../fleet/drone-record.js';
import { plannedStartMs } from '../fleet/telemetry.js';
import type { DroneView } from '../snapshot.js';
import type { AuthorizationScope } from './authorizer.js';
import type { ShowRun } from './show-run.js';

/** A moment that went over the wire as seconds is the same one within this, ms. */
const sameMomentMs = 1;

/** What a drone was told shows in its telemetry within this, ms. */
const sayMs = 2_500;

export function isSameMoment(oneMs: number, otherMs: number): boolean {
  return Math.abs(oneMs - otherMs) < sameMomentMs;
}

/** For lights alone a drone needs neither a charged battery nor a place. That it counts down makes none unready. */
export function isFitFor(scope: AuthorizationScope, view: DroneView): boolean {
  return scope === 'lights' ? view.isReadyForLights : view.isReady;
}

/** `isLacking`: it has come back, or has let its start go, and has not said since that it holds it. */
export function whyMissing(
  run: ShowRun,
  view: DroneView | undefined,
  { isLacking, utcMs }: { readonly isLacking: boolean; readonly utcMs: number },
): string | undefined {
  if (view?.record.isConnected !== true) return 'lost in the countdown';
  if (!holdsStart(run, view, isLacking)) return 'does not hold the start';
  if (isHeldBack(run, view.record, utcMs)) return 'is still held: it has not heard that the show goes on';
  if (isFitFor(run.scope, view)) return undefined;
  return `is not ready any more: ${view.blockers.map(({ text }) => text).join('; ') || 'its checks are not green'}`;
}

/** Whether it says that its show is held. */
export function isPaused({ last_task: task }: DroneRecord['telemetry']): boolean {
  return task === 'paused';
}

/** A drone that holds its start could fly it now, and would. */
export function isStandingBy(run: ShowRun, view: DroneView, utcMs: number): boolean {
  return isFitFor(run.scope, view) && !isHeldBack(run, view.record, utcMs);
}

/** It holds its start, and would not begin: it was away when the show went on, and has not been told since. */
function isHeldBack(run: ShowRun, { telemetry }: DroneRecord, utcMs: number): boolean {
  const { pausedUtcMs, resumedUtcMs } = run;
  if (pausedUtcMs !== undefined || resumedUtcMs === undefined) return false;
  return isPaused(telemetry) && utcMs > resumedUtcMs + sayMs;
}

/** One that can not say what it counts down to, an old client, was told: more nobody knows. */
function holdsStart(run: ShowRun, { record }: DroneView, isLacking: boolean): boolean {
  const saysMs = plannedStartMs(record.telemetry);
  if (saysMs === undefined) return record.telemetryAtMs !== undefined || run.restoredUtcMs === undefined;
  return run.holding.has(record.id) && !(isLacking && saysMs === null);
}
