/** The types of a message's arguments and which values they hold. Knows no message and no byte order. */
import type { ValueType } from '../../messaging/definitions/value-types.js';
import type { Json } from '../../messaging/json.js';

export {
  expectedValue,
  fitFloat32,
  isInt32,
  isNumberList,
  isWholeText,
} from '../../messaging/definitions/value-types.js';

/** `?f` and `?d` are lists of 32- and 64-bit floats; `bool` and `json` are additions of ours. */
export const argumentTypes = [
  'int',
  'float',
  'str',
  'bytes',
  '?f',
  '?d',
  'bool',
  'json',
] as const satisfies readonly ValueType[];

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
