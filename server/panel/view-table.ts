/** The table of drones: only the rows that are seen are made. Knows no keys. */
import type { DroneView } from '../snapshot.js';
import { columnOf } from './columns.js';
import { meaningOf } from './filter.js';
import { type FittedColumn, fitColumns } from './fit-columns.js';
import { markColumns, scrollTo, sideColumns, tableColumns } from './layout.js';
import { rowsOf } from './rows.js';
import type { Context, PanelState } from './state.js';
import { bold, fitLine, type Span, type StyledLine, span } from './styled.js';
import { presetInUse, type TableView } from './table-view.js';
import { cleanText, fitText } from './text.js';

/** Exactly `lines` lines, the first of which is the head. */
export function viewTable(state: PanelState, context: Context, lines: number): StyledLine[] {
  if (lines === 0) return [];
  const { snapshot, size } = context;
  const drones = rowsOf(state, context);
  const preset = state.dialog?.kind === 'columns' ? state.dialog.draft : presetInUse(state.table.presets);
  const columns = fitColumns(tableColumns(size), preset);
  const rows = lines - 1;
  const top = scrollTo(state.scrollTop, {
    cursor: state.cursorIndex,
    rows: Math.max(1, rows),
    count: drones.length,
  });
  const seen = drones.slice(top, top + rows);
  const body = seen.map((drone) => row(drone, { state, columns, monotonicMs: snapshot.monotonicMs }));
  const empty = Array.from({ length: rows - seen.length }, () => []);
  const hidden = hiddenText(top, seen.length, drones.length);
  const width = size.columns - sideColumns(size);
  return [head(columns, state.table, { hidden, width }), ...body, ...empty];
}

/** Titles; where drones are out of sight the head says how many, and on which side. */
function head(
  columns: readonly FittedColumn[],
  { sortKey, isDescending }: TableView,
  { hidden, width }: { readonly hidden: string; readonly width: number },
): StyledLine {
  const titles = columns.map(({ column, width }): Span => {
    if (column.key !== sortKey) return bold(`${fitText(column.title, width)} `, 'muted');
    const arrow = isDescending ? '▼' : '▲';
    const title = column.title.slice(0, Math.max(1, width - 1));
    return bold(`${fitText(title + arrow, width)} `, 'accent');
  });
  const line = [span(' '.repeat(markColumns)), ...titles];
  if (hidden === '') return line;
  return [...fitLine(line, Math.max(0, width - hidden.length)), bold(hidden, 'accent')];
}

function hiddenText(top: number, seen: number, count: number): string {
  const below = count - top - seen;
  const parts = [top > 0 ? `${top} above` : '', below > 0 ? `${below} below` : ''].filter(
    (part) => part !== '',
  );
  return parts.length === 0 ? '' : ` ${parts.join(', ')} `;
}

/** What the table is narrowed to, sorted by, and in which columns; who is selected and can not be seen. */
export function viewChoice(state: PanelState, context: Context): StyledLine {
  const { filter, sortKey, isDescending, presets } = state.table;
  const isTyping = state.dialog?.kind === 'filter';
  const column = columnOf(sortKey)?.longTitle ?? sortKey;
  const order = span(
    `  by ${column} ${isDescending ? '▼' : '▲'}  columns ${cleanText(presets.current)}`,
    'muted',
  );
  if (filter === '' && !isTyping) return [span(' table', 'muted'), order];
  const rows = rowsOf(state, context);
  const shown = new Set(rows.map(({ record }) => record.id));
  const unseen = [...state.selected].filter((id) => !shown.has(id)).length;
  const means = meaningOf(filter, { snapshot: context.snapshot, selected: state.selected });
  const field: Span = { text: ` ${cleanText(filter)}${isTyping ? '_' : ''} `, role: 'accent', isBold: true };
  return [
    bold(' filter', 'accent'),
    { ...field, isInverse: isTyping },
    ...(means === 'text' ? [span('(text) ', 'muted')] : []),
    bold(`${rows.length} of ${context.snapshot.drones.length} shown`, 'missing'),
    ...(unseen > 0 ? [bold(`, ${unseen} SELECTED NOT SHOWN`, 'bad')] : []),
    span(isTyping ? '  Enter keeps, Esc clears' : '  / then Esc clears', 'muted'),
    order,
  ];
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
    const isId = column.key === 'copter_id';
    const role = isConnected || column.key === 'state' ? cell.role : isId ? 'bad' : 'muted';
    const styled = { text, role, isBold: isCursor, isInverse: isCursor && isId };
    return [cell.color ? { ...styled, color: cell.color } : styled, span(' ')];
  });
  return [mark, ...cells];
}
