/** An INI file as it is written, line by line, so that what is not changed stays as it was. Knows no specification. */
import { ConfigError } from '../errors.js';
import { type IniLine, isUnder, type OptionLine, parseLines, samePath } from './ini-lines.js';
import { formatName, formatValue, type IniValue } from './ini-value.js';

/** Names of sections from the outermost in, then (of an option) the option's. */
export type Path = readonly string[];

/** An option as the file has it. */
export type IniEntry = { readonly path: Path; readonly value: IniValue; readonly line: number };

/**
 * A file's text that can be read and changed by option. Comments above and behind a line stay with it.
 * As in clever-show the comment above the very first entry is the file's (`initialComment`), not the entry's.
 */
export class IniDocument {
  #lines: IniLine[];
  readonly #eol: string;

  /** @param lines of `parseLines`; the document takes them over. */
  constructor(lines: IniLine[]) {
    this.#lines = lines;
    this.#eol = lines.some(({ raw }) => raw.endsWith('\r\n')) ? '\r\n' : '\n';
  }

  clone(): IniDocument {
    return new IniDocument([...this.#lines]);
  }

  toString(): string {
    return this.#lines.map(({ raw }) => raw).join('');
  }

  /** Every option in the file's order; `line` counts from 1. */
  entries(): IniEntry[] {
    return this.#lines.flatMap((line, index) =>
      line.kind === 'option' ? [{ path: line.path, value: line.value, line: index + 1 }] : [],
    );
  }

  /** Every section in the file's order. */
  sections(): Path[] {
    return this.#lines.flatMap((line) => (line.kind === 'section' ? [line.path] : []));
  }

  get(path: Path): IniValue | undefined {
    return this.#option(path)?.value;
  }

  /** Changes an option in its place, or adds it at the end of its section (made when it is not there). */
  set(path: Path, value: IniValue): void {
    const index = this.#indexOf('option', path);
    const line = this.#lines[index];
    if (line?.kind === 'option') this.#lines[index] = replaceValue(line, value);
    else this.#addOption(path, value);
  }

  /** Removes an option with the comment above it, or a section with all in it; nothing when it is not there. */
  delete(path: Path): void {
    const option = this.#indexOf('option', path);
    if (option >= 0) this.#lines.splice(this.#commentStart(option), option + 1 - this.#commentStart(option));
    const section = this.#indexOf('section', path);
    if (section < 0) return;
    const start = this.#commentStart(section);
    this.#lines.splice(start, this.#extentEnd(path) - start);
  }

  /** Lines above an option, with their `#`; empty ones too. */
  comments(path: Path): string[] {
    const index = this.#indexOf('option', path);
    return index < 0 ? [] : this.#textOf(this.#commentStart(index), index);
  }

  setComments(path: Path, lines: readonly string[]): void {
    const index = this.#indexOf('option', path);
    if (index < 0 || sameLines(lines, this.comments(path))) return;
    const isFirst = index === this.#firstEntry();
    if (isFirst && sameLines(this.initialComment.slice(-lines.length), lines)) return;
    const start = this.#commentStart(index);
    this.#lines.splice(start, index - start, ...this.#commentLines(lines));
  }

  get initialComment(): string[] {
    return this.#textOf(0, this.#firstEntry());
  }

  set initialComment(lines: readonly string[]) {
    if (sameLines(lines, this.initialComment)) return;
    this.#lines.splice(0, this.#firstEntry(), ...this.#commentLines(lines));
  }

  get finalComment(): string[] {
    return this.#textOf(this.#finalStart(), this.#lines.length);
  }

  set finalComment(lines: readonly string[]) {
    if (sameLines(lines, this.finalComment)) return;
    const start = this.#finalStart();
    this.#lines.splice(start);
    this.#insert(start, this.#commentLines(lines));
  }

  #option(path: Path): OptionLine | undefined {
    const line = this.#lines[this.#indexOf('option', path)];
    return line?.kind === 'option' ? line : undefined;
  }

