/** What keys do inside a dialog. Esc always goes back; only y, or a typed word, does anything. Knows no drawing. */
import { UsageError } from '../../lib/errors.js';
import { operations } from '../../lib/operations/catalogue.js';
import { checkArguments } from '../../lib/operations/read-arguments.js';
import { select } from '../fleet/selection.js';
import { parseSelection } from '../fleet/selection-parser.js';
import { leastReason } from '../show-control/stage.js';
import type { ServerSnapshot } from '../snapshot.js';
import { refusalFor, send } from './ask.js';
import { countOf } from './format.js';
import type { Key } from './key-parser.js';
import { openItemsText, startHeldBy } from './oversight-facts.js';
import { reduceBrowse } from './reduce-browse.js';
import { reduceForm } from './reduce-form.js';
import { reduceMenu } from './reduce-menu.js';
import { acceptedAlert, openOversight, reduceOversight } from './reduce-oversight.js';
import type { TableDialog } from './reduce-table.js';
import { reduceVisualLand } from './reduce-visual-land.js';
import {
  type Asked,
  type Confirmation,
  type Context,
  type Dialog,
  only,
  type PanelState,
  type Step,
  say,
} from './state.js';
import { cleanText } from './text.js';
import { edited } from './typed.js';

/** How long a show that the panel authorizes may be started, minutes. */
export const authorizedMinutes = 10;

/** Longest reason, and longest choice of drones, that can be typed. */
const maxReason = 60;
const maxChoice = 400;

type Pressed = { readonly key: Key; readonly context: Context };

export function reduceDialog(
  state: PanelState,
  dialog: Exclude<Dialog, TableDialog | { kind: 'config' }>,
  pressed: Pressed,
): Step {
  const { key } = pressed;
  if (dialog.kind === 'browse') return reduceBrowse(state, dialog, key);
  if (key === 'escape') return only(back(state));
  switch (dialog.kind) {
    case 'help':
    case 'details':
    case 'notice':
    case 'results':
    case 'update':
      return only(reduceReading(state, dialog, key));
    case 'asking':
      return only(state);
    case 'visualLand':
      return reduceVisualLand(state, dialog, pressed);
    case 'menu':
      return reduceMenu(state, dialog, pressed);
    case 'form':
      return reduceForm(state, dialog, pressed);
    case 'choose':
      return only(reduceChoose(state, dialog, pressed));
    case 'alerts':
    case 'checklist':
      return reduceOversight(state, dialog, pressed);
    case 'authorize':
      return reduceAuthorize(state, dialog, pressed);
    case 'word':
      return reduceWord(state, dialog, pressed);
    case 'confirm':
      return reduceConfirm(state, dialog, pressed);
  }
}

/** To what it was opened over; else to the table. */
function back(state: PanelState): PanelState {
  const { dialog } = state;
  return { ...state, dialog: dialog && 'after' in dialog ? dialog.after : undefined };
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
    return { ...state, dialog: { ...dialog, scroll: Math.max(0, Math.min(dialog.scroll + by, 9999)) } };
  if (['enter', 'q', ' ', '?', 'i'].includes(key)) return back(state);
  return state;
}

