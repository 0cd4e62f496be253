/** Which columns of a preset a screen has room for, and how wide. Pure arithmetic; knows no drones. */
import type { Preset, PresetColumn } from '../table-presets.js';
import { type Column, columnOf, idColumn, stateColumn } from './columns.js';

/** A column with the width it got on this screen. */
export type FittedColumn = { readonly column: Column; readonly width: number };

type Wish = { readonly column: Column; readonly width: number; readonly maxWidth: number };

/** The columns that a preset shows, in its order; name and readiness always. */
function wishedColumns(preset: Preset): Wish[] {
  return withPinned(preset.columns).flatMap(({ key, isShown, width }): Wish[] => {
    const column = columnOf(key);
    if (!column || !(isShown || column.rank === 0)) return [];
    return [{ column, width: width ?? column.width, maxWidth: width ?? column.maxWidth }];
  });
}

/** The columns with name and readiness among them: a preset of another program may speak of neither. */
export function withPinned(columns: readonly PresetColumn[]): readonly PresetColumn[] {
  const has = (wanted: string) => columns.some(({ key }) => key === wanted);
  const pinned = (key: string): PresetColumn => ({ key, isShown: true, width: undefined });
  const named = has(idColumn) ? columns : [pinned(idColumn), ...columns];
  if (has(stateColumn)) return named;
  const at = named.findIndex(({ key }) => key === idColumn) + 1;
  return [...named.slice(0, at), pinned(stateColumn), ...named.slice(at)];
}

/** The most important columns that fit into `columns` with a space after each, and what is left shared out. */
export function fitColumns(columns: number, preset: Preset): FittedColumn[] {
  let left = columns;
  const wishes = wishedColumns(preset);
  const chosen = new Set<Wish>();
  for (const wish of [...wishes].sort((a, b) => a.column.rank - b.column.rank)) {
    if (wish.column.rank > 0 && wish.width + 1 > left) break;
    chosen.add(wish);
    left -= wish.width + 1;
  }
  return wishes
    .filter((wish) => chosen.has(wish))
    .map(({ column, width, maxWidth }) => {
      const extra = Math.max(0, Math.min(left, maxWidth - width));
      left -= extra;
      return { column, width: width + extra };
    });
}
