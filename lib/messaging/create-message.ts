/**
 * Encoders: each kind of message as the bytes of one whole frame, in the form that an old peer takes.
 * Know the kinds; neither connections nor queues.
 */
import { Buffer } from 'node:buffer';
import {
  type ContentType,
  encodeFrameHead,
  encodeJsonFrame,
  type HeaderFields,
  type MessageType,
} from './frame.js';
import { formatJson, type Json } from './json.js';
import { type Args, fileTransfer, type Kwargs } from './message.js';

/** What an action or request is called with; both parts always cross the wire, even empty. */
export type CallArguments = { readonly args?: Args | undefined; readonly kwargs?: Kwargs | undefined };

export type CreateMessageOptions = {
  readonly contentType: ContentType;
  readonly messageType: MessageType;
  /** Header keys beside the required ones. */
  readonly headers?: HeaderFields;
};

/**
 * A frame of any kind around ready content, which is copied.
 * @throws RangeError when the header does not fit its 2-byte length; so do all encoders here.
 */
export function createMessage(content: Uint8Array, options: CreateMessageOptions): Uint8Array {
  const { contentType, messageType, headers = {} } = options;
  const head = encodeFrameHead(messageType, headers, { contentType, contentLength: content.length });
  return Buffer.concat([head, content]);
}

/** A frame of any kind around a value. */
export function createJsonMessage(
  content: Json,
  options: { readonly messageType?: MessageType; readonly headers?: HeaderFields } = {},
): Uint8Array {
  return encodeJsonFrame(options.messageType ?? 'message', options.headers ?? {}, formatJson(content));
}

/** An action. */
export function createActionMessage(action: string, { args, kwargs }: CallArguments = {}): Uint8Array {
  return encodeJsonFrame('message', { action }, callText('', args, kwargs));
}

/** A request; `id` is unique among the requester's on its connection. */
export function createRequest(name: string, id: string, { args, kwargs }: CallArguments = {}): Uint8Array {
  const start = `"requested_value":${JSON.stringify(name)},"request_id":${JSON.stringify(id)},`;
  return encodeJsonFrame('request', {}, callText(start, args, kwargs));
}

/**
 * The answer to a request: bytes as a file, anything else as JSON.
 * @throws TypeError for a value that JSON can not hold.
 */
export function createResponse(name: string, id: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return Buffer.concat([createFileResponseHead(name, id, value), value]);
  return encodeJsonFrame('response', responseFields(name, id), `{"value":${formatJson(value)}}`);
}

/** The answer to a request that failed; only for a peer with the feature `errors`. */
export function createErrorResponse(
  name: string,
  id: string,
  { code, message }: { readonly code: string; readonly message: string },
): Uint8Array {
  const text = JSON.stringify({ value: null, error: { code, message } });
  return encodeJsonFrame('response', { ...responseFields(name, id), status: 'error' }, text);
}

/** A pushed file as one frame; the content is copied. */
export function createFileMessage(filepath: string, content: Uint8Array): Uint8Array {
  return Buffer.concat([createFileHead(filepath, content), content]);
}

/** What stands before the content of a pushed file. */
export function createFileHead(filepath: string, content: Uint8Array): Uint8Array {
  const fields = { action: fileTransfer, filepath };
  return encodeFrameHead('message', fields, { contentType: 'binary', contentLength: content.length });
}

/** What stands before the content of a pulled file. */
export function createFileResponseHead(name: string, id: string, content: Uint8Array): Uint8Array {
  const fields = responseFields(name, id);
  return encodeFrameHead('response', fields, { contentType: 'binary', contentLength: content.length });
}

function responseFields(name: string, id: string): HeaderFields {
  return { requested_value: name, request_id: id };
}

function callText(start: string, args: Args | undefined, kwargs: Kwargs | undefined): string {
  return `{${start}"args":${args ? formatJson(args) : '[]'},"kwargs":${kwargs ? formatJson(kwargs) : '{}'}}`;
}