/** Selects what the expression means: nobody is added by chance, a wrong one changes nothing. */
function reduceChoose(
  state: PanelState,
  dialog: Dialog & { kind: 'choose' },
  { key, context }: Pressed,
): PanelState {
  if (key !== 'enter')
    return { ...state, dialog: { kind: 'choose', text: edited(dialog.text, key, undefined, maxChoice) } };
  if (dialog.text.trim() === '') return back(state);
  const { drones, groups, monotonicMs: atMs } = context.snapshot;
  try {
    const { ids, unknown } = select(parseSelection(dialog.text), drones, groups, state.selected);
    if (unknown.length > 0)
      return { ...state, dialog: { ...dialog, error: `nobody here is ${unknown.slice(0, 5).join(', ')}` } };
    const told = say(back(state), cleanText(`selected: ${countOf(ids.length)}`), { role: 'text', atMs });
    return { ...told, selected: new Set(ids) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { ...state, dialog: { ...dialog, error: error.message } };
  }
}

/** A clean show wants one key, one with violations a reason: it is recorded. */
function reduceAuthorize(
  state: PanelState,
  dialog: Dialog & { kind: 'authorize' },
  { key, context }: Pressed,
): Step {
  const { ids, text, digest } = dialog;
  const { show, monotonicMs: atMs } = context.snapshot;
  if (digest !== undefined && digest !== show?.digest) {
    const why = 'authorize: another show is loaded meanwhile: look at it, and press A again';
    return only(say(back(state), why, { role: 'missing', atMs }));
  }
  const give = (scope: 'live' | 'lights', override?: string): Step => {
    const given = checkArguments(operations.authorize.arguments, {
      ...{ scope, override, minutes: authorizedMinutes },
    });
    return send(state, { name: 'authorize', ids, given }, context);
  };
  const open = openItemsText(context.snapshot);
  if (key === 'tab' && open !== undefined) return only(openOversight(state, 'checklist', context));
  if (!show || show.violations.length === 0) {
    if (key === 'v' && open !== undefined) return only(openOversight(state, 'checklist', context));
    if (key === 'n' || key === 'enter' || key === 'q') return only(back(state));
    if (key === 'y' || key === 'Y') return open === undefined ? give('live') : only(state);
    return key === 'o' ? give('lights') : only(state);
  }
  if (key !== 'enter') {
    const typed = edited(text, key, undefined, maxReason);
    return only({ ...state, dialog: { kind: 'authorize', ids, text: typed, digest } });
  }
  if (text.trim().length < leastReason) {
    const error = `at least ${leastReason} letters: whoever reads the record must understand it`;
    return only({ ...state, dialog: { ...dialog, error } });
  }
  if (open !== undefined) {
    const error = 'the checklist comes first: Tab opens it';
    return only({ ...state, dialog: { ...dialog, error } });
  }
  return give('live', text.trim());
}

/** What has to be typed before an operation is sent; undefined where no word is asked for. */
export function wordOf(name: Asked['name']): string | undefined {
  const { confirm } = operations[name];
  return typeof confirm === 'object' ? confirm.word : undefined;
}

function reduceWord(
  state: PanelState,
  { kind, text, ...asked }: Dialog & { kind: 'word' },
  { key, context }: Pressed,
): Step {
  if (key !== 'enter')
    return only({ ...state, dialog: { kind, text: edited(text, key, /^[a-z]$/i, 12), ...asked } });
  if (text.toLowerCase() === wordOf(asked.name)) return send(state, asked, context);
  const atMs = context.snapshot.monotonicMs;
  return only(
    say(back(state), `${asked.name}: the word was not typed, nothing was sent`, { role: 'missing', atMs }),
  );
}

function reduceConfirm(
  state: PanelState,
  { confirmation, after }: Dialog & { kind: 'confirm' },
  { key, context }: Pressed,
): Step {
  const isStart = confirmation.what === 'operate' && confirmation.name === 'start';
  if (key === '!' && isStart) return only(openOversight(state, 'alerts', context));
  const isNo = key === 'n' || key === 'enter' || key === 'q';
  if (isNo) return only(back(state));
  if (key !== 'y' && key !== 'Y') return only(state);
  if (refusalOf(confirmation, context.snapshot)) return only(state);
  if (confirmation.what === 'operate') {
    const { what: _, allowed: __, ...asked } = confirmation;
    const sent = send(state, asked, context);
    return after ? { ...sent, state: { ...sent.state, dialog: after } } : sent;
  }
  const told = say(back(state), 'ending the server', {
    role: 'accent',
    atMs: context.snapshot.monotonicMs,
  });
  return { state: { ...told, hasShowEnded: false }, effects: [{ type: 'quit' }] };
}

/** Why what is asked can not be confirmed just now: drones may cease to be ready while the question is on the screen. */
export function refusalOf(confirmation: Confirmation, snapshot: ServerSnapshot): string[] | undefined {
  if (confirmation.what !== 'operate') return undefined;
  const { ids, name, allowed } = confirmation;
  if (name === 'start' && snapshot.phase.phase !== 'idle')
    return [`a show is under way (${snapshot.phase.phase})`];
  if (name === 'start' && !snapshot.authorization) return ['the show is not authorized any more: press A'];
  if (name === 'start' && ids.some((id) => !snapshot.authorization?.ids.includes(id)))
    return ['the authorization does not cover them all any more: press A'];
  const { digest, scope } = snapshot.authorization ?? {};
  if (allowed && (allowed.digest !== digest || allowed.scope !== scope))
    return ['the authorization is another one now: press s again'];
  const holder = name === 'start' && scope === 'live' ? startHeldBy(snapshot) : undefined;
  if (holder !== undefined) return [holder];
  if (name === 'alert_accept')
    return acceptedAlert(confirmation, snapshot) ? undefined : ['it holds nothing any more'];
  const wanted = new Set(ids);
  const drones = snapshot.drones.filter(({ record }) => wanted.has(record.id));
  const gone = ids.length - drones.length;
  if (gone > 0) return [`${gone} of the drones left the table`];
  return refusalFor(name, drones, { snapshot })?.lines;
}
