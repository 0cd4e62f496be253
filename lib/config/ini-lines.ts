/** Takes an INI text apart into lines that know where they belong. Knows no specification and changes nothing. */
import { ConfigError, errorText } from '../errors.js';
import { describePath } from './describe.js';
import { type IniValue, scanValue } from './ini-value.js';

/** `raw` is the line with its end; `valueStart` and `valueEnd` bound the value in it. */
export type OptionLine = {
  readonly kind: 'option';
  readonly raw: string;
  readonly path: readonly string[];
  readonly value: IniValue;
  readonly valueStart: number;
  readonly valueEnd: number;
};

export type IniLine =
  | { readonly kind: 'text'; readonly raw: string }
  | { readonly kind: 'section'; readonly raw: string; readonly path: readonly string[] }
  | OptionLine;

/** Longer lines, and more of them, nobody has written: they would take long to be looked at. */
const maxLineLength = 4096;
const maxLines = 4000;

// Names end in no blank, so that none has to be tried twice.
const sectionPattern = /^(\[+)(?!\[)\s*("[^"]*"|'[^']*'|[^\]'"\s](?:[^\]]*[^\]\s])?)\s*(\]+)\s*(?:#.*)?$/;
const optionPattern = /^(\s*("[^"]*"|'[^']*'|[^'"=#\s](?:[^=]*[^=\s])?)\s*=)(.*)$/;

/** @throws ConfigError with one line of text for each line that is wrong. */
export function parseLines(text: string, fileName: string): IniLine[] {
  const errors: string[] = [];
  const seen = new Set<string>();
  let section: readonly string[] = [];
  const raws = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  if (raws.length > maxLines)
    throw new ConfigError(`${fileName}: ${raws.length} lines are too many, at most ${maxLines} are read`);
  const lines = raws.map((raw, index): IniLine => {
    try {
      if (raw.length > maxLineLength)
        throw new ConfigError(`the line has ${raw.length} characters, at most ${maxLineLength} are read`);
      const line = parseLine(raw, section);
      if (line.kind === 'section') section = line.path;
      if (line.kind !== 'text') refuseSecond(seen, line.path);
      return line;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      errors.push(`${fileName}, line ${index + 1}: ${errorText(error)}`);
      return { kind: 'text', raw };
    }
  });
  if (errors.length > 0) throw new ConfigError(errors.join('\n'));
  return lines;
}

export function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && isUnder(a, b);
}

/** Whether `path` is `section` or lies in it. */
export function isUnder(path: readonly string[], section: readonly string[]): boolean {
  return section.every((name, index) => path[index] === name);
}

function parseLine(raw: string, section: readonly string[]): IniLine {
  const text = raw.replace(/^\uFEFF/, '');
  const offset = raw.length - text.length;
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return { kind: 'text', raw };
  if (trimmed.startsWith('[')) return { kind: 'section', raw, path: parseSection(trimmed, section) };
  const match = optionPattern.exec(text.trimEnd());
  const [, head = '', name = '', rest = ''] = match ?? [];
  if (!match)
    throw new ConfigError(`"${trimmed}" is wrong, expected "option = value", "[section]" or "# comment"`);
  const { value, start, end } = scanValue(rest);
  const from = offset + head.length;
  return {
    kind: 'option',
    raw,
    path: [...section, unquote(name)],
    value,
    valueStart: from + start,
    valueEnd: from + end,
  };
}

function parseSection(text: string, section: readonly string[]): string[] {
  const match = sectionPattern.exec(text);
  const [, open = '', name = '', close = ''] = match ?? [];
  if (!match || open.length !== close.length)
    throw new ConfigError(
      `"${text}" is wrong, expected as many closing brackets as opening ones about a name`,
    );
  const depth = open.length;
  if (depth > section.length + 1)
    throw new ConfigError(
      `"${text}" is nested too deeply: there is no section of depth ${depth - 1} above it`,
    );
  return [...section.slice(0, depth - 1), unquote(name)];
}

function refuseSecond(seen: Set<string>, path: readonly string[]): void {
  const key = JSON.stringify(path);
  if (seen.has(key)) throw new ConfigError(`${describePath(path)} is there a second time`);
  seen.add(key);
}

function unquote(name: string): string {
  return /^(".*"|'.*')$/.test(name) ? name.slice(1, -1) : name;
}
