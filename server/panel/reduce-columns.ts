/** What keys do in the dialog of the table's columns: a draft is changed, kept by Enter, dropped by Esc. Pure. */
import type { Preset, PresetColumn, TablePresets } from '../table-presets.js';
import { allColumns, columnOf } from './columns.js';
import { followed } from './cursor.js';
import { withPinned } from './fit-columns.js';
import type { Key } from './key-parser.js';
import { type Context, type Dialog, only, type PanelState, type Step } from './state.js';
import { builtInName, builtInPreset } from './table-view.js';
import { edited } from './typed.js';

export type ColumnsDialog = Extract<Dialog, { kind: 'columns' }>;

type Pressed = { readonly key: Key; readonly context: Context };

const widths = { least: 2, most: 60 };
const maxName = 30;

export function reduceColumns(state: PanelState, dialog: ColumnsDialog, { key, context }: Pressed): Step {
  if (dialog.naming !== undefined) return reduceNaming(state, dialog, { key, context });
  if (key === 'escape' || key === 'q') return only(followed({ ...state, dialog: undefined }, context));
  if (key === 'enter') return keep(state, dialog.draft, context);
  if (key === 's') return only({ ...state, dialog: { ...dialog, naming: '' } });
  const change = changes.get(key);
  return only(change ? { ...state, dialog: change(dialog, state.table.presets) } : state);
}

type Change = (dialog: ColumnsDialog, presets: TablePresets) => ColumnsDialog;

const toRow =
  (row: (at: number) => number): Change =>
  (dialog) => ({ ...dialog, at: clamped(row(dialog.at), listed(dialog.draft).length) });

const withColumns =
  (change: (draft: Preset, at: number) => readonly PresetColumn[]): Change =>
  (dialog) => {
    const columns = change(dialog.draft, dialog.at);
    return { ...dialog, draft: { ...dialog.draft, columns }, at: clamped(dialog.at, columns.length) };
  };

const shifted =
  (by: number): Change =>
  (dialog) => {
    const [columns, at] = moved(dialog.draft, dialog.at, by);
    return { ...dialog, draft: { ...dialog.draft, columns }, at };
  };

const changes: ReadonlyMap<Key, Change> = new Map([
  ['up', toRow((at) => at - 1)],
  ['k', toRow((at) => at - 1)],
  ['down', toRow((at) => at + 1)],
  ['j', toRow((at) => at + 1)],
  ['home', toRow(() => 0)],
  ['end', toRow(() => Number.MAX_SAFE_INTEGER)],
  [' ', withColumns(toggled)],
  ['left', shifted(-1)],
  ['right', shifted(1)],
  ['+', withColumns((draft, at) => resized(draft, at, 1))],
  ['-', withColumns((draft, at) => resized(draft, at, -1))],
  ['0', withColumns((draft, at) => withWidth(draft, at, undefined))],
  ['r', withColumns(() => builtInPreset.columns)],
  ['p', (dialog, presets) => ({ ...dialog, draft: nextPreset(dialog.draft.name, presets), at: 0 })],
]);

function clamped(row: number, count: number): number {
  return Math.max(0, Math.min(row, count - 1));
}

/** The columns of a preset, and behind them, not shown, those that it does not speak of. */
export function listed({ columns }: Preset): readonly PresetColumn[] {
  const pinned = withPinned(columns);
  const known = new Set(pinned.map(({ key }) => key));
  const others = allColumns.filter(({ key }) => !known.has(key));
  return [...pinned, ...others.map(({ key }) => ({ key, isShown: false, width: undefined }))];
}

/** Name and readiness can not be hidden: without them nobody knows which drone it is and whether it may fly. */
function toggled(draft: Preset, at: number): readonly PresetColumn[] {
  return listed(draft).map((column, index) =>
    index === at && columnOf(column.key)?.rank !== 0 ? { ...column, isShown: !column.isShown } : column,
  );
}

/** The columns, and where the moved one is now. */
function moved(draft: Preset, at: number, by: number): [readonly PresetColumn[], number] {
  const columns = [...listed(draft)];
  const to = at + by;
  const [one, other] = [columns[at], columns[to]];
  if (!one || !other) return [columns, at];
  columns[at] = other;
  columns[to] = one;
  return [columns, to];
}

function resized(draft: Preset, at: number, by: number): readonly PresetColumn[] {
  const column = listed(draft)[at];
  const width = column?.width ?? columnOf(column?.key ?? '')?.width ?? widths.least;
  return withWidth(draft, at, Math.max(widths.least, Math.min(width + by, widths.most)));
}

function withWidth(draft: Preset, at: number, width: number | undefined): readonly PresetColumn[] {
  return listed(draft).map((column, index) => (index === at ? { ...column, width } : column));
}

function nextPreset(name: string, { presets }: TablePresets): Preset {
  const all = presets.some((preset) => preset.name === builtInName) ? presets : [builtInPreset, ...presets];
  const at = all.findIndex((preset) => preset.name === name);
  return all[(at + 1) % all.length] ?? builtInPreset;
}

function reduceNaming(state: PanelState, dialog: ColumnsDialog, { key, context }: Pressed): Step {
  const { naming = '', ...others } = dialog;
  if (key === 'escape') return only({ ...state, dialog: others });
  if (key !== 'enter')
    return only({ ...state, dialog: { ...others, naming: edited(naming, key, /^[\w .-]$/, maxName) } });
  const name = naming.trim();
  return name === '' ? only({ ...state, dialog: others }) : keep(state, { ...dialog.draft, name }, context);
}

/** The draft is in use from now on, under its name. The built-in columns need no place in a file. */
function keep(state: PanelState, draft: Preset, context: Context): Step {
  const { presets } = state.table;
  const others = presets.presets.filter(({ name }) => name !== draft.name);
  const isBuiltIn = draft.name === builtInName && JSON.stringify(draft) === JSON.stringify(builtInPreset);
  const next = { current: draft.name, presets: isBuiltIn ? others : [...others, draft] };
  const table = { ...state.table, presets: next };
  const kept = followed({ ...state, table, dialog: undefined }, context);
  if (JSON.stringify(next) === JSON.stringify(presets)) return only(kept);
  return { state: kept, effects: [{ type: 'savePresets', presets: next }] };
}
