/** The table's columns as data: title, width, importance, cell; and which of them fit. Knows no cursor and no scroll. */
import { startDistanceM } from '../fleet/checks.js';
import { type CheckedKey, numberAt } from '../fleet/telemetry.js';
import type { DroneView } from '../snapshot.js';
import {
  animationCell,
  batteryCell,
  type Cell,
  clockCell,
  clockOffMs,
  judgedCell,
  latencyCell,
  ledCell,
  outcomeCell,
  plain,
  positionCell,
  selfcheckCell,
  startCell,
  stateCell,
  stateRank,
} from './cells.js';
import { cleanText } from './text.js';

export type Column = {
  /** In presets: the telemetry key where there is one. */
  readonly key: string;
  readonly title: string;
  /** What the column is called where there is room. */
  readonly longTitle: string;
  readonly width: number;
  /** Width it takes when there is room left. */
  readonly maxWidth: number;
  /** 0 is never left out; the highest goes first. */
  readonly rank: number;
  readonly cell: (drone: DroneView, nowMs: number) => Cell;
  /** What the column is sorted by; undefined and NaN (not known) come last, whichever way round. */
  readonly sortBy: (drone: DroneView, nowMs: number) => string | number | undefined;
};

type Shape = {
  readonly width: number;
  readonly maxWidth?: number;
  readonly rank: number;
  readonly long?: string;
  readonly sortBy?: Column['sortBy'];
};

function column([key, title]: readonly [string, string], shape: Shape, cell: Column['cell']): Column {
  const { width, maxWidth = width, rank, long = title } = shape;
  const { sortBy = (drone, nowMs) => cell(drone, nowMs).text || undefined } = shape;
  return { key, title, longTitle: long, width, maxWidth, rank, cell, sortBy };
}

/** A telemetry value as it is compared; what is not there comes last. */
const byText =
  (key: string): Column['sortBy'] =>
  ({ record }) =>
    record.telemetry[key] === undefined || record.telemetry[key] === null
      ? undefined
      : plain(record.telemetry[key]);

const judgedText = (key: CheckedKey) => (drone: DroneView) =>
  judgedCell(drone, key, plain(drone.record.telemetry[key]));

function unjudgedText(key: string): Column['cell'] {
  return ({ record }) => {
    const value = record.telemetry[key];
    return { text: plain(value), role: value === undefined ? 'missing' : 'text' };
  };
}

/** Every column, in the order of the preset DEFAULT. */
export const allColumns: readonly Column[] = [
  column(
    ['copter_id', 'id'],
    { width: 10, maxWidth: 24, rank: 0, sortBy: ({ record }) => record.id },
    ({ record }) => ({ text: cleanText(record.id), role: 'text' }),
  ),
  column(['state', 'ready'], { width: 9, rank: 0, sortBy: stateRank }, stateCell),
  column(['led', 'led'], { width: 3, rank: 9, long: 'light' }, ledCell),
  column(
    ['git_version', 'vers'],
    { width: 6, maxWidth: 12, rank: 13, long: 'version', sortBy: byText('git_version') },
    judgedText('git_version'),
  ),
  column(
    ['config_version', 'config'],
    { width: 10, maxWidth: 16, rank: 15, long: 'configuration', sortBy: byText('config_version') },
    unjudgedText('config_version'),
  ),
  column(['animation_info', 'animation'], { width: 9, maxWidth: 24, rank: 7 }, animationCell),
  column(
    ['battery', 'battery'],
    {
      ...{ width: 10, maxWidth: 11, rank: 1, long: 'battery, %, V' },
      sortBy: ({ record }) => numberAt(record.telemetry.battery, 1),
    },
    batteryCell,
  ),
  column(
    ['fcu_status', 'system'],
    { width: 7, maxWidth: 12, rank: 2, sortBy: byText('fcu_status') },
    judgedText('fcu_status'),
  ),
  column(
    ['calibration_status', 'sens'],
    { width: 5, maxWidth: 12, rank: 8, long: 'sensors', sortBy: byText('calibration_status') },
    judgedText('calibration_status'),
  ),
  column(['mode', 'mode'], { width: 10, maxWidth: 12, rank: 3, sortBy: byText('mode') }, judgedText('mode')),
  column(
    ['selfcheck', 'checks'],
    { width: 6, maxWidth: 24, rank: 4, long: 'self-checks', sortBy: byText('selfcheck') },
    selfcheckCell,
  ),
  column(
    ['current_position', 'pos x     y     z  yaw frm'],
    {
      ...{ width: 26, maxWidth: 32, rank: 10, long: 'x y z m, yaw deg' },
      sortBy: ({ record }) => numberAt(record.telemetry.current_position, 2),
    },
    positionCell,
  ),
  column(
    ['start_position', 'start x   y     z  yaw action  wait'],
    { width: 35, rank: 11, long: 'start', sortBy: ({ record }) => startDistanceM(record.telemetry) },
    startCell,
  ),
  column(
    ['last_task', 'task'],
    { width: 9, maxWidth: 24, rank: 5, long: 'last task', sortBy: byText('last_task') },
    unjudgedText('last_task'),
  ),
  column(
    ['time_delta', 'dt ms'],
    { width: 8, maxWidth: 9, rank: 6, long: 'clock, ms', sortBy: clockOffMs },
    clockCell,
  ),
  column(
    ['latency', 'ms'],
    { width: 3, maxWidth: 6, rank: 12, long: 'round trip, ms', sortBy: ({ record }) => record.latencyMs },
    latencyCell,
  ),
  column(['last_command', 'last'], { width: 7, maxWidth: 24, rank: 14, long: 'last command' }, outcomeCell),
];

/** The column that the table is sorted by at first. */
export const idColumn = 'copter_id';

/** The column of readiness, which is never hidden either. */
export const stateColumn = 'state';

export function columnOf(key: string): Column | undefined {
  return allColumns.find((column) => column.key === key);
}
