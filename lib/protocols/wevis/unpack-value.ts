/** One value of a message from its bytes. Knows no message and no ids. */
import { type Buffer, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { CorruptFrameError } from '../../errors.js';
import { parseJson } from '../../messaging/json.js';
import type { ArgumentType, WevisValue } from './argument-types.js';
import { isVariableType } from './message-list.js';

export type DecodeOptions = {
  /**
   * A text whose last character is cut, as the reference's encoder cuts them: refused (the default, but of a client), or
   * taken with U+FFFD in that character's place.
   */
  readonly cutTexts?: 'refuse' | 'mark';
};

/** Bytes behind the slots that a slot announces. */
export function dataBytes(type: ArgumentType, slot: number): number {
  if (!isVariableType(type)) return 0;
  if (type === '?d') return slot * 8;
  return type === '?f' ? slot * 4 : slot;
}

type Unpacking = {
  readonly type: ArgumentType;
  readonly slot: number;
  readonly data: Buffer;
  readonly where: string;
};

/** @throws CorruptFrameError when the bytes are no value of the type. */
export function unpackValue({ type, slot, data, where }: Unpacking, options: DecodeOptions): WevisValue {
  switch (type) {
    case 'int':
    case 'float':
      return slot;
    case 'bool':
      if (slot !== 0 && slot !== 1) throw new CorruptFrameError(`${where} is ${slot}; 0 or 1 is expected`);
      return slot === 1;
    case 'str':
      return textOf(data, where, options);
    case 'bytes':
      return new Uint8Array(data);
    case 'json':
      return jsonOf(textOf(data, where, {}), where);
    case '?f':
      return fill(new Float32Array(slot), (index) => data.readFloatLE(index * 4));
    case '?d':
      return fill(new Float64Array(slot), (index) => data.readDoubleLE(index * 8));
  }
}

function fill<List extends Float32Array | Float64Array>(list: List, read: (index: number) => number): List {
  for (let index = 0; index < list.length; index++) list[index] = read(index);
  return list;
}

function textOf(data: Buffer, where: string, { cutTexts = 'refuse' }: DecodeOptions): string {
  // What is not UTF-8 becomes U+FFFD; only then a second look is worth its time.
  const text = data.toString('utf8');
  if (!text.includes('\ufffd') || isUtf8(data)) return text;
  const start = cutTexts === 'mark' ? textBeforeCut(data) : undefined;
  if (start === undefined) throw new CorruptFrameError(`${where} is not UTF-8`);
  return `${start}\ufffd`;
}

/** What stands before a last character that was cut; undefined when that is not all that is wrong. */
function textBeforeCut(data: Buffer): string | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(data, { stream: true });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function jsonOf(text: string, where: string): WevisValue {
  try {
    return parseJson(text) as WevisValue;
  } catch (cause) {
    throw new CorruptFrameError(`${where} is not JSON`, { cause });
  }
}
