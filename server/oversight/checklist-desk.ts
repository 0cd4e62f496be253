/** The checklist of this evening, and who ticked what of it. Knows the list and a clock; no panel, no file, no drone. */
import { RefusedError } from '../../lib/errors.js';
import {
  type ChecklistStanding,
  checklistRecord,
  checklistStanding,
  noTicks,
  type Ticks,
  tickItem,
  untickItem,
} from '../checklist/checklist.js';
import type { Checklist, ChecklistItem } from '../checklist/checklist-file.js';
import type { OversightView } from './oversight-view.js';

export class ChecklistDesk {
  readonly #list: Checklist;
  readonly #utcMs: () => number;
  #ticks: Ticks = noTicks;

  constructor(list: Checklist, utcMs: () => number) {
    this.#list = list;
    this.#utcMs = utcMs;
  }

  get standing(): ChecklistStanding {
    return checklistStanding(this.#list, this.#ticks, { nowUtcMs: this.#utcMs() });
  }

  get view(): NonNullable<OversightView['checklist']> {
    return { standing: this.standing, items: checklistRecord(this.#list, this.#ticks) };
  }

  /** `which`: its number in the list, from 1. @throws RefusedError when there is none of that number. */
  tick(which: string, by: string): ChecklistItem {
    const item = this.#find(which);
    this.#ticks = tickItem(this.#list, this.#ticks, item.id, { by, atUtcMs: this.#utcMs() });
    return item;
  }

  /** Takes a tick back. @throws RefusedError when there is none of that number. */
  untick(which: string): ChecklistItem {
    const item = this.#find(which);
    this.#ticks = untickItem(this.#list, this.#ticks, item.id);
    return item;
  }

  #find(which: string): ChecklistItem {
    const { items } = this.#list;
    const item = /^\d{1,4}$/.test(which.trim()) ? items[Number(which) - 1] : undefined;
    if (item) return item;
    throw new RefusedError(
      'unknown_item',
      `the checklist has no item "${which.slice(0, 50)}": name it by its number, 1 to ${items.length}`,
    );
  }
}
