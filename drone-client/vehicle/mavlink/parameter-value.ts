/** A parameter's number between its four bytes on the wire and a JavaScript number. Knows no message and no autopilot. */
import { Buffer } from 'node:buffer';
import { common } from 'mavlink-mappings';
import { parameterKind } from '../../../lib/parameters/parameter-value.js';

/**
 * How integers travel in the float field: `bytes` = their own bytes (PX4), `cast` = converted to a float (ArduPilot).
 * Source: MAVLink parameter protocol, "Parameter Encoding".
 */
export type ParameterEncoding = 'bytes' | 'cast';

type IntegerType = { readonly bits: 8 | 16 | 32; readonly isSigned: boolean };

const types = common.MavParamType;

/** Source: MAV_PARAM_TYPE; the 64-bit ones do not fit into a PARAM_VALUE. */
const integerTypes: ReadonlyMap<number, IntegerType> = new Map([
  [types.UINT8, { bits: 8, isSigned: false }],
  [types.INT8, { bits: 8, isSigned: true }],
  [types.UINT16, { bits: 16, isSigned: false }],
  [types.INT16, { bits: 16, isSigned: true }],
  [types.UINT32, { bits: 32, isSigned: false }],
  [types.INT32, { bits: 32, isSigned: true }],
]);

/** The value in four bytes (`bits`: a little-endian u32). Of a type unknown to us: read as a float. */
export function decodeParameter(bits: number, paramType: number, encoding: ParameterEncoding): number {
  const integer = integerTypes.get(paramType);
  const view = Buffer.alloc(4);
  view.writeUInt32LE(bits >>> 0);
  if (!integer || encoding === 'cast') return view.readFloatLE();
  const length = integer.bits / 8;
  return integer.isSigned ? view.readIntLE(0, length) : view.readUIntLE(0, length);
}

/** The four bytes of a value that `reasonAgainst` has nothing against. */
export function encodeParameter(value: number, paramType: number, encoding: ParameterEncoding): number {
  const isOwnBytes = encoding === 'bytes' && integerTypes.has(paramType);
  if (isOwnBytes) return value >>> 0;
  const view = Buffer.alloc(4);
  view.writeFloatLE(value);
  return view.readUInt32LE();
}

/** Why `value` can not be stored in a parameter of that type, as the end of a sentence; undefined when it can. */
export function reasonAgainst(
  value: number,
  paramType: number,
  encoding: ParameterEncoding,
): string | undefined {
  if (Number.isNaN(value)) return 'that is not a number';
  const integer = integerTypes.get(paramType);
  if (integer) return reasonAgainstInteger(value, integer, encoding);
  if (parameterKind(paramType) === undefined)
    return `its type (MAV_PARAM_TYPE ${paramType}) is not known here`;
  return Number.isFinite(Math.fround(value)) ? undefined : 'that is beyond a 32-bit float';
}

function reasonAgainstInteger(
  value: number,
  { bits, isSigned }: IntegerType,
  encoding: ParameterEncoding,
): string | undefined {
  if (Number.isFinite(value) && !Number.isInteger(value)) return 'it holds whole numbers alone';
  const [low, high] = isSigned ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  if (value < low || value > high) return `it holds ${low} to ${high}`;
  if (encoding === 'cast' && Math.fround(value) !== value)
    return 'that number does not survive the way to this autopilot, which takes integers as 32-bit floats';
  return undefined;
}
