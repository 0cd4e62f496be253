/** Whole Lacewing messages of the TCP stream: the codec's two directions in one call each. Knows no stream. */
import { readClientMessage, writeClientMessage } from './client-messages.js';
import { encodeLacewingFrame, type LacewingDecoder } from './frames.js';
import type { LacewingClientMessage, LacewingServerMessage } from './messages.js';
import { readServerMessage } from './read-server-message.js';
import { writeServerMessage } from './server-messages.js';

/** What a client sends first of all, before its Connect; any other byte begins an HTTP request. */
export const lacewingFirstByte = 0;

/** @throws CorruptFrameError for what does not fit its field. */
export function encodeClientMessage(message: LacewingClientMessage): Uint8Array {
  return encodeLacewingFrame(writeClientMessage(message));
}

/** @throws CorruptFrameError for what does not fit its field, names of more than 255 bytes among it. */
export function encodeServerMessage(message: LacewingServerMessage): Uint8Array {
  return encodeLacewingFrame(writeServerMessage(message));
}

/** The next message of a client (behind its first byte), undefined when more bytes are needed. Throws as `next` and `readClientMessage`. */
export function nextClientMessage(decoder: LacewingDecoder): LacewingClientMessage | undefined {
  const frame = decoder.next();
  return frame && readClientMessage(frame);
}

/** The next message of a server, undefined when more bytes are needed. Throws as `next` and `readServerMessage`. */
export function nextServerMessage(decoder: LacewingDecoder): LacewingServerMessage | undefined {
  const frame = decoder.next();
  return frame && readServerMessage(frame);
}
