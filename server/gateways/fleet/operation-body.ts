/** What a visitor sends as the body of an operation, in the shape that the control port's is checked in. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { RefusedError } from '../../../lib/errors.js';
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

/**
 * `own` for the drones that `whom` says. The one does not overrule the other: what is said in the room of a group, or to a
 * drone, never lands the others by a slip.
 * @throws RefusedError when `own` names other drones.
 */
export function bodyFor(whom: Body, own: Body): Body {
  const other = Object.keys(whom).find(
    (key) => Object.hasOwn(own, key) && !isDeepStrictEqual(own[key], whom[key]),
  );
  if (other === undefined) return { ...whom, ...own };
  throw new RefusedError(
    'bad_body',
    `leave out "${other}": which drones are meant is said already, otherwise`,
  );
}
