/** Lacewing's datagrams ("blasting"): one message each, without a size. Knows no socket. */
import { Buffer } from 'node:buffer';
import { readClientMessage, writeClientMessage } from './client-messages.js';
import { FieldReader, u16 } from './fields.js';
import { encodeTypeByte, type LacewingFrame } from './frames.js';
import type { LacewingClientMessage, LacewingServerMessage } from './messages.js';
import { readServerMessage } from './read-server-message.js';
import { writeServerMessage } from './server-messages.js';

/** The most that one UDP datagram carries over IPv4, bytes. Source: RFC 768 and 791, 65,535 − 8 − 20. */
export const maxDatagramBytes = 65_507;

/** The types that may be blasted, in both directions; the others are for the stream alone. */
const blastedTypes = new Set([
  'serverMessage',
  'channelMessage',
  'peerMessage',
  'serverChannelMessage',
  'udpHello',
  'udpWelcome',
  'ping',
  'pong',
]);

export type LacewingClientDatagram = { readonly clientId: number; readonly message: LacewingClientMessage };

/** @throws CorruptFrameError for what does not fit its field. */
export function encodeClientDatagram({ clientId, message }: LacewingClientDatagram): Uint8Array {
  const { code, variant, body } = writeClientMessage(message);
  return Buffer.concat([encodeTypeByte(code, variant), u16(clientId), body]);
}

/**
 * Who says what in a datagram to the server. A type that is for the stream alone is `unknown`.
 * @throws CorruptFrameError when fields are missing.
 */
export function decodeClientDatagram(bytes: Uint8Array): LacewingClientDatagram {
  const fields = new FieldReader(bytes, 'datagram');
  const type = fields.u8();
  const clientId = fields.u16();
  return { clientId, message: onlyBlasted(readClientMessage, frameOf(type, fields)) };
}

/** @throws CorruptFrameError for what does not fit its field. */
export function encodeServerDatagram(message: LacewingServerMessage): Uint8Array {
  const { code, variant, body } = writeServerMessage(message);
  return Buffer.concat([encodeTypeByte(code, variant), body]);
}

/** What a datagram from the server says; otherwise as `decodeClientDatagram`. */
export function decodeServerDatagram(bytes: Uint8Array): LacewingServerMessage {
  const fields = new FieldReader(bytes, 'datagram');
  return onlyBlasted(readServerMessage, frameOf(fields.u8(), fields));
}

function frameOf(type: number, fields: FieldReader): LacewingFrame {
  return { code: type >> 4, variant: type & 0xf, body: fields.rest() };
}

function onlyBlasted<Message extends { readonly type: string }>(
  read: (frame: LacewingFrame) => Message,
  frame: LacewingFrame,
): Message | ({ readonly type: 'unknown' } & LacewingFrame) {
  const message = read(frame);
  return blastedTypes.has(message.type) ? message : { type: 'unknown', ...frame };
}