  #indexOf(kind: 'option' | 'section', path: Path): number {
    return this.#lines.findIndex((line) => line.kind === kind && samePath(line.path, path));
  }

  /** Index of the first section or option; the number of lines when there is none. */
  #firstEntry(): number {
    const index = this.#lines.findIndex(({ kind }) => kind !== 'text');
    return index < 0 ? this.#lines.length : index;
  }

  /** Where the comment behind the last entry begins. A file of comments alone has only an initial one. */
  #finalStart(): number {
    return this.#lines.findLastIndex(({ kind }) => kind !== 'text') + 1 || this.#lines.length;
  }

  /** Where the comment above the entry at `index` begins: `index` itself when it has none of its own. */
  #commentStart(index: number): number {
    if (index === this.#firstEntry()) return index;
    return this.#lines.slice(0, index).findLastIndex(({ kind }) => kind !== 'text') + 1;
  }

  /** Index after the last entry in a section or below it; after all entries for the root. */
  #extentEnd(path: Path): number {
    return this.#lines.findLastIndex((line) => line.kind !== 'text' && isUnder(line.path, path)) + 1;
  }

  #addOption(path: Path, value: IniValue): void {
    const section = path.slice(0, -1);
    const name = path.at(-1);
    if (name === undefined) throw new ConfigError('an option needs a name');
    this.#ensureSection(section);
    const isSibling = (line: IniLine) => line.kind === 'option' && samePath(line.path.slice(0, -1), section);
    const last = this.#lines.findLastIndex(isSibling);
    const header = this.#indexOf('section', section);
    const at = last >= 0 ? last + 1 : section.length === 0 ? this.#firstEntry() : header + 1;
    const model = this.#lines[last >= 0 ? last : header]?.raw ?? '';
    const indent = /^[ \t]*/.exec(model)?.[0] ?? '';
    this.#insert(at, parseAdded(`${indent}${formatName(name)} = ${formatValue(value)}${this.#eol}`, section));
  }

  #ensureSection(path: Path): void {
    if (path.length === 0 || this.#indexOf('section', path) >= 0) return;
    const parent = path.slice(0, -1);
    this.#ensureSection(parent);
    const brackets = path.length;
    const name = formatName(path.at(-1) ?? '');
    const raw = `${'['.repeat(brackets)}${name}${']'.repeat(brackets)}${this.#eol}`;
    const at = parent.length === 0 ? this.#rootEnd() : this.#extentEnd(parent);
    const blank: IniLine[] = at > 0 && brackets === 1 ? [{ kind: 'text', raw: this.#eol }] : [];
    this.#insert(at, [...blank, { kind: 'section', raw, path }]);
  }

  #rootEnd(): number {
    return this.#finalStart();
  }

  /** Puts lines in; a last line of the file without an end gets one first. */
  #insert(at: number, lines: readonly IniLine[]): void {
    const before = this.#lines[at - 1];
    if (before && lines.length > 0 && !before.raw.endsWith('\n'))
      this.#lines[at - 1] = { ...before, raw: before.raw + this.#eol };
    this.#lines.splice(at, 0, ...lines);
  }

  #textOf(start: number, end: number): string[] {
    return this.#lines.slice(start, end).map(({ raw }) => raw.replace(/^\uFEFF/, '').trim());
  }

  #commentLines(lines: readonly string[]): IniLine[] {
    return lines.map((line) => {
      if (/[\r\n]/.test(line)) throw new ConfigError('a comment must be a list of single lines');
      const text = line.trim();
      const raw = text === '' || text.startsWith('#') ? text : `# ${text}`;
      return { kind: 'text', raw: raw + this.#eol };
    });
  }
}

/** Parses an INI file: `[sections]`, nested `[[sections]]`, `name = value`, `# comments`. @throws ConfigError with every wrong line. */
export function parseIni(text: string, fileName: string): IniDocument {
  return new IniDocument(parseLines(text, fileName));
}

/** The file's text; byte for byte what was parsed when nothing was changed. */
export function formatIni(document: IniDocument): string {
  return document.toString();
}

function replaceValue(line: OptionLine, value: IniValue): OptionLine {
  const before = line.raw.slice(0, line.valueStart);
  const text = formatValue(value);
  const wasEmpty = line.valueStart === line.valueEnd;
  const lead = wasEmpty && before.endsWith('=') ? `${before} ` : before;
  const rest = line.raw.slice(line.valueEnd);
  const raw = lead + text + (rest.startsWith('#') ? ` ${rest}` : rest);
  return { ...line, raw, value, valueStart: lead.length, valueEnd: lead.length + text.length };
}

function parseAdded(raw: string, section: Path): IniLine[] {
  return parseLines(raw, 'new line').map((line) =>
    line.kind === 'text' ? line : { ...line, path: [...section, ...line.path] },
  );
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line.trim() === b[index]?.trim());
}
