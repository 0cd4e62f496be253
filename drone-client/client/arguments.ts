/** Reads what a peer gave along with a command. Knows types, not what they are for. */
import { RefusedError } from '../../lib/errors.js';
import type { Json, Kwargs } from '../../lib/messaging/index.js';

/** A number, or a text that is one: old servers send both. @throws RefusedError `bad_argument`. */
export function readNumber(kwargs: Kwargs, name: string): number {
  const value = kwargs[name];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw bad(name, 'a number');
}

/** The same, or `fallback` when it is absent. */
export function readNumberOr(kwargs: Kwargs, name: string, fallback: number): number {
  return kwargs[name] === undefined || kwargs[name] === null ? fallback : readNumber(kwargs, name);
}

/** @throws RefusedError `bad_argument`. */
export function readText(kwargs: Kwargs, name: string): string {
  const value = kwargs[name];
  if (typeof value === 'string') return value;
  throw bad(name, 'a text');
}

/** The kwargs of a handler's arguments: always the last of them. */
export function kwargsOf(argsThenKwargs: readonly Json[]): Kwargs {
  const last = argsThenKwargs.at(-1);
  return typeof last === 'object' && last !== null && !Array.isArray(last) ? last : {};
}

function bad(name: string, expected: string): RefusedError {
  return new RefusedError('bad_argument', `argument "${name}" must be ${expected}`);
}
