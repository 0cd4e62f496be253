/** What `starling ctl` prints of drones' software. Values in, lines out: knows no socket, no screen. */
import type { TppJson } from './codec.js';
import { at, shown, table } from './ctl-text.js';
import { isTppObject } from './messages.js';

/** A heading and a line a drone; "no drones" without any. */
export function formatSoftware(answer: TppJson): string[] {
  const drones = Array.isArray(answer) ? answer.filter(isTppObject) : [];
  if (drones.length === 0) return ['no drones'];
  const rows = drones.map((drone) => [
    shown(at(drone, 'id')),
    shown(at(drone, 'version')),
    shown(at(drone, 'architecture')),
    wordsOf(drone),
  ]);
  return table([['ID', 'VERSION', 'FOR', 'UPDATES'], ...rows]);
}

function wordsOf(drone: TppJson): string {
  const problem = at(drone, 'problem');
  if (typeof problem === 'string') return problem;
  const obstacle = at(drone, 'obstacle');
  const update = at(drone, 'update');
  const last = isTppObject(update) ? [lastWords(update)] : [];
  return [...(typeof obstacle === 'string' ? [obstacle] : []), ...last].join('; ') || 'none so far';
}

function lastWords(update: TppJson): string {
  const to = at(update, 'to');
  const what = `${shown(at(update, 'outcome')).replaceAll('_', ' ')}${typeof to === 'string' ? `, ${to}` : ''}`;
  const when = at(update, 'at');
  const time = typeof when === 'string' ? ` at ${when.slice(0, 19)}Z` : '';
  const text = shown(at(update, 'text'));
  return `${what}${time}${text === '' ? '' : `: ${text}`}`;
}
