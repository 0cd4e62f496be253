/** How the table is looked at: sorted by what, narrowed to what, in which columns. Data only. */
import type { DroneView } from '../snapshot.js';
import type { Preset, TablePresets } from '../table-presets.js';
import { allColumns, idColumn } from './columns.js';

/** Rows that were sorted and filtered, and of what. */
export type RowsCache = {
  /** The drones of the snapshot that they were made of. */
  readonly of: readonly DroneView[];
  /** Everything else that they depend on, as text. */
  readonly key: string;
  /** What the filter may ask for, besides. */
  readonly selected: ReadonlySet<string>;
  readonly atMs: number;
  /** Indices into the drones of the snapshot. */
  readonly order: readonly number[];
};

export type TableView = {
  /** Key of the column that the table is sorted by. */
  readonly sortKey: string;
  readonly isDescending: boolean;
  /** Empty: all drones are shown. */
  readonly filter: string;
  readonly presets: TablePresets;
  readonly rows: RowsCache | undefined;
};

export const builtInName = 'DEFAULT';

/** All columns, each as wide as it needs. */
export const builtInPreset: Preset = {
  name: builtInName,
  columns: allColumns.map(({ key }) => ({ key, isShown: true, width: undefined })),
};

export const initialTable: TableView = {
  sortKey: idColumn,
  isDescending: false,
  filter: '',
  presets: { current: builtInName, presets: [] },
  rows: undefined,
};

/** The preset in use; the built-in one where there is none of that name. */
export function presetInUse({ current, presets }: TablePresets): Preset {
  return presets.find(({ name }) => name === current) ?? builtInPreset;
}
