/** What keys do inside a dialog. Esc always goes back; only y, or the typed word, does anything. Knows no drawing. */

import { leastReason } from '../show-control/stage.js';
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { readinessFor, whoIsNotReady } from './commands.js';
import type { Key } from './key-parser.js';
import {
  type Confirmation,
  type Context,
  type Dialog,
  type Effect,
  only,
  type PanelState,
  type Step,
  say,
} from './state.js';

/** Between the last y and the start of the show when the operator types nothing, s. */
export const defaultDelayS = 10;

/** Longest delay that can be typed, s: more is a slip of the finger. */
const maxDelayS = 3600;

/** Longest reason that can be typed. */
const maxReason = 60;

/** What has to be typed to stop motors. */
export const disarmWord = 'disarm';

type Pressed = { readonly key: Key; readonly context: Context };

export function reduceDialog(state: PanelState, dialog: Dialog, pressed: Pressed): Step {
  const { key } = pressed;
  if (key === 'escape') return only(back(state));
  switch (dialog.kind) {
    case 'help':
    case 'details':
    case 'notice':
      return only(reduceReading(state, dialog, key));
    case 'delay':
      return only(reduceDelay(state, dialog, key));
    case 'authorize':
      return reduceAuthorize(state, dialog, pressed);
    case 'disarm':
      return reduceDisarm(state, dialog, pressed);
    case 'confirm':
      return reduceConfirm(state, dialog.confirmation, pressed);
  }
}

function back(state: PanelState): PanelState {
  return { ...state, dialog: undefined };
}

type Reading = Extract<Dialog, { scroll: number }>;

const scrollSteps: ReadonlyMap<Key, number> = new Map([
  ['up', -1],
  ['k', -1],
  ['down', 1],
  ['j', 1],
  ['pageup', -10],
  ['pagedown', 10],
  ['home', Number.NEGATIVE_INFINITY],
]);

function reduceReading(state: PanelState, dialog: Reading, key: Key): PanelState {
  const by = scrollSteps.get(key);
  if (by !== undefined)
    return { ...state, dialog: { ...dialog, scroll: Math.max(0, Math.min(dialog.scroll + by, 999)) } };
  if (['enter', 'q', ' ', '?', 'i'].includes(key)) return back(state);
  return state;
}

function reduceDelay(state: PanelState, dialog: Dialog & { kind: 'delay' }, key: Key): PanelState {
  const { ids } = dialog;
  if (key !== 'enter')
    return { ...state, dialog: { kind: 'delay', ids, text: edited(dialog.text, key, /^[\d.,]$/) } };
  const delayS = dialog.text === '' ? defaultDelayS : Number(dialog.text.replace(',', '.'));
  if (!(delayS >= 0 && delayS <= maxDelayS)) {
    const error = `"${dialog.text}" is no number of seconds from 0 to ${maxDelayS}`;
    return { ...state, dialog: { ...dialog, error } };
  }
  return { ...state, dialog: { kind: 'confirm', confirmation: { what: 'start', ids, delayS } } };
}

/** A clean show wants one key, one with violations a reason: it is recorded. */
function reduceAuthorize(
  state: PanelState,
  dialog: Dialog & { kind: 'authorize' },
  { key, context }: Pressed,
): Step {
  const { ids, text } = dialog;
  const { show, monotonicMs: atMs } = context.snapshot;
  const told = say(back(state), `authorize: sent to ${ids.length}, waiting for answers`, {
    role: 'accent',
    atMs,
  });
  if (!show || show.violations.length === 0) {
    if (key === 'n' || key === 'enter' || key === 'q') return only(back(state));
    const scope = key === 'y' || key === 'Y' ? 'live' : key === 'o' ? 'lights' : undefined;
    return scope ? { state: told, effects: [{ type: 'authorize', ids, scope }] } : only(state);
  }
  if (key !== 'enter') {
    const typed = edited(text, key, /^[ -~]$/, maxReason);
    return only({ ...state, dialog: { kind: 'authorize', ids, text: typed } });
  }
  if (text.trim().length < leastReason) {
    const error = `at least ${leastReason} letters: whoever reads the record must understand it`;
    return only({ ...state, dialog: { ...dialog, error } });
  }
  return { state: told, effects: [{ type: 'authorize', ids, scope: 'live', override: text.trim() }] };
}

function reduceDisarm(
  state: PanelState,
  dialog: Dialog & { kind: 'disarm' },
  { key, context }: Pressed,
): Step {
  const { ids, text } = dialog;
  if (key !== 'enter')
    return only({ ...state, dialog: { kind: 'disarm', ids, text: edited(text, key, /^[a-z]$/i) } });
  const atMs = context.snapshot.monotonicMs;
  if (text.toLowerCase() !== disarmWord) {
    return only(
      say(back(state), 'disarm: the word was not typed, nothing was sent', { role: 'missing', atMs }),
    );
  }
  const told = say(back(state), `disarm: sent to ${ids.length}, waiting for answers`, {
    role: 'accent',
    atMs,
  });
  return { state: told, effects: [{ type: 'command', command: 'disarm', ids }] };
}

function edited(text: string, key: Key, allowed: RegExp, maxLength = 8): string {
  if (key === 'backspace') return text.slice(0, -1);
  return allowed.test(key) && text.length < maxLength ? text + key : text;
}

function reduceConfirm(state: PanelState, confirmation: Confirmation, { key, context }: Pressed): Step {
  const isNo = key === 'n' || key === 'enter' || key === 'q';
  if (isNo) return only(back(state));
  if (key !== 'y' && key !== 'Y') return only(state);
  if (refusalOf(confirmation, context.snapshot)) return only(state);
  const atMs = context.snapshot.monotonicMs;
  const told = say(back(state), confirmedText(confirmation), { role: 'accent', atMs });
  return { state: { ...told, hasShowEnded: false }, effects: [effectOf(confirmation)] };
}

function effectOf(confirmation: Confirmation): Effect {
  switch (confirmation.what) {
    case 'start':
      return { type: 'start', ids: confirmation.ids, delayS: confirmation.delayS };
    case 'takeoff':
      return { type: 'command', command: 'takeoff', ids: confirmation.ids };
    case 'remove':
      return { type: 'remove', ids: confirmation.ids };
    case 'quit':
      return { type: 'quit' };
  }
}

function confirmedText(confirmation: Confirmation): string {
  if (confirmation.what === 'quit') return 'ending the server';
  return `${confirmation.what}: sent to ${confirmation.ids.length}, waiting for answers`;
}

/** Why what is asked can not be confirmed just now: drones may cease to be ready while the question is on the screen. */
export function refusalOf(confirmation: Confirmation, snapshot: ServerSnapshot): string[] | undefined {
  if (confirmation.what !== 'start' && confirmation.what !== 'takeoff') return undefined;
  const { ids, what } = confirmation;
  if (what === 'start' && snapshot.phase.phase !== 'idle')
    return [`a show is under way (${snapshot.phase.phase})`];
  if (what === 'start' && !snapshot.authorization) return ['the show is not authorized any more: press A'];
  if (what === 'start' && ids.some((id) => !snapshot.authorization?.ids.includes(id)))
    return ['the authorization does not cover them all any more: press A'];
  const isReady =
    what === 'start' ? readinessFor(snapshot.authorization) : (drone: DroneView) => drone.isReadyToTakeOff;
  const wanted = new Set(ids);
  const drones = snapshot.drones.filter(({ record }) => wanted.has(record.id));
  const gone = ids.length - drones.length;
  if (gone > 0) return [`${gone} of the drones left the table`];
  return whoIsNotReady(drones, isReady)?.lines;
}
