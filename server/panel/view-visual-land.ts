/** The sheet of a search for a misbehaving drone: who shows which colour, and the keys. Knows how it looks, not what keys do. */
import type { OutOfSearch } from '../show-control/visual-land.js';
import type { VisualLandView } from '../show-control/visual-land-search.js';
import { countOf, nameSome } from './format.js';
import type { Sheet } from './sheet.js';
import { bold, type Role, type StyledLine, span } from './styled.js';
import { cleanText, wrapText } from './text.js';

/** Names of one kind that are shown, in so many lines; the lights themselves show the rest. */
const maxNames = 12;
const maxLines = 2;

/** The state of the search as it may be drawn; nothing of it can move the cursor. */
export function visualLandSheet(search: VisualLandView, columns: number): Sheet {
  const { step, remaining, answersLeftAtMost } = search;
  const left = answersLeftAtMost > 0 ? `, at most ${countOf(answersLeftAtMost, 'answer')} left` : '';
  const title = `Visual land: step ${step}, ${countOf(remaining)} in question${left}`;
  const lines = [
    ...questionLines(search, columns),
    ...keyLines(search),
    ...colorLine('GREEN', search.lit.green, { role: 'good', columns }),
    ...colorLine('RED', search.lit.red, { role: 'bad', columns }),
    ...colorLine('dark', search.dark, { role: 'muted', columns }),
    ...troubleLines('not in the search', search.out, columns),
    ...troubleLines('may not show its colour', search.unlit, columns),
  ];
  return { title, lines, scroll: 0, keys: keysOf(search) };
}

function questionLines({ remaining, lit, canUndo }: VisualLandView, columns: number): StyledLine[] {
  const [found] = [...lit.red, ...lit.green];
  if (remaining === 0 || found === undefined)
    return wrapped(`Nobody is lit any more: ${canUndo ? 'undo the last answer, or ' : ''}close.`, {
      role: 'missing',
      columns,
    });
  if (remaining === 1)
    return wrapped(`It is ${found}, lit red. Naming a colour LANDS it.`, { role: 'accent', columns });
  return wrapped('Look at the drone that misbehaves: which colour does it show?', { role: 'text', columns });
}

type Style = { readonly role: Role; readonly columns: number };

function wrapped(text: string, { role, columns }: Style): StyledLine[] {
  return wrapText(cleanText(text), Math.max(8, columns - 2)).map((line) => [span(' '), bold(line, role)]);
}

/** The colour's name in letters, for whoever does not see it; names below each other, so that none is cut. */
function colorLine(name: string, ids: readonly string[], { role, columns }: Style): StyledLine[] {
  if (ids.length === 0) return [];
  const head = `${name} ${ids.length}`.padEnd(10);
  return namesIn(ids, '', Math.max(8, columns - 13)).map((line, index) => [
    index === 0 ? bold(` ${head} `, role) : span(' '.repeat(12)),
    span(line, role === 'muted' ? 'muted' : 'text'),
  ]);
}

/** As many names as there is room for, and how many more there are; at least one. */
function namesIn(names: readonly string[], before: string, columns: number): string[] {
  for (let count = maxNames; count > 1; count--) {
    const lines = wrapText(before + cleanText(nameSome(names, count)), columns);
    if (lines.length <= maxLines) return lines;
  }
  return wrapText(before + cleanText(nameSome(names, 1)), columns);
}

/** What no answer tells, said as loudly as what one does. */
function troubleLines(what: string, drones: readonly OutOfSearch[], columns: number): StyledLine[] {
  if (drones.length === 0) return [];
  const names = drones.map(({ id, why }) => `${id} (${why})`);
  return namesIn(names, `${what}: `, Math.max(8, columns - 4)).map((line, index) => [
    span(index === 0 ? ' ! ' : '   ', 'missing'),
    span(line, 'missing'),
  ]);
}

function keyLines(search: VisualLandView): StyledLine[] {
  const { remaining, lit, canUndo } = search;
  if (remaining === 0) return canUndo ? [[span(' '), bold('u', 'accent'), span(' undo')]] : [];
  const count = lit.green.length + lit.red.length;
  const name = remaining === 1 ? ' land it: ' : ' it is: ';
  const undo = canUndo ? [bold('   u', 'accent'), span(' undo')] : [];
  return [
    [span(name), bold('g', 'accent'), span(' green   '), bold('r', 'accent'), span(' red'), ...undo],
    [
      ...[span(' '), bold('l', 'accent'), span(` LAND all ${count} lit   `)],
      ...[bold('d', 'bad'), span(` disarm all ${count} lit: in the air they may FALL`)],
    ],
  ];
}

function keysOf({ remaining, canUndo }: VisualLandView): string {
  const undo = canUndo ? '  u undo' : '';
  const answers = remaining === 0 ? '' : 'g green  r red  l LAND lit  d disarm lit';
  return `${answers}${undo}  c close  Esc back`.trim();
}
