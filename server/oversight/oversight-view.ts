/** What front ends show of the oversight: alerts, what the fleet is held for, the checklist, what is done when. Data only. */
import type { ActiveAlert } from '../alerts/alerts.js';
import type { ChecklistRecord, ChecklistStanding } from '../checklist/checklist.js';

/** The server holds the show that is on, and somebody is asked: `resume` goes on in spite of it, `land` lands. */
export type HeldView = {
  readonly what: 'alert' | 'gate' | 'loss';
  /** Sentences; the first says why. */
  readonly reasons: readonly string[];
  readonly sinceUtcMs: number;
};

export type OversightView = {
  /** The strongest action first, then the oldest. */
  readonly alerts: readonly ActiveAlert[];
  /** What is to be watched and no drone tells, a sentence each. */
  readonly unwatched: readonly string[];
  /** Why no show that flies may be started now; undefined when nothing is against it. */
  readonly startObstacle: string | undefined;
  readonly held: HeldView | undefined;
  /** Undefined: no checklist is asked for. `items` in the order of the list. */
  readonly checklist: { readonly standing: ChecklistStanding; readonly items: ChecklistRecord } | undefined;
  /** What is done when drones are lost, at gates and by alerts, a line each: to be shown before the start. */
  readonly policy: readonly string[];
  /** Whether the black box writes down all of this; undefined: this server has none. */
  readonly isRecording: boolean | undefined;
};

/** What people say to the oversight. */
export interface OversightControls {
  /** Ticks an item by its number from 1, or takes it back. @throws RefusedError when there is no such item, or no list. */
  tick(which: string, how: { readonly by: string; readonly isTicked: boolean }): string;
  /** Goes on in spite of an alert, until it is over. @throws RefusedError when none of that name is raised. */
  accept(alert: string, by: string): string;
}
