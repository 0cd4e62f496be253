/** How the dialog of the table's columns looks. Knows no keys. */
import type { PresetColumn } from '../table-presets.js';
import { columnOf } from './columns.js';
import { fitColumns } from './fit-columns.js';
import { tableColumns } from './layout.js';
import { type ColumnsDialog, listed } from './reduce-columns.js';
import type { Sheet } from './sheet.js';
import type { Size } from './state.js';
import { bold, type Span, type StyledLine, span } from './styled.js';
import { cleanText, fitText } from './text.js';

/** Lines of the dialog that come before the column under the cursor. */
const leadingLines = 4;

export function columnsSheet(dialog: ColumnsDialog, size: Size): Sheet {
  const { draft, at, naming } = dialog;
  const fitting = new Set(fitColumns(tableColumns(size), draft).map(({ column }) => column.key));
  const rows = listed(draft).map((column, index) =>
    rowOf(column, { isCursor: index === at, isFitting: fitting.has(column.key) }),
  );
  const help: StyledLine[] = [
    [span(' space shows or hides, Left/Right moves, + and - width, 0 as wide as needed')],
    [span(' p next preset, r as built in, s saves under another name, Enter keeps and saves')],
  ];
  const field: StyledLine[] =
    naming === undefined
      ? []
      : [
          [
            span(' save as: '),
            { text: ` ${cleanText(naming)}_ `, role: 'accent', isBold: true, isInverse: true } as Span,
            span('  Enter saves, Esc goes back; empty: not saved', 'muted'),
          ],
        ];
  return {
    title: `Columns: ${cleanText(draft.name)}`,
    lines: [...field, ...help, ...rows],
    scroll: naming === undefined ? Math.max(0, at - leadingLines) : 0,
    keys: naming === undefined ? 'Enter keep  Esc as it was' : 'Enter save  Esc back',
  };
}

function rowOf(
  { key, isShown, width }: PresetColumn,
  { isCursor, isFitting }: { readonly isCursor: boolean; readonly isFitting: boolean },
): StyledLine {
  const column = columnOf(key);
  const isAlways = column?.rank === 0;
  const mark = isShown || isAlways ? '✓' : ' ';
  const note = noteOf({ isKnown: column !== undefined, isAlways, isShown, isFitting });
  return [
    bold(isCursor ? ' > ' : '   ', 'accent'),
    span(`${mark} `, 'good'),
    {
      text: fitText(cleanText(column?.longTitle ?? key), 22),
      role: 'text',
      isBold: isCursor,
      isInverse: isCursor,
    },
    span(fitText(width === undefined ? 'as needed' : `${width} wide`, 11), 'muted'),
    span(note, note === 'no room on this screen' ? 'missing' : 'muted'),
  ];
}

function noteOf(column: Readonly<Record<'isKnown' | 'isAlways' | 'isShown' | 'isFitting', boolean>>): string {
  if (!column.isKnown) return 'no such column here';
  if (column.isAlways) return 'always shown';
  return column.isShown && !column.isFitting ? 'no room on this screen' : '';
}
