/** Which drones a command means that was told by an expression. Pure. */
import { UsageError } from '../../lib/errors.js';
import type { DroneView } from '../snapshot.js';
import { select } from './selection.js';
import { parseSelection, type Selection } from './selection-parser.js';

/**
 * Ids in the table's order, and behind them what names nothing here: whoever commands is told of each that nobody is
 * called so, and the others are commanded all the same.
 * @throws UsageError for what can not be read, and where a part that names nothing decides over others: `not drone-8` without a
 * drone-8 would be everybody.
 */
export function targetIds(
  expression: string,
  drones: readonly DroneView[],
  groups: ReadonlyMap<string, readonly string[]>,
): string[] {
  const selection = parseSelection(expression);
  const { ids, unknown } = select(selection, drones, groups);
  if (unknown.length > 0 && !isPlain(selection))
    throw new UsageError(`no drone or group here is ${unknown.map((name) => `"${name}"`).join(', ')}`);
  return [...ids, ...unknown];
}

/** Names next to each other: one that is unknown changes nothing for the others. */
function isPlain(selection: Selection): boolean {
  if (selection.kind === 'union') return selection.of.every(isPlain);
  return selection.kind !== 'both' && selection.kind !== 'not';
}
