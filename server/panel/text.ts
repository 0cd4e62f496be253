/** Text for a screen of fixed columns: what may be shown of a foreign text, and how wide it is. Knows no style. */

/** Signs that the panel itself draws with; a foreign text may not use them, so that it can not imitate the panel. */
const signs = '─│●✓✗…█·▲▼';

type Range = readonly [number, number];

/** Scripts whose letters every terminal shows in one column: Latin, Greek, Cyrillic. */
const narrow: readonly Range[] = [
  [0x20, 0x7e],
  [0xa1, 0xac],
  [0xae, 0x17f],
  [0x386, 0x3ff],
  [0x400, 0x481],
  [0x48a, 0x52f],
];

/** Scripts whose letters every terminal shows in two columns: kana, Han, Hangul, full-width forms. */
const wide: readonly Range[] = [
  [0x3041, 0x3096],
  [0x30a1, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xff01, 0xff60],
];

const escapeCode = 0x1b;

/**
 * A text from outside (a drone, a file name, an error) as it may be shown: one line, no control characters, no
 * terminal sequences. Letters on whose width terminals disagree, marks that combine, and signs that reorder or imitate
 * the panel become `?`: one of them would shift or forge the rest of the line.
 */
export function cleanText(text: string): string {
  let clean = '';
  for (const character of withoutSequences(text)) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0x09 || code === 0x0a || code === 0xa0) clean += ' ';
    else if (isIn(narrow, code) || isIn(wide, code)) clean += character;
    else if (!isControl(code)) clean += '?';
  }
  return clean;
}

/** Removes what must never reach a terminal from a text that may hold the panel's own signs. */
export function onlyPrintable(text: string): string {
  let printable = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (isIn(narrow, code) || isIn(wide, code) || signs.includes(character)) printable += character;
  }
  return printable;
}

/** Columns that a text takes on the screen. */
export function displayWidth(text: string): number {
  let columns = 0;
  for (const character of text) columns += isIn(wide, character.codePointAt(0) ?? 0) ? 2 : 1;
  return columns;
}

/** The longest beginning of `text` that takes at most `columns`. */
export function takeWidth(text: string, columns: number): string {
  if (text.length * 2 <= columns) return text;
  let taken = '';
  let left = columns;
  for (const character of text) {
    left -= displayWidth(character);
    if (left < 0) break;
    taken += character;
  }
  return taken;
}

/** `text` in exactly `columns`; a text that is cut says so with `…`. */
export function fitText(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const cut = displayWidth(text) <= columns ? text : `${takeWidth(text, columns - 1)}…`;
  const padding = ' '.repeat(Math.max(0, columns - displayWidth(cut)));
  return align === 'left' ? cut + padding : padding + cut;
}

/** `text` as lines of at most `columns`, broken at spaces where there are any. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = fitText(word, Math.min(displayWidth(word), Math.max(1, columns)));
  }
  return [...lines, line];
}

/** A terminal sequence is gone as a whole, so that nothing of it remains as letters. */
function withoutSequences(text: string): string {
  let rest = text;
  let clean = '';
  for (let at = rest.indexOf('\u001b'); at >= 0; at = rest.indexOf('\u001b')) {
    clean += rest.slice(0, at);
    rest = rest.slice(at + sequenceLength(rest, at));
  }
  return clean + rest;
}

function sequenceLength(text: string, at: number): number {
  const kind = text[at + 1];
  if (kind === undefined) return 1;
  if ('[O'.includes(kind)) return endOfSequence(text, at, (code) => code >= 0x40 && code <= 0x7e);
  if (']P_^X'.includes(kind)) return endOfSequence(text, at, (code) => code === 0x07 || code === 0x5c);
  return text.charCodeAt(at + 1) === escapeCode ? 1 : 2;
}

function endOfSequence(text: string, at: number, isLast: (code: number) => boolean): number {
  let end = at + 2;
  while (end < text.length && !isLast(text.charCodeAt(end))) end++;
  return end + 1 - at;
}

function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

function isIn(ranges: readonly Range[], code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last);
}
