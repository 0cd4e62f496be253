/** What keys do to the look of the table and in the dialogs that belong to it: filter, columns, log. Sends no command. */
import { cursorActions, followed } from './cursor.js';
import type { Action } from './key-map.js';
import type { Key } from './key-parser.js';
import { reduceColumns } from './reduce-columns.js';
import { reduceLog } from './reduce-log.js';
import { shownColumns } from './rows.js';
import { type Context, type Dialog, only, type PanelState, type Step, say } from './state.js';
import { presetInUse } from './table-view.js';
import { edited } from './typed.js';

export type TableDialog = Extract<Dialog, { kind: 'filter' | 'columns' | 'log' }>;

type Pressed = { readonly key: Key; readonly context: Context };

type Change = (state: PanelState, context: Context) => PanelState;

/** Longest filter. */
const maxFilter = 200;

export const tableActions: { readonly [A in Action]?: Change } = {
  filter: (state, context) =>
    followed({ ...state, dialog: { kind: 'filter', homeId: state.cursorId } }, context),
  sortLeft: (state, context) => sortedBy(state, context, -1),
  sortRight: (state, context) => sortedBy(state, context, 1),
  sortTurn: (state, context) => {
    const table = { ...state.table, isDescending: !state.table.isDescending };
    return tellSort(followed({ ...state, table }, context), context);
  },
  columns: (state) => ({
    ...state,
    dialog: { kind: 'columns', draft: presetInUse(state.table.presets), at: 0 },
  }),
  log: (state) => ({
    ...state,
    dialog: { kind: 'log', search: '', isTyping: false, isWarningsOnly: false, back: 0 },
  }),
};

/** The next column of those on the screen, round and round. */
function sortedBy(state: PanelState, context: Context, by: number): PanelState {
  const columns = shownColumns(state, context);
  const at = columns.findIndex(({ key }) => key === state.table.sortKey);
  const next = columns[at < 0 ? 0 : (at + by + columns.length) % columns.length];
  if (!next) return state;
  const table = { ...state.table, sortKey: next.key, isDescending: false };
  return tellSort(followed({ ...state, table }, context), context);
}

function tellSort(state: PanelState, context: Context): PanelState {
  const { sortKey, isDescending } = state.table;
  const column = shownColumns(state, context).find(({ key }) => key === sortKey);
  const text = `sorted by ${column?.longTitle ?? sortKey}, ${isDescending ? 'descending' : 'ascending'}`;
  return say(state, text, { role: 'text', atMs: context.snapshot.monotonicMs });
}

export function isTableDialog(dialog: Dialog): dialog is TableDialog {
  return dialog.kind === 'filter' || dialog.kind === 'columns' || dialog.kind === 'log';
}

export function reduceTableDialog(state: PanelState, dialog: TableDialog, pressed: Pressed): Step {
  switch (dialog.kind) {
    case 'filter':
      return only(reduceFilter(state, dialog, pressed));
    case 'columns':
      return reduceColumns(state, dialog, pressed);
    case 'log':
      return only(reduceLog(state, dialog, pressed.key));
  }
}

/** Every letter counts at once; Enter keeps the filter, Esc takes it away. */
function reduceFilter(
  state: PanelState,
  dialog: TableDialog & { kind: 'filter' },
  { key, context }: Pressed,
): PanelState {
  const { table } = state;
  // A drone that half a word has hidden has the cursor back when the whole word shows it.
  const home = { ...state, cursorId: dialog.homeId ?? state.cursorId };
  const closed = { ...home, dialog: undefined };
  if (key === 'escape') return followed({ ...closed, table: { ...table, filter: '' } }, context);
  if (key === 'enter')
    return followed({ ...closed, table: { ...table, filter: table.filter.trim() } }, context);
  const move = key === 'up' || key === 'down' ? cursorActions[key] : undefined;
  if (move) {
    const moved = move(state, context);
    return { ...moved, dialog: { kind: 'filter', homeId: moved.cursorId } };
  }
  const filter = edited(table.filter, key, undefined, maxFilter);
  return filter === table.filter ? state : followed({ ...home, table: { ...table, filter } }, context);
}
