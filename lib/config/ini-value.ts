/** Reads and writes the part of an INI line after its `=`. Knows quoting and lists, not what an option means. */
import { ConfigError } from '../errors.js';

/** What a line says: a text, or a list of texts when it has commas outside quotes. */
export type IniValue = string | readonly string[];

/** `start` and `end` bound the value in the scanned text, without blanks and comment around it. */
export type ScannedValue = { readonly value: IniValue; readonly start: number; readonly end: number };

const quotes = ['"""', "'''", '"', "'"];

/**
 * Scans `text`, the rest of a line after `=`: a value or a list, then perhaps `# comment`.
 * `a,` is a list of one, `,` an empty list; nothing at all is an empty text.
 * @throws ConfigError for a quote that is not closed and for text after a closing quote.
 */
export function scanValue(text: string): ScannedValue {
  const start = skipBlanks(text, 0);
  const items: string[] = [];
  let isList = false;
  let position = start;
  let end = start;
  for (;;) {
    const item = scanItem(text, position);
    if (item) {
      items.push(item.text);
      end = item.end;
    }
    position = skipBlanks(text, end);
    if (text[position] !== ',') break;
    if (!item && (isList || start !== position)) throw new ConfigError('a list has an empty item');
    isList = true;
    end = position + 1;
    position = skipBlanks(text, end);
    if (position === text.length || text[position] === '#') break;
  }
  if (position < text.length && text[position] !== '#')
    throw new ConfigError(`unexpected "${text.slice(position).trim()}" after a quoted text`);
  return { value: isList ? items : (items[0] ?? ''), start, end };
}

/** The text of a value as a line holds it, quoted where it must be. @throws ConfigError when no quote fits. */
export function formatValue(value: IniValue): string {
  if (typeof value === 'string') return quote(value);
  if (value.length === 0) return ',';
  const items = value.map(quote).join(', ');
  return value.length === 1 ? `${items},` : items;
}

/** A name of an option or section, quoted when it has characters that mean something. */
export function formatName(name: string): string {
  return /^[^\s'"#=[\],](?:[^'"#=[\],\r\n]*[^\s'"#=[\],])?$/.test(name) ? name : quoteAlways(name);
}

function quote(text: string): string {
  const isPlain = text !== '' && !/[,#'"\r\n]/.test(text) && text === text.trim();
  return isPlain ? text : quoteAlways(text);
}

function quoteAlways(text: string): string {
  const mark = ['"', "'", '"""', "'''"].find((candidate) => fits(text, candidate));
  if (mark === undefined || /[\r\n]/.test(text))
    throw new ConfigError(`${JSON.stringify(text)} can not be written: one line, not both kinds of quotes`);
  return `${mark}${text}${mark}`;
}

function fits(text: string, mark: string): boolean {
  return !text.includes(mark) && (mark.length === 1 || !text.endsWith(mark.charAt(0)));
}

function skipBlanks(text: string, from: number): number {
  let position = from;
  while (position < text.length && (text[position] ?? '').trim() === '') position++;
  return position;
}

/** One item at `from`, undefined when a comma, a comment or the end is there. */
function scanItem(text: string, from: number): { text: string; end: number } | undefined {
  const mark = quotes.find((candidate) => text.startsWith(candidate, from));
  if (mark !== undefined) {
    const close = text.indexOf(mark, from + mark.length);
    if (close < 0) throw new ConfigError(`a quoted text is not closed: ${text.slice(from)}`);
    return { text: text.slice(from + mark.length, close), end: close + mark.length };
  }
  const item = (/^[^,#]*/.exec(text.slice(from))?.[0] ?? '').trimEnd();
  return item === '' ? undefined : { text: item, end: from + item.length };
}
