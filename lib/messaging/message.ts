/**
 * What a frame says: every kind of message, read from a frame. Knows kinds and their required parts; not who handles them.
 */
import { isUtf8 } from 'node:buffer';
import { CorruptFrameError } from '../errors.js';
import type { Frame } from './frame.js';
import { isJsonObject, type Json, parseJson } from './json.js';

/** The action of a binary frame that carries a piece of a file. */
export const chunkAction = 'filechunk';

export type Args = readonly Json[];
export type Kwargs = { readonly [key: string]: Json };

export type ActionMessage = { type: 'action'; action: string; args: Args; kwargs: Kwargs };
/** A pushed file; `filepath` is what the peer wishes, unchecked. */
export type FileMessage = { type: 'file'; filepath: string; content: Uint8Array };
/** A piece of a file on its way; all of it is what the peer says, unchecked. */
export type ChunkMessage = { type: 'chunk'; transfer: string; offset: number; content: Uint8Array };
export type RequestMessage = { type: 'request'; name: string; id: string; args: Args; kwargs: Kwargs };
export type ResponseMessage = { type: 'response'; name: string; id: string; value: Json };
/** The answer to a pulled file. */
export type FileResponseMessage = { type: 'fileResponse'; name: string; id: string; content: Uint8Array };
export type ErrorResponseMessage = {
  type: 'errorResponse';
  name: string;
  id: string;
  code: string;
  message: string;
};
/** A frame in order whose message can not be used; a request that can be answered says which. */
type MalformedMessage = {
  type: 'malformed';
  reason: string;
  request?: { readonly name: string; readonly id: string };
};

export type Message =
  | ActionMessage
  | FileMessage
  | ChunkMessage
  | RequestMessage
  | ResponseMessage
  | FileResponseMessage
  | ErrorResponseMessage
  | MalformedMessage;

/** The action, and the request, that carries a file. */
export const fileTransfer = 'filetransfer';

/**
 * Reads the message of a frame. Binary content stays the frame's own bytes.
 * @throws CorruptFrameError when the content is not the JSON it claims to be, or the header lacks what its kind needs.
 */
export function readMessage(frame: Frame): Message {
  switch (frame.header.messageType) {
    case 'message':
      return readAction(frame);
    case 'request':
      return readRequest(frame);
    case 'response':
      return readResponse(frame);
  }
}

function readAction(frame: Frame): Message {
  const action = textField(frame, 'action');
  if (action === fileTransfer && frame.header.contentType === 'binary')
    return { type: 'file', filepath: textField(frame, 'filepath'), content: frame.content };
  if (action === chunkAction && frame.header.contentType === 'binary') return readChunk(frame);
  const content = readContent(frame);
  const call = readCall(content);
  if (!call) return { type: 'malformed', reason: `action "${action}" without proper args and kwargs` };
  return { type: 'action', action, args: call.args, kwargs: call.kwargs };
}

function readChunk({ header, content }: Frame): Message {
  const { transfer, offset } = header.fields;
  if (typeof transfer === 'string' && typeof offset === 'number')
    return { type: 'chunk', transfer, offset, content };
  return { type: 'malformed', reason: 'a chunk of a file without proper transfer and offset' };
}

function readRequest(frame: Frame): Message {
  const content = readContent(frame);
  const name = content?.requested_value;
  const id = content?.request_id;
  if (typeof name !== 'string' || typeof id !== 'string')
    return { type: 'malformed', reason: 'a request without proper requested_value and request_id' };
  const call = readCall(content);
  if (!call)
    return {
      type: 'malformed',
      reason: `request "${name}" without proper args and kwargs`,
      request: { name, id },
    };
  return { type: 'request', name, id, args: call.args, kwargs: call.kwargs };
}

function readResponse(frame: Frame): Message {
  const name = textField(frame, 'requested_value');
  const id = textField(frame, 'request_id');
  if (frame.header.contentType === 'binary')
    return { type: 'fileResponse', name, id, content: frame.content };
  const content = readContent(frame);
  if (frame.header.fields.status === 'error') return readErrorResponse(content, name, id);
  const value = content?.value;
  if (value === undefined) return { type: 'malformed', reason: `a response to "${name}" without a value` };
  return { type: 'response', name, id, value };
}

function readErrorResponse(content: Kwargs | undefined, name: string, id: string): Message {
  const error = content?.error;
  const code = isJsonObject(error) ? error.code : undefined;
  const message = isJsonObject(error) ? error.message : undefined;
  return {
    type: 'errorResponse',
    name,
    id,
    code: typeof code === 'string' ? code.slice(0, maxCode) : 'unknown',
    message: typeof message === 'string' ? clipped(message) : 'the peer gave no reason',
  };
}

/** Of what a peer gives as its reason: it is told to people, and kept in logs. Letters. */
const maxCode = 64;
const maxReason = 4000;

function clipped(text: string): string {
  return text.length > maxReason ? `${text.slice(0, maxReason)}…` : text;
}

function textField(frame: Frame, key: string): string {
  const value = frame.header.fields[key];
  if (typeof value !== 'string') throw new CorruptFrameError(`the header has no proper ${key}`);
  return value;
}

/** The content's object; undefined when it is binary or JSON of another kind. */
function readContent({ header, content }: Frame): { [key: string]: Json } | undefined {
  if (header.contentType === 'binary') return undefined;
  const text = content.toString('utf8');
  // The decoder writes U+FFFD for what is not UTF-8; only then a second look is worth its time.
  if (text.includes('\ufffd') && !isUtf8(content)) throw new CorruptFrameError('the content is not UTF-8');
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new CorruptFrameError('the content is not JSON', { cause });
  }
  return isJsonObject(value) ? value : undefined;
}

function readCall(content: Kwargs | undefined): { args: Args; kwargs: Kwargs } | undefined {
  const args = content?.args;
  const kwargs = content?.kwargs;
  return Array.isArray(args) && isJsonObject(kwargs) ? { args, kwargs } : undefined;
}
