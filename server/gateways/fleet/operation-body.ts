/** What a visitor sends as the body of an operation, in the shape that the control port's is checked in. Pure. */
import type { TppJson } from '../../../lib/protocols/tpp/index.js';
import type { HubValue } from '../../hub/hub-types.js';

export type Body = { readonly [key: string]: TppJson };

/** No operation takes bytes: a text that says so is in their place, and is refused as such. */
export function bodyOfValues(values: { readonly [key: string]: HubValue }): Body {
  const known = Object.entries(values).map(([key, value]): [string, TppJson] => [
    key,
    value instanceof Uint8Array ? 'bytes' : (value as TppJson),
  ]);
  return Object.fromEntries(known);
}
