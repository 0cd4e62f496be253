/** The editor as lines: f(state, size). Knows no terminal; every foreign text was cleaned on its way here. */
import type { Size } from '../state.js';
import { bold, fitLine, lineWidth, type Span, type StyledLine, span, spread } from '../styled.js';
import { cleanText, fitText } from '../text.js';
import { editorBindings } from './editor-keys.js';
import { layOutEditor } from './editor-layout.js';
import { countMarks, problems } from './facts.js';
import type { EditorState } from './state.js';
import { viewFoot, viewMessage } from './view-foot.js';
import { sheetOf, viewSheet } from './view-sheets.js';
import { markLooks, viewTree } from './view-tree.js';

/** Exactly `size.rows` lines of exactly `size.columns` columns; `keys` is for the bar that somebody else draws. */
export type EditorView = { readonly lines: readonly StyledLine[]; readonly keys: string };

export function viewEditor(state: EditorState, size: Size): EditorView {
  const { columns } = size;
  const layout = layOutEditor(size);
  const sheet = sheetOf(state, columns);
  const tree = viewTree(state, columns, layout.tree);
  const above = filled(tree, layout.tree);
  const below = sheet
    ? filled(viewSheet(sheet, columns, layout.tree + layout.foot), layout.foot)
    : viewFoot(state, columns, layout.foot);
  const body = [...above.slice(0, layout.tree + layout.foot - below.length), ...below];
  const lines = [
    ...[headLine(state, columns)].slice(0, layout.head),
    ...body,
    ...[viewMessage(state, columns)].slice(0, layout.message),
  ];
  return { lines: lines.map((line) => fitLine(line, columns)), keys: sheet?.keys ?? keysOf(state) };
}

function filled(lines: readonly StyledLine[], count: number): StyledLine[] {
  return [...lines, ...Array.from({ length: Math.max(0, count - lines.length) }, () => [])];
}

/** Where the cursor is, and what is left to do. */
function headLine({ model, cursor, saving }: EditorState, columns: number): StyledLine {
  const path = cursor?.path ?? [];
  const counts = countMarks(model);
  const wrong = problems(model).length;
  const told: Span[] = (['new', 'changed', 'excluded', 'unknown'] as const)
    .filter((mark) => counts[mark] > 0)
    .map((mark) => span(` ${markLooks[mark].glyph} ${counts[mark]} ${mark} `, markLooks[mark].role));
  const errors = wrong === 0 ? span(' ✓ no errors ', 'good') : bold(` ✗ ${wrong} wrong `, 'bad');
  const what = model.purpose === 'copy' ? 'Config copied from' : 'Config';
  const right = [...told, ...(saving ? [bold(' being saved ', 'accent')] : []), errors];
  const place = cleanText([model.name, ...path].join(' > '));
  const room = Math.max(8, columns - lineWidth(right) - 1);
  return spread([bold(fitText(` ${what} ${place}`, room), 'accent')], right, columns);
}

function keysOf({ mode }: EditorState): string {
  if (mode.kind === 'field') return 'Enter take  Esc back';
  return editorBindings
    .filter(({ label }) => label !== undefined)
    .map(({ shown, label }) => `${shown} ${label}`)
    .join('  ');
}
