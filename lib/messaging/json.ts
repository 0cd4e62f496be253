/**
 * JSON as Python's `json` writes and reads it: with the bare words `NaN`, `Infinity` and `-Infinity` for numbers.
 * Knows text and values; no frames.
 */

/** What content can hold. A number may be NaN or ±Infinity. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Lists and objects within each other: more of them no message has, and not every reader's stack would hold. */
export const maxJsonDepth = 100;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Strings (closed or not, so that no quote is looked at twice), or a bare word that stands where a value may stand.
 * A string followed by a colon is a key.
 */
const stringOrBareWord = /"[^"\\]*(?:\\.[^"\\]*)*"?(\s*:)?|(?<![\w.+])(?:-?Infinity|NaN)\b(?!\s*:)/gs;

/**
 * Parses JSON text; bare words become the numbers they name, and stay what they are inside of strings.
 * @throws SyntaxError when the text is not JSON, or nested deeper than `maxJsonDepth`.
 */
export function parseJson(text: string): unknown {
  if (isDeep(text)) throw new SyntaxError(`lists and objects lie more than ${maxJsonDepth} deep`);
  return text.includes('NaN') || text.includes('Infinity') ? parseWithBareWords(text) : JSON.parse(text);
}

/** Whether brackets lie too deep; of what is no JSON it may say anything. Most texts have too few to be looked at. */
function isDeep(text: string): boolean {
  if (text.length <= 2 * maxJsonDepth || !hasManyBrackets(text)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === 0x5d || code === 0x7d) depth--;
    else if (code === 0x5b || code === 0x7b) depth++;
    if (depth > maxJsonDepth) return true;
  }
  return false;
}

function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (const bracket of ['[', '{'])
    for (let at = text.indexOf(bracket); at >= 0 && count <= maxJsonDepth; at = text.indexOf(bracket, at + 1))
      count++;
  return count > maxJsonDepth;
}

/** Where the string ends that begins at `start`: its closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (let code = text.charCodeAt(at); at < text.length && code !== quote; code = text.charCodeAt(at))
    at += code === backslash ? 2 : 1;
  return at;
}

/** As `parseJson` for a value that must be JSON's: the check is the parser's. */
function parseWithBareWords(text: string): unknown {
  // Every string value is marked with a leading S, so that the string "N" can stand for NaN without doubt.
  const marked = text.replace(stringOrBareWord, (token, colon: string | undefined) => {
    if (token.startsWith('"')) return colon === undefined ? `"S${token.slice(1)}` : token;
    if (token === 'NaN') return '"N"';
    return token === 'Infinity' ? '1e999' : '-1e999';
  });
  return JSON.parse(marked, (_key, value: unknown) => {
    if (typeof value !== 'string') return value;
    return value === 'N' ? Number.NaN : value.slice(1);
  });
}

/**
 * Writes a value as JSON; numbers that are not finite as the bare words, never as `null`. `undefined` as `null`.
 * @throws TypeError for what JSON can not hold: a bigint, a circle.
 */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) return 'null';
  // Only a number that is not finite can have become a null it was not.
  return text.includes('null') ? (formatWithBareWords(value) ?? 'null') : text;
}

function formatWithBareWords(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('toJSON' in value && typeof value.toJSON === 'function') return formatWithBareWords(value.toJSON());
  if (Array.isArray(value)) return `[${value.map((item) => formatWithBareWords(item) ?? 'null').join(',')}]`;
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const text = formatWithBareWords(member);
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}

/** Whether a parsed value is a JSON object (not an array, not null). */
export function isJsonObject(value: unknown): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
