/** The types of the values of typed messages, and which values they hold. Knows no message, no grammar and no bytes. */

/** `?f` and `?d` are lists of 32- and 64-bit floats. */
export const valueTypes = ['int', 'float', 'str', 'bytes', '?f', '?d', 'bool', 'json'] as const;

export type ValueType = (typeof valueTypes)[number];

/** What a value of the type must be, for people. */
export const expectedValue: { readonly [type in ValueType]: string } = {
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
