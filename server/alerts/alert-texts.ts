/** What people are told of an alert: what it is, of which drones, what to do. Knows rules and counts, no time. */
import type { AlertRule } from './alert-rule.js';
import { droneList } from './drone-list.js';
import { measures, valueText } from './measures.js';
import type { Count } from './rule-state.js';

/** `wind 8.0 m/s or more at 2 of 9 drones, drone-1, drone-7 (most 11.3 m/s at drone-7): wait until …`. */
export function alertText(rule: AlertRule, count: Count, isCalming: boolean): string {
  const { what, deed } = measures[rule.measure];
  const list = count.beyond.length > 0 ? `, ${droneList(count.beyond)}` : '';
  const who = `${what} ${beyondText(rule)} at ${count.beyond.length} of ${count.of} drones${list}`;
  const calming = isCalming ? ', about to be over' : '';
  return `${who}${worstText(rule, count)}${calming}: ${deed(valueText(rule.measure, rule.clear))}`;
}

export function clearedText(rule: AlertRule, count: Count): string {
  const { what } = measures[rule.measure];
  const still = count.beyond.length > 0 ? `, but for ${droneList(count.beyond)}` : '';
  return `${what} ${beyondText(rule)}: over for ${rule.clearAfterS} s${still}${worstText(rule, count)}`;
}

/** Nobody would be told of it. */
export function blindText({ name, measure }: AlertRule, about: number): string {
  const { what } = measures[measure];
  return `${name}: ${what} is not watched, since none of ${about} drones tells it: check their software, or set its limit to 0`;
}

function beyondText({ measure, limit = 0 }: AlertRule): string {
  return `${valueText(measure, limit)} or ${measures[measure].isLowBad ? 'less' : 'more'}`;
}

function worstText({ measure }: AlertRule, { worst }: Count): string {
  if (!worst) return '';
  return ` (${measures[measure].isLowBad ? 'least' : 'most'} ${valueText(measure, worst.value)} at ${worst.id})`;
}
