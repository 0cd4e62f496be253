/**
 * What keys do while a recording is played: they move it, and change how the table is looked at. Whatever would command
 * something is refused, Land All included: nobody is there to hear it. Knows no drawing.
 */
import { cursorActions } from './cursor.js';
import { reduceDialog } from './dialogs.js';
import { type Action, actionOf } from './key-map.js';
import type { Key } from './key-parser.js';
import { isTableDialog, reduceTableDialog, tableActions } from './reduce-table.js';
import { replayStepOf } from './replay-keys.js';
import { type Context, type Dialog, only, type PanelState, type Step, say } from './state.js';

/** What can be done besides moving the recording: all of it only looks. */
const looking: ReadonlySet<Action> = new Set<Action>([
  ...(['help', 'details', 'log', 'filter', 'columns', 'sortLeft', 'sortRight', 'sortTurn'] as const),
  ...(['up', 'down', 'pageUp', 'pageDown', 'redraw', 'quit', 'back'] as const),
]);

export function isForReplay(action: Action): boolean {
  return looking.has(action);
}

export function reduceReplayKey(state: PanelState, key: Key, context: Context): Step {
  const action = actionOf(key);
  if (action === 'redraw') return { state, effects: [{ type: 'redraw' }] };
  if (key === 'ctrl-c') return { state, effects: [{ type: 'quit' }] };
  if (action === 'landAll') return only(refuse(state, context));
  const { dialog } = state;
  const step = isTyped(dialog) ? undefined : replayStepOf(key);
  if (step && !(dialog && 'place' in step))
    return { state: { ...state, message: undefined }, effects: [{ type: 'replay', step }] };
  if (dialog && isTableDialog(dialog)) return reduceTableDialog(state, dialog, { key, context });
  if (dialog?.kind === 'config') return only({ ...state, dialog: undefined });
  if (dialog) return reduceDialog(state, dialog, { key, context });
  return look(state, key, context);
}

/** Letters belong to what is typed, or to the columns; Home and End scroll in whatever lies over the table. */
function isTyped(dialog: Dialog | undefined): boolean {
  return (
    dialog?.kind === 'filter' || dialog?.kind === 'columns' || (dialog?.kind === 'log' && dialog.isTyping)
  );
}

function look(state: PanelState, key: Key, context: Context): Step {
  const action = actionOf(key);
  if (action === undefined) return only(unknownKey(state, key, context));
  if (!looking.has(action)) return only(refuse(state, context));
  const moved = cursorActions[action]?.(state, context) ?? tableActions[action]?.(state, context);
  if (moved) return only(moved);
  if (action === 'quit') return { state, effects: [{ type: 'quit' }] };
  if (action === 'help') return only({ ...state, dialog: { kind: 'help', scroll: 0 } });
  if (action === 'details' && state.cursorId !== undefined)
    return only({ ...state, dialog: { kind: 'details', droneId: state.cursorId, scroll: 0 } });
  return only({ ...state, message: undefined });
}

function refuse(state: PanelState, { snapshot }: Context): PanelState {
  const text = 'this is a recording: nothing can be commanded';
  return say(state, text, { role: 'missing', atMs: snapshot.monotonicMs });
}

function unknownKey(state: PanelState, key: Key, { snapshot }: Context): PanelState {
  const text =
    key === 'foreign'
      ? 'keyboard layout is not Latin: switch it'
      : `key ${key} does nothing: ? shows all keys`;
  return say(state, text, { role: 'missing', atMs: snapshot.monotonicMs });
}
