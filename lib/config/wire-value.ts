/** The values that a configuration has inside and on the wire. Types alone. */

/** An option's value. */
export type ConfigValue = string | number | boolean | readonly ConfigValue[];

/** What a peer may send: any JSON. */
export type WireValue = null | boolean | number | string | WireValue[] | WireObject;
export type WireObject = { [key: string]: WireValue };

export function isWireObject(value: WireValue | undefined): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function sameValue(a: ConfigValue, b: ConfigValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.length === b.length && a.every((item, i) => sameValue(item, b[i] ?? Number.NaN));
}
