/** One value of a message to its bytes. Knows no message and no ids. */
import { Buffer } from 'node:buffer';
import { formatJson, parseJson } from '../../messaging/json.js';
import {
  type ArgumentType,
  expectedValue,
  fitFloat32,
  isInt32,
  isNumberList,
  isWholeText,
  type WevisValue,
} from './argument-types.js';
import { WevisValueError } from './errors.js';

/** What stands in the slot, and behind the slots: bytes, or a text that is as many of them in UTF-8 as the slot says. */
export type Packed = {
  readonly slot: number;
  readonly data?: Uint8Array | string;
  readonly behindBytes: number;
};

/** @throws WevisValueError that says what is expected there. */
export function packValue(type: ArgumentType, value: WevisValue | undefined, where: string): Packed {
  const packed = value === undefined ? undefined : pack(type, value);
  if (packed) return packed;
  throw new WevisValueError(
    `${where} ${value === undefined ? 'is missing' : 'does not fit'}: ${expectedValue[type]} is expected`,
  );
}

function pack(type: ArgumentType, value: WevisValue): Packed | undefined {
  switch (type) {
    case 'int':
      return isInt32(value) ? inSlot(value) : undefined;
    case 'float':
      return typeof value === 'number' ? inSlot(value) : undefined;
    case 'bool':
      return typeof value === 'boolean' ? inSlot(value ? 1 : 0) : undefined;
    case 'str':
      return isWholeText(value) ? counted(value) : undefined;
    case 'bytes':
      return value instanceof Uint8Array ? counted(value) : undefined;
    case 'json':
      return packJson(value);
    case '?f':
      return isNumberList(value) && fitFloat32(value) ? packList(value, 4) : undefined;
    case '?d':
      return isNumberList(value) ? packList(value, 8) : undefined;
  }
}

function inSlot(slot: number): Packed {
  return { slot, behindBytes: 0 };
}

function counted(data: Uint8Array | string): Packed {
  const behindBytes = Buffer.byteLength(data);
  return { slot: behindBytes, data, behindBytes };
}

/** Read back once, so that what the peer's limit of depth would refuse is refused here. */
function packJson(value: WevisValue): Packed | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  try {
    const text = formatJson(value);
    parseJson(text);
    return counted(text);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)
      return undefined;
    throw error;
  }
}

function packList(list: ArrayLike<number>, itemBytes: 4 | 8): Packed {
  const data = Buffer.allocUnsafe(list.length * itemBytes);
  for (let index = 0; index < list.length; index++) {
    const number = list[index] ?? 0;
    if (itemBytes === 4) data.writeFloatLE(number, index * 4);
    else data.writeDoubleLE(number, index * 8);
  }
  return { slot: list.length, data, behindBytes: data.length };
}
