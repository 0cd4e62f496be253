/** Lists and questions over the lower part of the tree, and the help. Knows how they look, not what keys do. */
import { describePath, isWireObject, type WireObject } from '../../../lib/config/index.js';
import { bold, rule, type Span, type StyledLine, span } from '../styled.js';
import { cleanText, wrapText } from '../text.js';
import { editorBindings } from './editor-keys.js';
import { countMarks, optionFacts } from './facts.js';
import { changes, type SendMode, sendNotes } from './save-forms.js';
import type { AddChoice, EditorState, Mode } from './state.js';
import { allOptions } from './tree.js';

export type EditorSheet = {
  readonly title: string;
  readonly lines: readonly StyledLine[];
  /** Line that has to be seen. */
  readonly focus: number;
  readonly keys: string;
};

/** What lies over the tree; undefined when nothing does. */
export function sheetOf(state: EditorState, columns: number): EditorSheet | undefined {
  const { mode } = state;
  switch (mode.kind) {
    case 'tree':
    case 'field':
      return undefined;
    case 'choices':
      return listSheet(`${mode.path.at(-1)}: one of`, mode.words, mode.index);
    case 'additions':
      return listSheet('Add', mode.items.map(additionText), mode.index);
    case 'leave':
      return leaveSheet(state, columns);
    case 'save':
      return saveSheet(state, mode, columns);
    case 'help':
      return {
        title: 'Keys',
        lines: helpLines(columns),
        focus: mode.scroll,
        keys: 'Esc back  Up/Down scroll',
      };
  }
}

/** Exactly as many lines as it needs, at most `lines`; the one in focus is among them. */
export function viewSheet({ title, lines, focus }: EditorSheet, columns: number, room: number): StyledLine[] {
  const shown = Math.max(0, Math.min(room - 1, lines.length));
  const top = Math.max(0, Math.min(focus, lines.length - shown));
  const more = lines.length - top - shown;
  const head: Span[] = [bold(cleanText(title), 'accent')];
  if (more > 0) head.push(span(`  ${more} more below`, 'missing'));
  return [rule(head, columns), ...lines.slice(top, top + shown)].slice(0, room);
}

function listSheet(title: string, items: readonly string[], index: number): EditorSheet {
  const lines = items.map((item, at): StyledLine => {
    const text = ` ${at === index ? '>' : ' '} ${cleanText(item)} `;
    return at === index ? [{ text, role: 'accent', isBold: true, isInverse: true }] : [span(text)];
  });
  return { title, lines, focus: index, keys: 'Enter take  Up/Down choose  Esc back' };
}

function additionText({ what, parent }: AddChoice): string {
  return parent.length === 0 ? `${what} at the top` : `${what} in ${describePath(parent)}`;
}

function leaveSheet({ model }: EditorState, columns: number): EditorSheet {
  const { changed, new: added } = countMarks(model);
  const wrap = wrapper(columns);
  const lines = [
    ...wrap(`${model.name} has changes that are not saved (${changed} changed, ${added} new).`),
    keyLine([
      ['s', 'save'],
      ['d', 'discard'],
      ['Esc', 'stay'],
    ]),
  ];
  return { title: 'Leave?', lines, focus: 0, keys: 's save  d discard  Esc stay' };
}

function saveSheet(
  { model, target }: EditorState,
  { mode, restart }: Extract<Mode, { kind: 'save' }>,
  columns: number,
): EditorSheet {
  const wrap = wrapper(columns);
  const isSend = target.how === 'send';
  const config = isSend ? changes(model, mode) : {};
  const what = isSend ? modeTexts[mode](countValues(config)) : `writes ${model.name}`;
  const lines: StyledLine[] = [
    ...(isSend ? [choiceLine(mode)] : []),
    ...wrap(what),
    ...(isSend ? sendNotes(model, mode) : []).flatMap((note) => wrap(`! ${note}`, 'missing')),
    ...(target.canRestart
      ? [[bold(' t', 'accent'), span(` restart after saving: ${restart ? '[x] yes' : '[ ] no'}`)]]
      : []),
    ...changedLines(model, columns),
  ];
  const keys = `Enter save  ${isSend ? 'm modify  r rewrite  ' : ''}${target.canRestart ? 't restart  ' : ''}Esc back`;
  return { title: `Save ${model.name}`, lines, focus: 0, keys };
}

