/** The panel's only way from one state to the next: keys and outcomes in, state and effects out. Does nothing itself. */

import { errorText } from '../../lib/errors.js';
import { isCommand, isOperation } from '../../lib/operations/catalogue.js';
import { answered } from './answers.js';
import { ask } from './ask.js';
import { nameOf, openConfig, stepConfig } from './config-dialog.js';
import { cursorActions, syncWithSnapshot } from './cursor.js';
import { reduceDialog } from './dialogs.js';
import { type Action, actionOf } from './key-map.js';
import type { Key } from './key-parser.js';
import { isOwnEntry, type MenuEntry } from './panel-entries.js';
import { listed } from './reduce-browse.js';
import { reduceReplayKey } from './reduce-replay.js';
import { isTableDialog, reduceTableDialog, tableActions } from './reduce-table.js';
import { followSearch } from './reduce-visual-land.js';
import { type Context, only, type PanelInput, type PanelState, type Step, say } from './state.js';
import { cleanText } from './text.js';
import { runningUpdate, stoppedUpdate } from './view-update.js';

/** The next state, and what is to be done. Land All comes before everything: no screen and no dialog sees its key. */
export function reduce(state: PanelState, input: PanelInput, context: Context): Step {
  const synced = followSearch(syncWithSnapshot(state, context), context);
  switch (input.type) {
    case 'tick':
      return only(synced);
    case 'configFound':
      return found(synced, input, context);
    case 'configSaved':
    case 'configFailed':
      return configEnded(synced, input, context);
    case 'listed':
      return only(listed(synced, input, context.snapshot.recentShows));
    case 'outcome':
    case 'presetsSaved':
    case 'loaded':
    case 'failed':
      return only(answered(synced, input, context));
    case 'key':
      return reduceKey(synced, input.key, context);
  }
}

function reduceKey(state: PanelState, key: Key, context: Context): Step {
  if (context.snapshot.replay) return reduceReplayKey(state, key, context);
  const action = actionOf(key);
  if (action === 'landAll') return landAll(state, context);
  if (action === 'redraw') return { state, effects: [{ type: 'redraw' }] };
  if (state.dialog?.kind === 'config')
    return stepConfig(state, state.dialog, {
      input: { type: 'key', key: key === 'ctrl-c' ? 'escape' : key },
      context,
    });
  if (key === 'ctrl-c')
    return only({ ...state, dialog: { kind: 'confirm', confirmation: { what: 'quit' } } });
  const { dialog } = state;
  if (dialog && isTableDialog(dialog)) return reduceTableDialog(state, dialog, { key, context });
  if (dialog) return reduceDialog(state, dialog, { key, context });
  if (action === undefined) return only(unknownKey(state, key, context));
  return reduceAction(state, action, context);
}

function landAll(state: PanelState, { snapshot }: Context): Step {
  const count = snapshot.drones.length;
  const text =
    count === 0
      ? 'LAND ALL: no drone is known'
      : `LAND ALL sent to ${count} ${count === 1 ? 'drone' : 'drones'}`;
  const told = say({ ...state, dialog: undefined }, text, { role: 'alarm', atMs: snapshot.monotonicMs });
  return { state: told, effects: [{ type: 'landAll' }] };
}

function reduceAction(state: PanelState, action: Action, context: Context): Step {
  const moved = cursorActions[action]?.(state, context) ?? tableActions[action]?.(state, context);
  if (moved) return only(moved);
  switch (action) {
    case 'back':
      return only({ ...state, message: undefined });
    case 'help':
      return only({ ...state, dialog: { kind: 'help', scroll: 0 } });
    case 'details':
      return only(openDetails(state));
    case 'quit':
      return only({ ...state, dialog: { kind: 'confirm', confirmation: { what: 'quit' } } });
    case 'menu':
      return only({ ...state, dialog: { kind: 'menu', text: '', at: 0 } });
    case 'choose':
      return only({ ...state, dialog: { kind: 'choose', text: '' } });
    case 'results':
      return only(openResults(state, context));
    case 'visual_land':
      if (context.snapshot.visualLand)
        return only(followSearch({ ...state, dialog: { kind: 'visualLand' } }, context));
      return ask(state, action, context);
    default:
      return isMenuEntry(action) ? ask(state, action, context) : only(state);
  }
}

type Found = PanelInput & { type: 'configFound' };

/**
 * Opened where it is still waited for: it covers nothing that is typed meanwhile. A file that can not be read as a
 * configuration is told of; nothing else happens.
 */
function found(state: PanelState, { of, found: config }: Found, context: Context): Step {
  const atMs = context.snapshot.monotonicMs;
  const { dialog } = state;
  if (dialog?.kind !== 'asking' || JSON.stringify(dialog.of) !== JSON.stringify(of)) {
    const late = `the configuration of ${nameOf(of)} came when it was not waited for any more: not opened`;
    return only(say(state, cleanText(late), { role: 'missing', atMs }));
  }
  try {
    return only(openConfig(state, { of, found: config }, context));
  } catch (error) {
    return only(say({ ...state, dialog: undefined }, cleanText(errorText(error)), { role: 'bad', atMs }));
  }
}

/** Told in the editor, or below the table if that was left meanwhile. */
function configEnded(
  state: PanelState,
  { type, text }: PanelInput & { type: 'configSaved' | 'configFailed' },
  context: Context,
): Step {
  const isSaved = type === 'configSaved';
  const { dialog } = state;
  if (dialog?.kind === 'config')
    return stepConfig(state, dialog, { input: { type: isSaved ? 'saved' : 'failed', text }, context });
  const atMs = context.snapshot.monotonicMs;
  return only(say(state, cleanText(`configuration: ${text}`), { role: isSaved ? 'good' : 'bad', atMs }));
}

function openDetails(state: PanelState): PanelState {
  if (state.cursorId === undefined) return state;
  return { ...state, dialog: { kind: 'details', droneId: state.cursorId, scroll: 0 } };
}

function openResults(state: PanelState, { snapshot }: Context): PanelState {
  if (runningUpdate(snapshot)) return { ...state, dialog: { kind: 'update', scroll: 0 } };
  if (state.lastResults) return { ...state, dialog: { kind: 'results', scroll: 0 } };
  // Another operator's.
  if (stoppedUpdate(snapshot)) return { ...state, dialog: { kind: 'update', scroll: 0 } };
  return say(state, 'no command was given yet', { role: 'missing', atMs: snapshot.monotonicMs });
}

function isMenuEntry(action: Action): action is Action & MenuEntry {
  return action === 'load' || isOwnEntry(action) || (isOperation(action) && isCommand(action));
}

function unknownKey(state: PanelState, key: Key, { snapshot }: Context): PanelState {
  const text =
    key === 'foreign'
      ? 'keyboard layout is not Latin: switch it (^X lands all in any layout)'
      : `key ${key} does nothing: ? shows all keys`;
  return say(state, text, { role: 'missing', atMs: snapshot.monotonicMs });
}
