/** Who has ticked what of a checklist, when, and what is missing. `(ticks, event) → ticks`; knows no panel and no file. */
import { RefusedError } from '../../lib/errors.js';
import type { Checklist, ChecklistItem } from './checklist-file.js';

/** `by`: the operator, in words. */
export type Tick = { readonly by: string; readonly atUtcMs: number };

/** By the item's id; those of items that are not in the list (any more) count for nothing. */
export type Ticks = ReadonlyMap<string, Tick>;

export const noTicks: Ticks = new Map();

export type ChecklistStanding = {
  readonly isComplete: boolean;
  readonly ticked: number;
  readonly of: number;
  /** In the order of the list. `stale`: ticked longer ago than a tick holds. */
  readonly missing: readonly { readonly item: ChecklistItem; readonly why: 'open' | 'stale' }[];
  /** Why nothing may be authorized, for people; undefined when it is complete. */
  readonly text: string | undefined;
};

/** What is written down of a ticked list. */
export type ChecklistRecord = readonly (ChecklistItem & { readonly tick: Tick | undefined })[];

/** A list of yesterday says nothing about the weather of today, s. */
export const ticksHoldS = 12 * 3600;

const named = 3;

/** Ticks an item, or ticks it anew. @throws RefusedError for one that the list does not have, or by nobody. */
export function tickItem(list: Checklist, ticks: Ticks, id: string, tick: Tick): Ticks {
  itemOf(list, id);
  if (tick.by.trim() === '')
    throw new RefusedError('nobody', `"${id}" can not be ticked by nobody: say who looked at it`);
  return new Map([...ticks, [id, tick]]);
}

/** Takes a tick back. @throws RefusedError for an item that the list does not have. */
export function untickItem(list: Checklist, ticks: Ticks, id: string): Ticks {
  itemOf(list, id);
  return new Map([...ticks].filter(([ticked]) => ticked !== id));
}

/** How the list stands; `holdsS`: a tick is worth so much, s. */
export function checklistStanding(
  { items }: Checklist,
  ticks: Ticks,
  { nowUtcMs, holdsS = ticksHoldS }: { readonly nowUtcMs: number; readonly holdsS?: number },
): ChecklistStanding {
  const missing: { item: ChecklistItem; why: 'open' | 'stale' }[] = [];
  for (const item of items) {
    const tick = ticks.get(item.id);
    if (!tick) missing.push({ item, why: 'open' });
    else if (nowUtcMs - tick.atUtcMs > holdsS * 1000) missing.push({ item, why: 'stale' });
  }
  const of = items.length;
  const isComplete = missing.length === 0;
  const text = isComplete ? undefined : missingText(missing, of);
  return { isComplete, ticked: of - missing.length, of, missing, text };
}

/** The whole list as it was ticked, for the record. */
export function checklistRecord({ items }: Checklist, ticks: Ticks): ChecklistRecord {
  return items.map((item) => ({ ...item, tick: ticks.get(item.id) }));
}

/** `Weather: wind below 8 m/s`. */
export function itemText({ section, text }: ChecklistItem): string {
  return section === '' ? text : `${section}: ${text}`;
}

function missingText(missing: ChecklistStanding['missing'], of: number): string {
  const shown = missing.slice(0, named).map(({ item, why }) => {
    return why === 'stale' ? `"${itemText(item)}" (ticked too long ago)` : `"${itemText(item)}"`;
  });
  const more = missing.length > named ? ` and ${missing.length - named} more` : '';
  return `${missing.length} of ${of} items of the checklist are open, ${shown.join(', ')}${more}: check and tick them`;
}

function itemOf({ items }: Checklist, id: string): void {
  if (!items.some((item) => item.id === id))
    throw new RefusedError('unknown_item', `the checklist has no item "${id}": it was changed, load it anew`);
}