const modeTexts: Readonly<Record<SendMode, (count: number) => string>> = {
  modify: (count) =>
    `sends ${count} ${count === 1 ? 'option' : 'options'}; everything else stays as it is there`,
  rewrite: (count) => `sends ${count} options; everything else goes back to its default there`,
};

function choiceLine(mode: SendMode): StyledLine {
  const choice = (key: string, word: SendMode): Span[] => [
    bold(` ${key}`, 'accent'),
    span(` ${mode === word ? '[x]' : '[ ]'} ${word} `, mode === word ? 'text' : 'muted'),
  ];
  return [...choice('m', 'modify'), ...choice('r', 'rewrite')];
}

/** What was changed, before and after, so that the last look is at it. */
function changedLines(model: EditorState['model'], columns: number): StyledLine[] {
  const before = { ...model, root: model.loaded };
  return changedPaths(model).flatMap((path) => {
    const now = optionFacts(model, path);
    const then = optionFacts(before, path);
    const sign = then ? '●' : '+';
    const old = then ? `${then.text === '' ? '(empty)' : then.text} > ` : '';
    const value = now?.text === '' ? '(empty)' : (now?.text ?? '');
    const text = `${describePath(path)}: ${old}${value}`;
    return wrapText(cleanText(text), Math.max(8, columns - 6)).map(
      (line, index): StyledLine => [
        span(`  ${index === 0 ? sign : ' '} ${line}`, now?.marks.includes('excluded') ? 'muted' : 'text'),
      ],
    );
  });
}

function changedPaths(model: EditorState['model']): (readonly string[])[] {
  return allOptions(model.root).flatMap(({ path }) => {
    const marks = optionFacts(model, path)?.marks ?? [];
    return marks.includes('changed') || marks.includes('new') ? [path] : [];
  });
}

function countValues(config: WireObject): number {
  return Object.values(config).reduce<number>((sum, value) => {
    if (!isWireObject(value)) return sum;
    return sum + (Object.hasOwn(value, '__value__') ? 1 : countValues(value));
  }, 0);
}

function keyLine(keys: readonly (readonly [string, string])[]): StyledLine {
  return keys.flatMap(([key, word]) => [bold(` ${key}`, 'accent'), span(` ${word} `)]);
}

function helpLines(columns: number): StyledLine[] {
  const keys = editorBindings.flatMap(({ shown, help }) =>
    wrapText(help, Math.max(8, columns - 12)).map(
      (line, index): StyledLine => [
        index === 0 ? bold(`   ${shown.padEnd(6)}`, 'accent') : span('         '),
        span(line),
      ],
    ),
  );
  const signs = [
    '✗ wrong: keeps it from being saved.  + new: was added.  ● changed: differs from what was loaded.',
    '/ excluded: will not be saved.  ? unknown: not in the specification, kept.  · default: not given.',
    'In a typed line: Left, Right, Home, End move; Enter takes it, Esc goes back.',
  ];
  return [
    ...keys,
    [bold(' Signs')],
    ...signs.flatMap((text) => wrapText(text, Math.max(8, columns - 5)).map((line) => [span(`   ${line}`)])),
  ];
}

function wrapper(columns: number): (text: string, role?: Span['role']) => StyledLine[] {
  return (text, role = 'text') =>
    wrapText(cleanText(text), Math.max(8, columns - 2)).map((line) => [span(` ${line}`, role)]);
}
