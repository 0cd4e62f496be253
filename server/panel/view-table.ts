/** The table of drones: only the rows that are seen are made. Knows no keys. */
import type { DroneView } from '../snapshot.js';
import { type FittedColumn, fitColumns } from './columns.js';
import { scrollTo } from './layout.js';
import type { Context, PanelState } from './state.js';
import { bold, fitLine, type Span, type StyledLine, span } from './styled.js';
import { fitText } from './text.js';

/** Cursor and selection mark, and a space. */
const markColumns = 3;

/** Exactly `lines` lines, the first of which is the head. */
export function viewTable(state: PanelState, { snapshot, size }: Context, lines: number): StyledLine[] {
  if (lines === 0) return [];
  const { drones, monotonicMs } = snapshot;
  const columns = fitColumns(size.columns - markColumns);
  const rows = lines - 1;
  const top = scrollTo(state.scrollTop, {
    cursor: state.cursorIndex,
    rows: Math.max(1, rows),
    count: drones.length,
  });
  const seen = drones.slice(top, top + rows);
  const body = seen.map((drone) => row(drone, { state, columns, monotonicMs }));
  const empty = Array.from({ length: rows - seen.length }, () => []);
  return [head(columns, hiddenText(top, seen.length, drones.length)), ...body, ...empty];
}

/** Titles; where drones are out of sight the head says how many, and on which side. */
function head(columns: readonly FittedColumn[], hidden: string): StyledLine {
  const titles = columns.map(({ column, width }) => `${fitText(column.title, width)} `);
  const text = ' '.repeat(markColumns) + titles.join('');
  const line = [bold(text, 'muted')];
  if (hidden === '') return line;
  return [...fitLine(line, Math.max(0, text.length - hidden.length)), bold(hidden, 'accent')];
}

function hiddenText(top: number, seen: number, count: number): string {
  const below = count - top - seen;
  const parts = [top > 0 ? `${top} above` : '', below > 0 ? `${below} below` : ''].filter(
    (part) => part !== '',
  );
  return parts.length === 0 ? '' : ` ${parts.join(', ')} `;
}

type RowContext = {
  readonly state: PanelState;
  readonly columns: readonly FittedColumn[];
  readonly monotonicMs: number;
};

function row(drone: DroneView, { state, columns, monotonicMs }: RowContext): StyledLine {
  const { id, isConnected } = drone.record;
  const isCursor = id === state.cursorId;
  const isSelected = state.selected.has(id);
  const mark = bold(`${isCursor ? '>' : ' '}${isSelected ? '●' : ' '} `, 'accent');
  const cells = columns.flatMap(({ column, width }): Span[] => {
    const cell = column.cell(drone, monotonicMs);
    const text = fitText(cell.text, width);
    const role =
      isConnected || column.title === 'ready' ? cell.role : column.title === 'id' ? 'bad' : 'muted';
    const style = { isBold: isCursor, isInverse: isCursor && column.title === 'id' };
    const styled = { text, role, ...style };
    return [cell.color ? { ...styled, color: cell.color } : styled, span(' ')];
  });
  return [mark, ...cells];
}
