/**
 * One rule over the drones of a fleet: who is beyond it, and whether it is raised. `(state, readings, time) → state`;
 * knows no other rule.
 */
import { type AlertRule, dronesNeeded, isBad, isGood } from './alert-rule.js';
import { type DroneReading, measures } from './measures.js';

/** Of one drone: whether it is beyond the limit, and since when it has been bad without a break, monotonic ms. */
type Watched = { readonly isBeyond: boolean; readonly badSinceMs?: number };

export type RuleState = {
  readonly drones: ReadonlyMap<string, Watched>;
  /** Undefined while it is not raised. */
  readonly raisedAtMs?: number;
  /** Since when it is raised though too few are beyond. */
  readonly calmSinceMs?: number;
  /** Since when drones should tell it and none does. */
  readonly blindSinceMs?: number;
  /** An operator goes on in spite of it: it wants nothing done until it is over. */
  readonly isAccepted?: boolean;
};

export const quietRule: RuleState = { drones: new Map() };

/** How the fleet stands to a rule at a moment. */
export type Count = {
  /** Beyond it, by what they said last. */
  readonly beyond: readonly string[];
  /** Who tells it, or is beyond it and fell silent. */
  readonly of: number;
  /** Whom it is about at all. */
  readonly about: number;
  /** The worst value that is known now. */
  readonly worst: { readonly id: string; readonly value: number } | undefined;
};

export type RuleStep = { readonly state: RuleState; readonly count: Count };

/** `nowMs` monotonic. Drones that are not among the readings any more are forgotten. */
export function stepRule(
  rule: AlertRule,
  before: RuleState,
  { readings, nowMs }: { readonly readings: readonly DroneReading[]; readonly nowMs: number },
): RuleStep {
  const measure = measures[rule.measure];
  const about = readings.filter(
    ({ isFlying, isApart }) => (isFlying || !measure.isOfFlight) && !(isApart && measure.isOfShow),
  );
  const drones = new Map<string, Watched>();
  // What comes back before it was over is the same trouble.
  const afterS = before.raisedAtMs === undefined ? rule.afterS : 0;
  let worst: Count['worst'];
  let of = 0;
  for (const reading of about) {
    const value = finite(measure.read(reading));
    const watched = watch(rule, before.drones.get(reading.id), { value, nowMs, afterS });
    drones.set(reading.id, watched);
    if (value !== undefined || watched.isBeyond) of += 1;
    if (value !== undefined && (!worst || (measure.isLowBad ? value < worst.value : value > worst.value)))
      worst = { id: reading.id, value };
  }
  const beyond = [...drones].filter(([, { isBeyond }]) => isBeyond).map(([id]) => id);
  const count = { beyond, of, about: about.length, worst };
  return { state: { drones, ...judge(rule, before, { count, nowMs }) }, count };
}

/** What is not known of a drone changes nothing of it, but begins its time anew. */
function watch(
  rule: AlertRule,
  before: Watched | undefined,
  look: { readonly value: number | undefined; readonly nowMs: number; readonly afterS: number },
): Watched {
  const { value, nowMs, afterS } = look;
  const wasBeyond = before?.isBeyond ?? false;
  if (value === undefined) return { isBeyond: wasBeyond };
  if (wasBeyond) return { isBeyond: !isGood(rule, value) };
  if (!isBad(rule, value)) return { isBeyond: false };
  const badSinceMs = before?.badSinceMs ?? nowMs;
  return nowMs - badSinceMs >= afterS * 1000 ? { isBeyond: true } : { isBeyond: false, badSinceMs };
}

function judge(
  rule: AlertRule,
  before: RuleState,
  { count, nowMs }: { readonly count: Count; readonly nowMs: number },
): Omit<RuleState, 'drones'> {
  const isBlind = count.about > 0 && count.of === 0;
  const blind = isBlind ? { blindSinceMs: before.blindSinceMs ?? nowMs } : {};
  const isReached = count.beyond.length >= dronesNeeded(rule, count.of);
  if (before.raisedAtMs === undefined) return isReached ? { ...blind, raisedAtMs: nowMs } : blind;
  const raised = {
    ...blind,
    raisedAtMs: before.raisedAtMs,
    ...(before.isAccepted && { isAccepted: true }),
  };
  if (isReached) return raised;
  const calmSinceMs = before.calmSinceMs ?? nowMs;
  return nowMs - calmSinceMs >= rule.clearAfterS * 1000 ? blind : { ...raised, calmSinceMs };
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
