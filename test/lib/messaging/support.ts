/** Frames made by hand, and ways to cut them: shares no code with the encoders. */
import type { Message } from '../../../lib/messaging/index.js';
import { MessageManager } from '../../../lib/messaging/index.js';

export type RawHeader = Record<string, unknown>;

/** A frame with exactly this header. */
export function rawFrame(header: RawHeader | string, content: string | Uint8Array = ''): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  return Buffer.concat([Buffer.from([text.length >> 8, text.length & 0xff]), text, Buffer.from(content)]);
}

/** A header with all required keys; `changes` overrides, and removes with undefined. */
export function header(contentLength: number, changes: RawHeader = {}): RawHeader {
  return {
    byteorder: 'little',
    'content-type': 'json',
    'content-encoding': 'utf-8',
    'content-length': contentLength,
    'message-type': 'message',
    ...changes,
  };
}

/** A JSON frame around text as it stands. */
export function jsonFrame(changes: RawHeader, text: string): Buffer {
  return rawFrame(header(Buffer.byteLength(text), changes), text);
}

export function fileFrame(changes: RawHeader, content: Uint8Array): Buffer {
  return rawFrame(header(content.length, { 'content-type': 'binary', ...changes }), content);
}

/** The bytes as a view that begins in the middle of a larger buffer full of rubbish. */
export function inDirtySlab(bytes: Uint8Array, offset = 37): Uint8Array {
  const slab = new Uint8Array(bytes.length + offset + 53).fill(0xa5);
  slab.set(bytes, offset);
  return slab.subarray(offset, offset + bytes.length);
}

/** All messages that come of pushing these pieces one after the other. */
export function decodeAll(pieces: Iterable<Uint8Array>, manager = new MessageManager()): Message[] {
  const messages: Message[] = [];
  for (const piece of pieces) {
    manager.push(piece);
    for (let message = manager.next(); message; message = manager.next()) messages.push(message);
  }
  return messages;
}

/** Messages with file content as plain text, for comparing. */
export function comparable(messages: readonly Message[]): unknown[] {
  return messages.map((message) =>
    'content' in message ? { ...message, content: Buffer.from(message.content).toString('latin1') } : message,
  );
}
