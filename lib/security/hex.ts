/** Tells hexadecimal text. Pure. */

/** So many small hexadecimal digits, and nothing else. */
export function isHex(value: unknown, digits: number): value is string {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value);
}
