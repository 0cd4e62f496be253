/** Which part of the screen gets how many lines. Pure arithmetic; knows no content. */
import type { Size } from './state.js';

type Section = 'header' | 'table' | 'detail' | 'hint' | 'message' | 'log' | 'keys';

/** Lines of each section; they add up to the screen's rows. `table` includes its head. */
export type Layout = Readonly<Record<Section, number>>;

/** Who gets the first lines of a small screen. */
const firstServed: readonly (readonly [Section, number])[] = [
  ['keys', 1],
  ['header', 1],
  ['table', 2],
  ['hint', 1],
  ['header', 1],
  ['message', 1],
  ['table', 4],
  ['detail', 3],
  ['log', 3],
];

const maxDetail = 8;

export function layOut({ rows }: Size, droneCount: number): Layout {
  const lines = { header: 0, table: 0, detail: 0, hint: 0, message: 0, log: 0, keys: 0 };
  let left = Math.max(0, rows);
  const give = (section: Section, count: number) => {
    const given = Math.min(left, Math.max(0, count));
    lines[section] += given;
    left -= given;
  };
  for (const [section, count] of firstServed) give(section, count);
  give('table', droneCount + 1 - lines.table);
  give('detail', maxDetail - lines.detail);
  give('log', left);
  return lines;
}

/** Rows of drones that the table shows, at least one. */
export function tableRows(size: Size, droneCount: number): number {
  return Math.max(1, layOut(size, droneCount).table - 1);
}

/** The first row to show so that `cursor` is seen, moved as little as possible. */
export function scrollTo(top: number, place: { cursor: number; rows: number; count: number }): number {
  const { cursor, rows, count } = place;
  const lastTop = Math.max(0, count - rows);
  const seen = Math.min(Math.max(top, cursor - rows + 1), cursor);
  return Math.max(0, Math.min(seen, lastTop));
}
