/**
 * All alerts of a fleet: from what is known of its drones to what is wrong, who is told, and what is wanted done.
 * `(state, readings, time) → state`; carries out nothing and knows no connection.
 */
import {
  type AlertAction,
  type AlertLevel,
  type AlertRule,
  dronesNeeded,
  strongerAction,
} from './alert-rule.js';
import { alertText, blindText, clearedText } from './alert-texts.js';
import type { DroneReading, MeasureName } from './measures.js';
import { quietRule, type RuleState, type RuleStep, stepRule } from './rule-state.js';

/** By the name of the rule. */
export type AlertsState = ReadonlyMap<string, RuleState>;

export const noAlerts: AlertsState = new Map();

export type ActiveAlert = {
  readonly name: string;
  readonly measure: MeasureName;
  readonly level: AlertLevel;
  readonly action: AlertAction;
  /** Monotonic ms. */
  readonly sinceMs: number;
  /** Beyond the limit now, in the order of the readings; fewer than it took when it is about to be over. */
  readonly drones: readonly string[];
  /** How many tell it. */
  readonly of: number;
  readonly isAccepted: boolean;
  /** What, which drones, what to do. */
  readonly text: string;
};

export type AlertEvent =
  | { readonly type: 'raised'; readonly atMs: number; readonly alert: ActiveAlert }
  | { readonly type: 'cleared'; readonly atMs: number; readonly name: string; readonly text: string };

export type AlertsLook = {
  readonly state: AlertsState;
  /** The strongest action first, then the oldest. */
  readonly active: readonly ActiveAlert[];
  readonly events: readonly AlertEvent[];
  /** The strongest action of the alerts that nobody accepted; undefined for none. `hold_fleet` is for the start too. */
  readonly wanted: AlertAction | undefined;
  /** Why: the texts of those that want it. */
  readonly reasons: readonly string[];
  /** What is to hold something and no drone tells, a sentence each: nothing would be held. */
  readonly unwatched: readonly string[];
};

/** Drones are given so long to tell what they can not know at once, ms. */
const blindAfterMs = 30_000;

/** Call it once or more a second. `nowMs` monotonic; rules that are gone leave nothing behind. */
export function lookAtAlerts(
  rules: readonly AlertRule[],
  before: AlertsState,
  at: { readonly readings: readonly DroneReading[]; readonly nowMs: number },
): AlertsLook {
  const state = new Map<string, RuleState>();
  const active: ActiveAlert[] = [];
  const events: AlertEvent[] = [];
  const unwatched: string[] = [];
  for (const rule of rules) {
    if (rule.limit === undefined) continue;
    const was = before.get(rule.name) ?? quietRule;
    const step = stepRule(rule, was, at);
    state.set(rule.name, step.state);
    const alert = activeOf(rule, step);
    if (alert) active.push(alert);
    if (alert && was.raisedAtMs === undefined) events.push({ type: 'raised', atMs: at.nowMs, alert });
    if (!alert && was.raisedAtMs !== undefined)
      events.push({ type: 'cleared', atMs: at.nowMs, name: rule.name, text: clearedText(rule, step.count) });
    const isBlind = at.nowMs - (step.state.blindSinceMs ?? at.nowMs) >= blindAfterMs;
    if (isBlind && rule.action !== 'alert') unwatched.push(blindText(rule, step.count.about));
  }
  return { state, active: active.sort(compareAlerts), events, ...wantedOf(active), unwatched };
}

/**
 * An operator goes on in spite of an alert: it stays active, and wants nothing done until it is over. The same state
 * when it is not raised. Who did so is for the caller to record.
 */
export function acceptAlert(state: AlertsState, name: string): AlertsState {
  const rule = state.get(name);
  if (rule?.raisedAtMs === undefined) return state;
  return new Map([...state, [name, { ...rule, isAccepted: true }]]);
}

function activeOf(rule: AlertRule, { state, count }: RuleStep): ActiveAlert | undefined {
  if (state.raisedAtMs === undefined) return undefined;
  const isCalming = count.beyond.length < dronesNeeded(rule, count.of);
  return {
    name: rule.name,
    measure: rule.measure,
    level: rule.level,
    action: rule.action,
    sinceMs: state.raisedAtMs,
    drones: count.beyond,
    of: count.of,
    isAccepted: state.isAccepted ?? false,
    text: alertText(rule, count, isCalming),
  };
}

function wantedOf(active: readonly ActiveAlert[]): Pick<AlertsLook, 'wanted' | 'reasons'> {
  const open = active.filter(({ isAccepted }) => !isAccepted);
  const wanted = open.reduce<AlertAction | undefined>(
    (strongest, { action }) => strongerAction(strongest, action),
    undefined,
  );
  return { wanted, reasons: open.filter(({ action }) => action === wanted).map(({ text }) => text) };
}

function compareAlerts(a: ActiveAlert, b: ActiveAlert): number {
  if (a.action !== b.action) return strongerAction(a.action, b.action) === a.action ? -1 : 1;
  return a.sinceMs - b.sinceMs;
}
