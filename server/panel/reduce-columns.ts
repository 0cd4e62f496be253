/** What keys do in the dialog of the table's columns: a draft is changed, kept by Enter, dropped by Esc. Pure. */
import type { Preset, PresetColumn, TablePresets } from '../table-presets.js';
import { allColumns, columnOf } from './columns.js';
import { followed } from './cursor.js';
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
  const next = changed(dialog, key, state.table.presets);
  return only(next === dialog ? state : { ...state, dialog: next });
}

function changed(dialog: ColumnsDialog, key: Key, presets: TablePresets): ColumnsDialog {
  const { draft, at } = dialog;
  const last = listed(draft).length - 1;
  const to = (row: number): ColumnsDialog => ({ ...dialog, at: Math.max(0, Math.min(row, last)) });
  const of = (columns: readonly PresetColumn[], row = at): ColumnsDialog => ({
    ...{ ...dialog, draft: { ...draft, columns } },
    at: Math.max(0, Math.min(row, columns.length - 1)),
  });
  switch (key) {
    case 'up':
    case 'k':
      return to(at - 1);
    case 'down':
    case 'j':
      return to(at + 1);
    case 'home':
      return to(0);
    case 'end':
      return to(last);
    case ' ':
      return of(toggled(draft, at));
    case 'left':
    case 'right':
      return of(...moved(draft, at, key === 'left' ? -1 : 1));
    case '+':
    case '-':
      return of(resized(draft, at, key === '+' ? 1 : -1));
    case '0':
      return of(withWidth(draft, at, undefined));
    case 'r':
      return of(builtInPreset.columns);
    case 'p':
      return { ...dialog, draft: nextPreset(draft.name, presets), at: 0 };
    default:
      return dialog;
  }
}

/** The columns of a preset, and behind them, not shown, those that it does not speak of. */
export function listed({ columns }: Preset): readonly PresetColumn[] {
  const known = new Set(columns.map(({ key }) => key));
  const others = allColumns.filter(({ key }) => !known.has(key));
  return [...columns, ...others.map(({ key, rank }) => ({ key, isShown: rank === 0, width: undefined }))];
}

/** Name and readiness can not be hidden: without them nobody knows which drone it is and whether it may fly. */
export function toggled(draft: Preset, at: number): readonly PresetColumn[] {
  return listed(draft).map((column, index) =>
    index === at && columnOf(column.key)?.rank !== 0 ? { ...column, isShown: !column.isShown } : column,
  );
}

/** The columns, and where the moved one is now. */
export function moved(draft: Preset, at: number, by: number): [readonly PresetColumn[], number] {
  const columns = [...listed(draft)];
  const to = at + by;
  const [one, other] = [columns[at], columns[to]];
  if (!one || !other) return [columns, at];
  columns[at] = other;
  columns[to] = one;
  return [columns, to];
}

export function resized(draft: Preset, at: number, by: number): readonly PresetColumn[] {
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
