/** What stands below the tree: the facts of the line under the cursor, the line that is typed, answers. Knows no keys. */
import { describePath } from '../../../lib/config/index.js';
import { bold, rule, type Span, type StyledLine, span } from '../styled.js';
import { cleanText, displayWidth, fitText, takeWidth, wrapText } from '../text.js';
import { optionFacts, problems } from './facts.js';
import { fieldText } from './field.js';
import type { EditorState, Field, FieldPurpose, Mode } from './state.js';
import { keyOf } from './tree.js';
import { markLooks } from './view-tree.js';

/** Exactly `lines` lines. */
export function viewFoot(state: EditorState, columns: number, lines: number): StyledLine[] {
  const { cursor } = state;
  const name = cursor === undefined ? '' : cleanText(describePath(cursor.path));
  const title = [bold(fitText(name, Math.max(1, Math.min(displayWidth(name), columns - 6))), 'accent')];
  const facts = cursor?.kind === 'option' ? optionLines(state, columns) : sectionLines(state, columns);
  const shown = [rule(title, columns), ...facts].slice(0, lines);
  return [...shown, ...Array.from({ length: lines - shown.length }, () => [])];
}

function optionLines({ model, cursor }: EditorState, columns: number): StyledLine[] {
  const facts = cursor && optionFacts(model, cursor.path);
  if (!facts) return [];
  const { error, expected, defaultText, marks, about, comments } = facts;
  const wrap = wrapper(columns);
  const kind = expected === undefined ? 'any value' : `expected ${expected}`;
  const fallback =
    defaultText === undefined ? '' : `; default ${defaultText === '' ? '(empty)' : defaultText}`;
  const signs = marks.flatMap((mark): Span[] => {
    const { glyph, role } = markLooks[mark];
    return [span(` ${glyph} ${mark} `, role)];
  });
  return [
    ...(error === undefined ? [] : wrap(`✗ ${error}`, 'bad')),
    ...wrap(`${kind}${fallback}`, 'text'),
    ...(about === '' ? [] : wrap(about, 'muted')),
    ...(signs.length === 0 ? [] : [signs]),
    ...comments.filter((line) => line !== '').flatMap((line) => wrap(line, 'muted')),
  ];
}

function sectionLines({ model, cursor }: EditorState, columns: number): StyledLine[] {
  const key = cursor && keyOf(cursor);
  const found = problems(model).find(({ place }) => keyOf(place) === key);
  return found ? wrapper(columns)(`✗ ${found.text}`, 'bad') : [];
}

type Wrap = (text: string, role: Span['role']) => StyledLine[];

function wrapper(columns: number): Wrap {
  return (text, role) => {
    const sign = text.startsWith('✗ ') ? '✗ ' : '';
    const lines = wrapText(cleanText(text.slice(sign.length)), Math.max(8, columns - 4));
    return lines.map((line, index) => [span(` ${index === 0 ? sign : ''}${line}`, role)]);
  };
}

/** The line for what is typed, what was answered, or what goes on. */
export function viewMessage({ mode, message, saving }: EditorState, columns: number): StyledLine {
  if (mode.kind === 'field') return fieldLine(mode, message?.text, columns);
  if (message) return [bold(` > ${cleanText(message.text)}`, message.role)];
  return saving ? [span(' > not answered yet', 'muted')] : [];
}

/** The error or the answer comes behind what is typed where there is room, else in front of it. */
function fieldLine(
  { purpose, field, error }: Extract<Mode, { kind: 'field' }>,
  message: string | undefined,
  columns: number,
): StyledLine {
  const label = ` ${labelOf(purpose)}: `;
  const note = error ?? message;
  const noteText = note === undefined ? '' : `  ✗ ${cleanText(note)}`;
  const typedColumns = Math.max(8, Math.min(displayWidth(fieldText(field)) + 1, Math.floor(columns * 0.4)));
  const spare = Math.max(0, columns - displayWidth(label) - typedColumns - 2);
  const noteColumns = Math.min(displayWidth(noteText), spare);
  const room = Math.max(4, columns - displayWidth(label) - noteColumns - 2);
  return [
    span(label),
    { text: ` ${fieldWindow(field, room)} `, role: 'accent', isBold: true, isInverse: true },
    bold(noteColumns === 0 ? '' : fitText(noteText, noteColumns), 'bad'),
  ];
}

/** The part of the field about its cursor, which is drawn as a bar. */
function fieldWindow({ before, after }: Field, columns: number): string {
  const behind = takeWidth(cleanText(after), Math.max(0, Math.floor(columns / 3)));
  const room = Math.max(1, columns - displayWidth(behind) - 1);
  const characters = [...cleanText(before)];
  while (characters.length > 0 && displayWidth(characters.join('')) > room) {
    characters.splice(0, Math.max(1, Math.floor((displayWidth(characters.join('')) - room) / 2)));
  }
  const front = characters.join('');
  const rest = takeWidth(cleanText(after), Math.max(0, columns - displayWidth(front) - 1));
  return `${front}│${rest}`;
}

function labelOf(purpose: FieldPurpose): string {
  switch (purpose.what) {
    case 'value':
      return cleanText(takeWidth(purpose.path.at(-1) ?? '', 24));
    case 'comment':
      return 'comment';
    case 'add':
      return `name of the new ${purpose.add.what}`;
    case 'duplicate':
      return 'name of the copy';
    case 'search':
      return 'find';
    case 'saveAs':
      return 'save a copy as';
  }
}
