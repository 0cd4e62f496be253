/** Values as Python prints them, for texts that its servers send. Knows JSON's values; no message. */
import type { JsonValue } from './json.js';

/** As Python's `str`: a text is itself, all else as in source code. */
export function pythonText(value: JsonValue): string {
  return typeof value === 'string' ? value : pythonSource(value);
}

function pythonSource(value: JsonValue): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (isList(value)) return `[${value.map(pythonSource).join(', ')}]`;
  const members = Object.entries(value).map(([name, member]) => `${quoted(name)}: ${pythonSource(member)}`);
  return `{${members.join(', ')}}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** In single quotes, in double ones where that saves escaping. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replace(/[\\\n\r\t]/g, (character) => escapes[character] ?? character);
  return quote + (quote === "'" ? inside.replaceAll("'", "\\'") : inside) + quote;
}
