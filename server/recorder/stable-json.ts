/**
 * JSON whose bytes depend on the value alone: members in the order of their names, and numbers that JSON does not have
 * as `{"~":"NaN"}`. Knows values; no record and no file.
 */
import { RefusedError } from '../../lib/errors.js';

/** Deeper values are refused: nothing that is recorded is so deep, and who reads it may walk it. */
const maxDepth = 32;

const special: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * One line of JSON: names in the order of their UTF-16 code units, `undefined` members left out (null in lists). A name
 * that begins with `~` gets another one before it, so that every value is read back as it was.
 * @throws RefusedError `bad_record` for what is no plain value, or too deep.
 */
export function stableJson(value: unknown, depth = 0): string {
  if (depth > maxDepth) throw refused(`a value is more than ${maxDepth} levels deep`);
  switch (typeof value) {
    case 'number':
      return numberText(value);
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'undefined':
      return 'null';
    case 'object':
      return value === null ? 'null' : structureText(value, depth);
    default:
      throw refused(`a ${typeof value} is no value that can be written`);
  }
}

/** What `stableJson` wrote. @throws SyntaxError for a text that is no JSON. */
export function parseStableJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes('"~') ? restored(value) : value;
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? String(value) : `{"~":"${value}"}`;
}

function structureText(value: object, depth: number): string {
  if (Array.isArray(value)) return `[${value.map((item) => stableJson(item, depth + 1)).join(',')}]`;
  if (Object.prototype.toString.call(value) !== '[object Object]')
    throw refused(`a ${value.constructor.name} is no value that can be written`);
  const members: string[] = [];
  const names = Object.keys(value).sort();
  const fields = value as { readonly [name: string]: unknown };
  for (const name of names) {
    const member = fields[name];
    if (member === undefined) continue;
    const written = name.startsWith('~') ? `~${name}` : name;
    members.push(`${JSON.stringify(written)}:${stableJson(member, depth + 1)}`);
  }
  return `{${members.join(',')}}`;
}

function restored(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restored);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  const [only] = entries;
  if (only?.[0] === '~' && typeof only[1] === 'string') return special.get(only[1]) ?? null;
  // Not by assignment: a member may be called `__proto__`.
  return Object.fromEntries(
    entries.map(([name, member]) => [name.startsWith('~~') ? name.slice(1) : name, restored(member)]),
  );
}

function refused(text: string): RefusedError {
  return new RefusedError('bad_record', text);
}
