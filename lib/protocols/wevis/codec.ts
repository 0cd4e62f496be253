/** One wevis message to bytes and back: `u32 N`, message id, fixed slots, variable bytes. Knows no stream and no login. */
import { Buffer } from 'node:buffer';
import { CorruptFrameError } from '../../errors.js';
import type { ArgumentType, WevisFields, WevisValue } from './argument-types.js';
import { WevisValueError } from './errors.js';
import { isVariableType, slotBytes, type WevisDefinitions, type WevisLayout } from './message-list.js';
import { packValue } from './pack-value.js';
import { type DecodeOptions, dataBytes, unpackValue } from './unpack-value.js';

/** Largest payload of a message unless told otherwise, bytes. The reference has no limit. */
export const defaultMaxMessageBytes = 1024 * 1024;

const idBytes = 4;
const lengthBytes = 4;

/** A message that came. Lists of floats are typed arrays, bytes a copy. */
export type WevisMessage = {
  readonly name: string;
  readonly id: number;
  readonly fields: WevisFields;
  /** Size as it came, without the length before it. */
  readonly payloadBytes: number;
};

/**
 * A whole frame. Texts are counted in bytes.
 * @throws WevisValueError when a value is missing, unknown or of another type (nothing is coerced), or the message is
 * larger than `maxMessageBytes`.
 */
export function encodeWevisMessage(
  layout: WevisLayout,
  fields: WevisFields = {},
  maxMessageBytes = defaultMaxMessageBytes,
): Uint8Array {
  expectNoMore(layout, fields);
  const parts = layout.arguments.map(({ name, type }) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return { type, ...packValue(type, value, `${layout.name}.${name}`) };
  });
  const variableBytes = parts.reduce((sum, { behindBytes }) => sum + behindBytes, 0);
  const payloadBytes = idBytes + layout.fixedBytes + variableBytes;
  if (payloadBytes > maxMessageBytes)
    throw new WevisValueError(
      `${layout.name} has ${payloadBytes} bytes; at most ${maxMessageBytes} can be sent`,
    );
  const frame = Buffer.allocUnsafe(lengthBytes + payloadBytes);
  let at = frame.writeUInt32LE(payloadBytes, 0);
  at = frame.writeUInt32LE(layout.id, at);
  for (const { type, slot } of parts) at = writeSlot(frame, { type, slot, at });
  for (const { data, behindBytes } of parts) {
    if (typeof data === 'string') frame.write(data, at, behindBytes, 'utf8');
    else if (data) frame.set(data, at);
    at += behindBytes;
  }
  return frame;
}

/**
 * The message of one payload. Bytes behind a message without variable arguments are ignored, as the reference does.
 * @throws CorruptFrameError for an unknown id, a payload too short or too long, bad UTF-8, bad JSON, a bool that is none.
 */
export function decodeWevisPayload(
  definitions: WevisDefinitions,
  payload: Uint8Array,
  options: DecodeOptions = {},
): WevisMessage {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (bytes.length < idBytes) throw new CorruptFrameError(`a message of ${bytes.length} bytes has no id`);
  const id = bytes.readUInt32LE(0);
  const layout = definitions.withId(id);
  if (!layout) throw new CorruptFrameError(`no message has the id ${id}`);
  const slots = readSlots(layout, bytes);
  let at = idBytes + layout.fixedBytes;
  const entries = layout.arguments.map(({ name, type }, index): [string, WevisValue] => {
    const slot = slots[index] ?? 0;
    const data = bytes.subarray(at, at + dataBytes(type, slot));
    at += data.length;
    return [name, unpackValue({ type, slot, data, where: `${layout.name}.${name}` }, options)];
  });
  return { name: layout.name, id, fields: Object.fromEntries(entries), payloadBytes: bytes.length };
}

function expectNoMore(layout: WevisLayout, fields: WevisFields): void {
  const given = Object.keys(fields);
  // As many as there should be and none missing: nothing has to be looked for, in most messages that there are.
  if (
    given.length === layout.arguments.length &&
    layout.arguments.every(({ name }) => Object.hasOwn(fields, name))
  )
    return;
  const unknown = given.find((key) => !layout.arguments.some(({ name }) => name === key));
  if (unknown === undefined) return;
  const known = layout.arguments.map(({ name, type }) => `${name}=${type}`).join(' ');
  throw new WevisValueError(`${layout.name} has no argument "${unknown}"; it takes ${known || 'none'}`);
}

type Slot = { readonly type: ArgumentType; readonly slot: number; readonly at: number };

function writeSlot(frame: Buffer, { type, slot, at }: Slot): number {
  if (type === 'float') return frame.writeDoubleLE(slot, at);
  return isVariableType(type) ? frame.writeUInt32LE(slot, at) : frame.writeInt32LE(slot, at);
}

/** The slots, when the payload has the length that they demand. */
function readSlots(layout: WevisLayout, bytes: Buffer): number[] {
  const { name, fixedBytes, isVariable } = layout;
  if (bytes.length < idBytes + fixedBytes)
    throw new CorruptFrameError(`${name} has ${bytes.length} bytes; ${idBytes + fixedBytes} are expected`);
  let at = idBytes;
  let expectedBytes = idBytes + fixedBytes;
  const slots = layout.arguments.map(({ type }) => {
    const slot = readSlot(bytes, type, at);
    at += slotBytes(type);
    expectedBytes += dataBytes(type, slot);
    return slot;
  });
  if (isVariable && bytes.length !== expectedBytes)
    throw new CorruptFrameError(`${name} has ${bytes.length} bytes; ${expectedBytes} are expected`);
  return slots;
}

function readSlot(bytes: Buffer, type: ArgumentType, at: number): number {
  if (type === 'float') return bytes.readDoubleLE(at);
  return isVariableType(type) ? bytes.readUInt32LE(at) : bytes.readInt32LE(at);
}
