/** Which part of the screen gets how many lines and columns. Pure arithmetic; knows no content. */
import type { Size } from './state.js';

type Section =
  | 'header'
  | 'stages'
  | 'held'
  | 'armed'
  | 'alerts'
  | 'choice'
  | 'table'
  | 'detail'
  | 'hint'
  | 'message'
  | 'log'
  | 'keys';

/**
 * Lines of each section; they add up to the screen's rows. `table` includes its head; `choice` says what the table is
 * narrowed to and sorted by. The pane of a drone at the side stands beside table and log, and then has no lines here.
 */
export type Layout = Readonly<Record<Section, number>>;

/** What has to be shown just now. */
export type Needs = {
  /** Rows of the table. */
  readonly rows: number;
  /** Lines that say what the fleet is held for, and the loudest alert. */
  readonly held: number;
  readonly alerts: number;
  /** Where a recording stands is said, in the place of the stages. */
  readonly isReplay: boolean;
  /** Somebody is armed. */
  readonly isArmed: boolean;
  /** The table is not as it comes. */
  readonly isChosen: boolean;
};

/** Between the cursor's mark and the first cell, columns. */
export const markColumns = 3;

const sideFrom = 160;
const sideWidths = { least: 50, most: 76 };

/** Who gets the first lines of a small screen. */
function firstServed({
  held,
  alerts,
  isReplay,
  isArmed,
  isChosen,
}: Needs): readonly (readonly [Section, number])[] {
  return [
    ['keys', 1],
    ['header', 1],
    ['stages', isReplay ? 1 : 0],
    ['held', Math.min(1, held)],
    ['armed', isArmed ? 1 : 0],
    ['alerts', Math.min(1, alerts)],
    ['table', 2],
    ['held', held - 1],
    ['choice', isChosen ? 1 : 0],
    ['hint', 1],
    ['header', 1],
    ['message', 1],
    ['alerts', alerts - 1],
    ['stages', isReplay ? 0 : 1],
    ['table', 4],
    ['detail', 3],
    ['log', 3],
  ];
}

const maxDetail = 8;

/** Of a recording the log tells more. */
const maxReplayDetail = 5;

export function layOut(size: Size, needs: Needs): Layout {
  const lines = {
    ...{ header: 0, stages: 0, held: 0, armed: 0, alerts: 0, choice: 0 },
    ...{ table: 0, detail: 0, hint: 0, message: 0, log: 0, keys: 0 },
  };
  const hasSide = sideColumns(size) > 0;
  let left = Math.max(0, size.rows);
  const give = (section: Section, count: number) => {
    const given = hasSide && section === 'detail' ? 0 : Math.min(left, Math.max(0, count));
    lines[section] += given;
    left -= given;
  };
  for (const [section, count] of firstServed(needs)) give(section, count);
  give('table', needs.rows + 1 - lines.table);
  give('detail', (needs.isReplay ? maxReplayDetail : maxDetail) - lines.detail);
  give('log', left);
  return lines;
}

/** Columns of the pane beside the table, the line between them included; 0 where it stands below. */
export function sideColumns({ columns }: Size): number {
  if (columns < sideFrom) return 0;
  return Math.max(sideWidths.least, Math.min(Math.round(columns * 0.3), sideWidths.most));
}

/** Columns that the cells of the table have. */
export function tableColumns(size: Size): number {
  return size.columns - sideColumns(size) - markColumns;
}

/** The first row to show so that `cursor` is seen, moved as little as possible. */
export function scrollTo(top: number, place: { cursor: number; rows: number; count: number }): number {
  const { cursor, rows, count } = place;
  const lastTop = Math.max(0, count - rows);
  const seen = Math.min(Math.max(top, cursor - rows + 1), cursor);
  return Math.max(0, Math.min(seen, lastTop));
}
