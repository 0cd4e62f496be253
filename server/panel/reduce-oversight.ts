/** What keys do in the lists of alerts and of the checklist: move, tick, ask whether to go on in spite of an alert. */
import type { ServerSnapshot } from '../snapshot.js';
import type { Key } from './key-parser.js';
import { type OversightEntry, oversightEntries } from './oversight-entries.js';
import { alertsOf, checklistOf, isHolding, tickOf } from './oversight-facts.js';
import { type Asked, type Context, type Dialog, only, type PanelState, type Step, say } from './state.js';

export type OversightDialog = Extract<Dialog, { kind: 'alerts' | 'checklist' }>;

type Pressed = { readonly key: Key; readonly context: Context };

/** Opens the list over what is on the screen, which Esc goes back to; says why where there is none. */
export function openOversight(
  state: PanelState,
  kind: OversightDialog['kind'],
  { snapshot }: Context,
): PanelState {
  const why = kind === 'alerts' ? noAlerts(snapshot) : noChecklist(snapshot);
  if (why !== undefined) return say(state, why, { role: 'missing', atMs: snapshot.monotonicMs });
  const isFirst = ({ alert }: OversightEntry) => alert !== undefined && isHolding(alert);
  const first = kind === 'checklist' ? nextOpen(snapshot, -1) : oversightEntries(snapshot).findIndex(isFirst);
  const at = Math.max(0, first);
  return { ...state, dialog: { kind, at, after: state.dialog } };
}

function noAlerts({ oversight }: ServerSnapshot): string | undefined {
  return oversight ? undefined : 'alerts: nobody watches here';
}

function noChecklist(snapshot: ServerSnapshot): string | undefined {
  if (checklistOf(snapshot)) return undefined;
  return 'no checklist is asked for: [CHECKLIST] file in the configuration names one';
}

const steps: ReadonlyMap<Key, number> = new Map([
  ['up', -1],
  ['k', -1],
  ['down', 1],
  ['j', 1],
  ['pageup', -8],
  ['pagedown', 8],
  ['home', Number.NEGATIVE_INFINITY],
  ['end', Number.POSITIVE_INFINITY],
]);

export function reduceOversight(state: PanelState, dialog: OversightDialog, { key, context }: Pressed): Step {
  const { snapshot } = context;
  const count =
    dialog.kind === 'alerts' ? oversightEntries(snapshot).length : (checklistOf(snapshot)?.items.length ?? 0);
  const to = (at: number) =>
    only({ ...state, dialog: { ...dialog, at: Math.max(0, Math.min(at, count - 1)) } });
  const by = steps.get(key);
  if (by !== undefined) return to(dialog.at + by);
  if (key === 'q' || key === (dialog.kind === 'alerts' ? '!' : 'v'))
    return only({ ...state, dialog: dialog.after });
  if (dialog.kind === 'alerts') return key === 'enter' ? accept(state, dialog, snapshot) : only(state);
  if (key === 'tab') return to(nextOpen(snapshot, dialog.at));
  return key === ' ' || key === 'enter' ? tick(state, dialog, snapshot) : only(state);
}

/** The first item behind `at` that is open, round and round; `at` itself where none is. */
function nextOpen(snapshot: ServerSnapshot, at: number): number {
  const list = checklistOf(snapshot);
  if (!list) return at;
  const open = list.items.flatMap((item, index) => (tickOf(item, list) === 'ticked' ? [] : [index]));
  return open.find((index) => index > at) ?? open[0] ?? at;
}

/** The list stays: what becomes of it is seen in it. A tick that is too old is given anew. */
function tick(state: PanelState, { at }: OversightDialog, snapshot: ServerSnapshot): Step {
  const list = checklistOf(snapshot);
  const item = list?.items[at];
  if (!list || !item) return only(state);
  const name = tickOf(item, list) === 'ticked' ? 'checklist_untick' : 'checklist_tick';
  return { state, effects: [{ type: 'operate', name, ids: [], given: { item: String(at + 1) } }] };
}

/** Asks for a y; only of what holds something. */
function accept(state: PanelState, dialog: OversightDialog, snapshot: ServerSnapshot): Step {
  const alert = oversightEntries(snapshot)[dialog.at]?.alert;
  if (!alert || !isHolding(alert)) return only(state);
  const given = { alert: alert.name };
  const confirmation = { what: 'operate', name: 'alert_accept', ids: [], given } as const;
  return only({ ...state, dialog: { kind: 'confirm', confirmation, after: dialog } });
}

/** The alert that is to be accepted, as long as it holds something. */
export function acceptedAlert({ given }: Pick<Asked, 'given'>, snapshot: ServerSnapshot) {
  return alertsOf(snapshot).find((alert) => alert.name === given.alert && isHolding(alert));
}
