/** The table's columns as data: title, width, importance, cell; and which of them fit. Knows no cursor and no scroll. */
import type { CheckedKey } from '../fleet/telemetry.js';
import type { DroneView } from '../snapshot.js';
import {
  animationCell,
  batteryCell,
  type Cell,
  clockCell,
  judgedCell,
  latencyCell,
  ledCell,
  outcomeCell,
  plain,
  positionCell,
  selfcheckCell,
  startCell,
  stateCell,
} from './cells.js';
import { cleanText } from './text.js';

export type Column = {
  readonly title: string;
  /** What the column is called where there is room. */
  readonly longTitle: string;
  readonly width: number;
  /** Width it takes when there is room left. */
  readonly maxWidth: number;
  /** 0 is never left out; the highest goes first. */
  readonly rank: number;
  readonly cell: (drone: DroneView, nowMs: number) => Cell;
};

type Shape = {
  readonly width: number;
  readonly maxWidth?: number;
  readonly rank: number;
  readonly long?: string;
};

function column(title: string, shape: Shape, cell: Column['cell']): Column {
  const { width, maxWidth = width, rank, long = title } = shape;
  return { title, longTitle: long, width, maxWidth, rank, cell };
}

const judgedText = (key: CheckedKey) => (drone: DroneView) =>
  judgedCell(drone, key, plain(drone.record.telemetry[key]));

function unjudgedText(key: string): Column['cell'] {
  return ({ record }) => {
    const value = record.telemetry[key];
    return { text: plain(value), role: value === undefined ? 'missing' : 'text' };
  };
}

/** All columns, left to right. Their widths add up so that 200 columns of screen show all of them. */
export const allColumns: readonly Column[] = [
  column('id', { width: 10, maxWidth: 24, rank: 0 }, ({ record }) => ({
    text: cleanText(record.id),
    role: 'text',
  })),
  column('ready', { width: 9, rank: 0 }, stateCell),
  column('led', { width: 3, rank: 9, long: 'light' }, ledCell),
  column('vers', { width: 6, maxWidth: 12, rank: 13, long: 'version' }, judgedText('git_version')),
  column(
    'config',
    { width: 10, maxWidth: 16, rank: 15, long: 'configuration' },
    unjudgedText('config_version'),
  ),
  column('animation', { width: 9, maxWidth: 24, rank: 7 }, animationCell),
  column('battery', { width: 10, maxWidth: 11, rank: 1, long: 'battery, %, V' }, batteryCell),
  column('system', { width: 7, maxWidth: 12, rank: 2 }, judgedText('fcu_status')),
  column('sens', { width: 5, maxWidth: 12, rank: 8, long: 'sensors' }, judgedText('calibration_status')),
  column('mode', { width: 10, maxWidth: 12, rank: 3 }, judgedText('mode')),
  column('checks', { width: 6, maxWidth: 24, rank: 4, long: 'self-checks' }, selfcheckCell),
  column(
    'pos x     y     z  yaw frm',
    { width: 26, maxWidth: 32, rank: 10, long: 'x y z m, yaw deg' },
    positionCell,
  ),
  column('start x   y     z  yaw action  wait', { width: 35, rank: 11, long: 'start' }, startCell),
  column('task', { width: 9, maxWidth: 24, rank: 5, long: 'last task' }, unjudgedText('last_task')),
  column('dt ms', { width: 8, maxWidth: 9, rank: 6, long: 'clock, ms' }, clockCell),
  column('ms', { width: 3, maxWidth: 6, rank: 12, long: 'round trip, ms' }, latencyCell),
  column('last', { width: 7, maxWidth: 24, rank: 14, long: 'last command' }, outcomeCell),
];

/** A column with the width it got on this screen. */
export type FittedColumn = { readonly column: Column; readonly width: number };

/** The most important columns that fit into `columns` with a space after each, and what is left shared out. */
export function fitColumns(columns: number): FittedColumn[] {
  let left = columns;
  const chosen = new Set<Column>();
  for (const column of [...allColumns].sort((a, b) => a.rank - b.rank)) {
    if (column.rank > 0 && column.width + 1 > left) break;
    chosen.add(column);
    left -= column.width + 1;
  }
  return allColumns
    .filter((column) => chosen.has(column))
    .map((column) => {
      const extra = Math.max(0, Math.min(left, column.maxWidth - column.width));
      left -= extra;
      return { column, width: column.width + extra };
    });
}
