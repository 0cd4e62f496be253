/** One threshold: when it is reached, and what is to be done then. Data, and what is wrong with it; knows no drones. */
import { leastHolding } from '../show-control/quorum.js';
import { type MeasureName, measures, valueText } from './measures.js';

/** Weakest first. */
export const alertLevels = ['warning', 'alarm'] as const;
export type AlertLevel = (typeof alertLevels)[number];

/** Weakest first: tell people; begin no show; begin none, and hold the one that is on. */
export const alertActions = ['alert', 'hold_start', 'hold_fleet'] as const;
export type AlertAction = (typeof alertActions)[number];

/** Values in the unit of the measure. */
export type AlertRule = {
  readonly name: string;
  readonly measure: MeasureName;
  /** A drone with this much, or worse, is beyond it. Undefined: not watched. */
  readonly limit: number | undefined;
  /** It is not beyond it any more when it is better than this; never worse than `limit`. */
  readonly clear: number;
  /** It has to be so bad for so long. */
  readonly afterS: number;
  /** Fewer than `drones` have to be beyond it for so long until the alert is over. */
  readonly clearAfterS: number;
  /** How many drones: `all`, a number, or a share such as `20%` of those that tell it; see `quorum.ts`. */
  readonly drones: string;
  readonly level: AlertLevel;
  readonly action: AlertAction;
};

/** Neither is true between `clear` and `limit`: whatever held before, holds. */
export function isBad({ measure, limit }: AlertRule, value: number): boolean {
  if (limit === undefined) return false;
  return measures[measure].isLowBad ? value <= limit : value >= limit;
}

export function isGood({ measure, clear }: AlertRule, value: number): boolean {
  return measures[measure].isLowBad ? value > clear : value < clear;
}

/** From so many drones on a share is of several: one alone may have gone wrong by itself. */
const few = 3;

/** How many of `count` drones raise it; at least one, and two where a share of three or more is meant. */
export function dronesNeeded({ drones }: AlertRule, count: number): number {
  const least = leastHolding(drones, Math.max(1, count));
  return drones.endsWith('%') && count >= few ? Math.max(2, least) : least;
}

/** What contradicts itself, as a sentence; undefined when nothing does. */
export function contradiction({ name, measure, limit, clear }: AlertRule): string | undefined {
  if (limit === undefined) return undefined;
  const { isLowBad } = measures[measure];
  if (isLowBad ? clear >= limit : clear <= limit) return undefined;
  const side = isLowBad ? 'below' : 'above';
  return `[ALERTS] [[${name}]] clear (${valueText(measure, clear)}) is ${side} limit (${valueText(measure, limit)}): it would never be over`;
}

/** What a rule does, as a line for people before the show. */
export function ruleLine(rule: AlertRule): string {
  const { name, measure, limit, clear, afterS, drones, level, action } = rule;
  if (limit === undefined) return `${name}: not watched`;
  const { what, isLowBad } = measures[measure];
  const beyond = `${valueText(measure, limit)} or ${isLowBad ? 'less' : 'more'}`;
  const who = drones === '1' ? 'one drone' : drones === 'all' ? 'all drones' : `${drones} of the drones`;
  const over = `over at ${valueText(measure, clear)}`;
  return `${name}: ${what} ${beyond} at ${who} for ${afterS} s: ${level}, ${actionWords[action]} (${over})`;
}

/** What an action means to people. */
const actionWords: Readonly<Record<AlertAction, string>> = {
  alert: 'told',
  hold_start: 'no show is started',
  hold_fleet: 'the fleet is held',
};

/** The stronger of two. */
export function strongerAction(a: AlertAction | undefined, b: AlertAction): AlertAction {
  return a !== undefined && alertActions.indexOf(a) > alertActions.indexOf(b) ? a : b;
}
