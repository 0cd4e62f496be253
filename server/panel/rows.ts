/** Which drones the table shows, in which order: sorted by a column, narrowed by a filter. Knows no cursor and no drawing. */
import { compareNatural } from '../fleet/natural-order.js';
import type { DroneView } from '../snapshot.js';
import { type Column, columnOf, idColumn } from './columns.js';
import { matcherOf } from './filter.js';
import { fitColumns } from './fit-columns.js';
import { tableColumns } from './layout.js';
import type { Context, PanelState } from './state.js';
import { presetInUse, type RowsCache, type TableView } from './table-view.js';

/** Rows change their places at most so often, ms: what jumps can not be read. */
const settleMs = 500;

type Viewed = Pick<PanelState, 'table' | 'selected' | 'dialog'>;

/** The drones of the table from top to bottom. */
export function rowsOf(state: Viewed, context: Context): readonly DroneView[] {
  const { drones } = context.snapshot;
  const { order } = cachedRows(state, context) ?? {};
  return order === undefined ? drones : order.flatMap((index) => drones[index] ?? []);
}

/** The rows to keep until the next key or news; undefined for a table as it comes: all drones, by name. */
export function cachedRows(state: Viewed, context: Context): RowsCache | undefined {
  const { sortKey, isDescending, filter, rows } = state.table;
  if (filter.trim() === '' && sortKey === idColumn && !isDescending) return undefined;
  const columns = shownColumns(state, context);
  const key = JSON.stringify([sortKey, isDescending, filter, columns.map((column) => column.key)]);
  if (rows && rows.key === key && isStillGood(rows, state, context)) return rows;
  const { drones, monotonicMs: atMs } = context.snapshot;
  const order = sorted(filtered(state, context, columns), state.table, context);
  return { of: drones, key, selected: state.selected, atMs, order };
}

/** The columns that this screen has room for. */
export function shownColumns({ table, dialog }: Viewed, { size }: Context): Column[] {
  const preset = dialog?.kind === 'columns' ? dialog.draft : presetInUse(table.presets);
  return fitColumns(tableColumns(size), preset).map(({ column }) => column);
}

function isStillGood(rows: RowsCache, { selected }: Viewed, { snapshot }: Context): boolean {
  const { drones, monotonicMs } = snapshot;
  if (drones.length !== rows.of.length || selected !== rows.selected) return false;
  const ageMs = monotonicMs - rows.atMs;
  const isFresh = ageMs > 0 && ageMs < settleMs;
  return drones.every((drone, index) => {
    const before = rows.of[index];
    return drone === before || (isFresh && drone.record.id === before?.record.id);
  });
}

function filtered(state: Viewed, context: Context, columns: readonly Column[]): number[] {
  const { drones } = context.snapshot;
  const { isShown } = matcherOf(state.table.filter, { ...context, selected: state.selected, columns });
  return drones.flatMap((drone, index) => (isShown(drone) ? [index] : []));
}

type Keyed = { readonly index: number; readonly by: string | number | undefined };

/** Natural order; equal ones by name. What is not known comes last. */
function sorted(indices: number[], table: TableView, { snapshot }: Context): readonly number[] {
  const { drones, monotonicMs } = snapshot;
  const column = columnOf(table.sortKey);
  const sign = table.isDescending ? -1 : 1;
  if (!column || column.key === idColumn) return sign > 0 ? indices : indices.reverse();
  const keyed = indices.map((index): Keyed => {
    const drone = drones[index];
    const by = drone && column.sortBy(drone, monotonicMs);
    return { index, by: typeof by === 'number' && Number.isNaN(by) ? undefined : by };
  });
  keyed.sort((a, b) => compareKeys(a, b, sign) || a.index - b.index);
  return keyed.map(({ index }) => index);
}

function compareKeys({ by: a }: Keyed, { by: b }: Keyed, sign: number): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -sign : sign;
  return sign * compareNatural(String(a), String(b));
}
