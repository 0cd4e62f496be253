/** The lines of the tree as they look. Knows no keys; text of files and peers passes `cleanText`. */
import { type Role, type Span, type StyledLine, span } from '../styled.js';
import { cleanText, displayWidth, fitText } from '../text.js';
import { countMarks, type Mark, optionFacts } from './facts.js';
import { type Row, rowsOf } from './rows.js';
import type { EditorState } from './state.js';
import { findSectionNode, keyOf } from './tree.js';

type Look = { readonly glyph: string; readonly role: Role };

/** Each mark has a sign, a word and a colour: any one of them would do. */
export const markLooks: Readonly<Record<Mark, Look>> = {
  wrong: { glyph: '✗', role: 'bad' },
  excluded: { glyph: '/', role: 'stale' },
  new: { glyph: '+', role: 'good' },
  changed: { glyph: '●', role: 'accent' },
  unknown: { glyph: '?', role: 'missing' },
  default: { glyph: '·', role: 'muted' },
};

const wordColumns = 9;

/** At most `lines` lines, from `state.top` on. */
export function viewTree(state: EditorState, columns: number, lines: number): StyledLine[] {
  const rows = rowsOf(state);
  if (rows.length === 0) return [[span(' nothing here: a adds', 'muted')]].slice(0, lines);
  const key = state.cursor && keyOf(state.cursor);
  return rows.slice(state.top, state.top + lines).map((row) => {
    const line = row.kind === 'section' ? sectionLine(state, row, columns) : optionLine(state, row, columns);
    return keyOf(row) === key ? underCursor(line, columns) : [span(' '), ...line];
  });
}

function underCursor(line: StyledLine, columns: number): StyledLine {
  const used = line.reduce((sum, { text }) => sum + displayWidth(text), 1);
  const filled = [span('>'), ...line, span(' '.repeat(Math.max(0, columns - used)))];
  return filled.map((part): Span => ({ ...part, isInverse: true }));
}

function sectionLine({ model, unfolded }: EditorState, row: Row, columns: number): StyledLine {
  const isOpen = unfolded.has(keyOf(row));
  const head = `${'  '.repeat(row.depth)}${isOpen ? '[-]' : '[+]'} `;
  const counts = countMarks(model, row.path);
  const size = findSectionNode(model.root, row.path);
  const count = (size?.options.length ?? 0) + (size?.sections.length ?? 0);
  const marks = (['wrong', 'new', 'changed', 'excluded', 'unknown'] as const).filter(
    (mark) => counts[mark] > 0,
  );
  const words = marks.map((mark) => ({ mark, text: `  ${markLooks[mark].glyph} ${counts[mark]} ${mark}` }));
  const width = words.reduce((sum, { text }) => sum + text.length, 6);
  const name = cleanText(row.path.at(-1) ?? '');
  const room = Math.max(4, columns - 3 - head.length - width);
  return [
    span(`  ${head}`, 'muted'),
    { text: fitText(name, Math.min(room, Math.max(1, displayWidth(name)))), role: 'text', isBold: true },
    span(isOpen ? '' : `  (${count})`, 'muted'),
    ...words.map(({ mark, text }) => span(text, markLooks[mark].role)),
  ];
}

function optionLine({ model }: EditorState, row: Row, columns: number): StyledLine {
  const facts = optionFacts(model, row.path);
  const marks = facts?.marks ?? [];
  const [first] = marks;
  const look: Look = first === undefined ? { glyph: ' ', role: 'text' } : markLooks[first];
  const isWide = columns >= 60;
  const indent = '  '.repeat(row.depth);
  const nameColumns = Math.max(6, Math.min(30, Math.floor(columns * 0.4)) - indent.length);
  const word = isWide ? ` ${fitText(first ?? '', wordColumns)}` : '';
  const room = Math.max(1, columns - 7 - indent.length - nameColumns - displayWidth(word));
  const value = facts?.text === '' ? '(empty)' : cleanText(facts?.text ?? '');
  const comment = facts && columns >= 110 ? noteOf(facts.about, facts.comments) : '';
  const valueColumns = comment === '' ? room : Math.max(12, Math.floor(room * 0.4));
  return [
    span(`${look.glyph} `, look.role),
    span(
      `${indent}${fitText(cleanText(row.path.at(-1) ?? ''), nameColumns)}`,
      first === 'default' ? 'muted' : 'text',
    ),
    span(' = ', 'muted'),
    span(fitText(value, valueColumns), facts?.text === '' && look.role === 'text' ? 'muted' : look.role),
    ...(comment === '' ? [] : [span(fitText(`  ${cleanText(comment)}`, room - valueColumns), 'muted')]),
    span(word, look.role),
  ];
}

function noteOf(about: string, comments: readonly string[]): string {
  if (about !== '') return about;
  return comments
    .map((line) => line.replace(/^[\s#]+/, ''))
    .join(' ')
    .trim();
}
