/**
 * One frame: 2-byte big-endian header length, JSON header, content. Encodes whole frames and checks headers.
 * Knows the header's required keys; not what a message means.
 */
import { Buffer } from 'node:buffer';
import { CorruptFrameError } from '../errors.js';
import { formatJson, isJsonObject, type Json, parseJson } from './json.js';

export type ContentType = 'json' | 'binary';
export type MessageType = 'message' | 'request' | 'response';

/** A checked header; `fields` holds all keys as they came, known and unknown. */
export type FrameHeader = {
  readonly contentType: ContentType;
  readonly contentLength: number;
  readonly messageType: MessageType;
  readonly fields: { readonly [key: string]: Json };
};

/** A complete incoming frame. `content` may be a view of what was pushed in. */
export type Frame = { readonly header: FrameHeader; readonly content: Buffer };

/** What a header can say beside the required keys. */
export type HeaderFields = { readonly [key: string]: Json };

/** Most header bytes that the 2-byte length can say. */
const longestHeaderBytes = 0xffff;

/** Encodings that an old peer may name for its JSON and that are UTF-8 or a part of it. */
const utf8Names = new Set(['utf-8', 'utf8', 'ascii', 'us-ascii']);

/**
 * The length and header of a frame whose content follows separately.
 * @throws RangeError when the header does not fit its 2-byte length.
 */
export function encodeFrameHead(
  messageType: MessageType,
  fields: HeaderFields,
  content: { readonly contentType: ContentType; readonly contentLength: number },
): Buffer {
  const header = headerText(messageType, fields, content);
  const headerBytes = checkedHeaderBytes(header);
  const head = Buffer.allocUnsafe(2 + headerBytes);
  head.writeUInt16BE(headerBytes, 0);
  head.write(header, 2, 'utf8');
  return head;
}

/**
 * A whole frame around JSON text.
 * @throws RangeError when the header does not fit its 2-byte length.
 */
export function encodeJsonFrame(messageType: MessageType, fields: HeaderFields, text: string): Buffer {
  const contentLength = Buffer.byteLength(text);
  const header = headerText(messageType, fields, { contentType: 'json', contentLength });
  const headerBytes = checkedHeaderBytes(header);
  const frame = Buffer.allocUnsafe(2 + headerBytes + contentLength);
  frame[0] = headerBytes >> 8;
  frame[1] = headerBytes & 0xff;
  frame.write(header, 2, 'utf8');
  frame.write(text, 2 + headerBytes, 'utf8');
  return frame;
}

function headerText(
  messageType: MessageType,
  fields: HeaderFields,
  { contentType, contentLength }: { contentType: ContentType; contentLength: number },
): string {
  let more = '';
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) more += `,${JSON.stringify(key)}:${formatJson(value)}`;
  }
  return `{"byteorder":"little","content-type":"${contentType}","content-encoding":"utf-8","content-length":${contentLength},"message-type":"${messageType}"${more}}`;
}

function checkedHeaderBytes(header: string): number {
  const bytes = Buffer.byteLength(header);
  if (bytes > longestHeaderBytes)
    throw new RangeError(`a header of ${bytes} bytes is longer than ${longestHeaderBytes}`);
  return bytes;
}

/**
 * Parses and checks a header.
 * @throws CorruptFrameError when it is no JSON object, or a required key is missing or of the wrong type.
 */
export function parseHeader(text: string): FrameHeader {
  const fields = parseHeaderObject(text);
  const contentType = fields['content-type'];
  const contentLength = fields['content-length'];
  const messageType = fields['message-type'];
  const encoding = fields['content-encoding'];
  if (typeof fields.byteorder !== 'string') throw corruptKey('byteorder', fields.byteorder);
  if (contentType !== 'json' && contentType !== 'binary') throw corruptKey('content-type', contentType);
  if (typeof encoding !== 'string') throw corruptKey('content-encoding', encoding);
  if (contentType === 'json' && !utf8Names.has(encoding.toLowerCase()))
    throw corruptKey('content-encoding', encoding);
  if (typeof contentLength !== 'number' || !Number.isSafeInteger(contentLength) || contentLength < 0)
    throw corruptKey('content-length', contentLength);
  if (messageType !== 'message' && messageType !== 'request' && messageType !== 'response')
    throw corruptKey('message-type', messageType);
  return { contentType, contentLength, messageType, fields };
}

function parseHeaderObject(text: string): { [key: string]: Json } {
  let header: unknown;
  try {
    header = parseJson(text);
  } catch (cause) {
    throw new CorruptFrameError('the header is not JSON', { cause });
  }
  if (!isJsonObject(header)) throw new CorruptFrameError('the header is not a JSON object');
  return header;
}

function corruptKey(key: string, value: Json | undefined): CorruptFrameError {
  if (value === undefined) return new CorruptFrameError(`the header has no ${key}`);
  return new CorruptFrameError(`the header's ${key} can not be ${formatJson(value).slice(0, 80)}`);
}
