/** The types of a message's arguments and which values they hold. Knows no message and no byte order. */
import type { Json } from '../../messaging/json.js';

/** `?f` and `?d` are lists of 32- and 64-bit floats; `bool` and `json` are additions of ours. */
export const argumentTypes = ['int', 'float', 'str', 'bytes', '?f', '?d', 'bool', 'json'] as const;

export type ArgumentType = (typeof argumentTypes)[number];

/** A value as it is sent. Lists of floats may be plain ones. */
export type WevisValue =
  | number
  | string
  | boolean
  | Uint8Array
  | Float32Array
  | Float64Array
  | readonly number[]
  | Json;

export type WevisFields = { readonly [name: string]: WevisValue };

/** Tells one of the argument types. */
export function isArgumentType(text: string): text is ArgumentType {
  return argumentTypes.some((type) => type === text);
}

/** What a value of the type must be, for people. */
export const expectedValue: { readonly [type in ArgumentType]: string } = {
  int: 'a whole number from -2147483648 to 2147483647',
  float: 'a number',
  str: 'a text without half characters',
  bytes: 'bytes (a Uint8Array)',
  '?f': 'a list of numbers that fit 32-bit floats',
  '?d': 'a list of numbers',
  bool: 'true or false',
  json: 'anything that JSON holds, not too deep',
};

/** A whole number that fits 32 bits with a sign. */
export function isInt32(value: unknown): value is number {
  return typeof value === 'number' && (value | 0) === value;
}

/** A text that UTF-8 can say: no half of a surrogate pair. */
export function isWholeText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Cs}/u.test(value);
}

/** A list of numbers, typed or plain. */
export function isNumberList(value: unknown): value is ArrayLike<number> {
  if (value instanceof Float32Array || value instanceof Float64Array) return true;
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

/** Numbers that stay finite as 32-bit floats; NaN and infinities stay what they are. */
export function fitFloat32(list: ArrayLike<number>): boolean {
  if (list instanceof Float32Array) return true;
  for (let at = 0; at < list.length; at++) {
    const number = list[at] ?? 0;
    if (Number.isFinite(number) && !Number.isFinite(Math.fround(number))) return false;
  }
  return true;
}
