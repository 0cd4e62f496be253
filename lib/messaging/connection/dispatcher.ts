/**
 * Calls the handlers of an endpoint for what a peer sends, and answers its requests; no handler's failure goes further.
 * Knows handlers and answers; no stream, no queue.
 */
import { errorCode, errorText, StarlingError } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import type { ConnectionManager } from '../connection-manager.js';
import { createErrorResponse, createFileResponseHead, createResponse } from '../create-message.js';
import type { Endpoint } from '../endpoint.js';
import type { FileExchange } from '../files/file-exchange.js';
import { maxChunkBytes } from '../files/file-wire.js';
import {
  type ActionMessage,
  type FileMessage,
  fileTransfer,
  type Message,
  type RequestMessage,
} from '../message.js';
import type { OutgoingFrame } from './outgoing-lanes.js';
import type { PendingRequests } from './pending-requests.js';

/** How answers and warnings leave: bound to the link on which the request came. */
export type Outlet = {
  readonly connection: ConnectionManager;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly pending: PendingRequests;
  readonly files: FileExchange;
  /** Whether the peer understands an error as an answer; an old one waits for its own timeout. */
  readonly canAnswerErrors: () => boolean;
  readonly send: (frame: OutgoingFrame) => void;
  readonly warn: (text: string) => void;
};

/** The request of the heartbeat, which the library answers by itself. */
export const pingName = 'ping';

/** Gives a message to whom it concerns: a handler, or the request that it answers. */
export function dispatch(outlet: Outlet, message: Message): void {
  switch (message.type) {
    case 'action':
      if (!outlet.files.act(message.action, message.kwargs)) dispatchMessage(outlet, message);
      break;
    case 'file':
      dispatchMessage(outlet, message);
      break;
    case 'chunk':
      outlet.files.receive(message);
      break;
    case 'request':
      if (message.name === pingName) answerPing(outlet, message);
      else dispatchRequest(outlet, message);
      break;
    case 'malformed':
      if (message.request) refuseRequest(outlet, message.request, new Error(message.reason));
      else outlet.warn(`${message.reason} is dropped`);
      break;
    default: {
      const problem = outlet.pending.answer(message);
      if (problem !== undefined) outlet.warn(`${problem} is dropped`);
    }
  }
}

function answerPing(outlet: Outlet, request: RequestKey): void {
  const nowSec = outlet.clock.utcMs() / 1000;
  answer(outlet, request, { received: nowSec, sent: nowSec });
}

/** Runs the handler of an action or a pushed file. */
function dispatchMessage(outlet: Outlet, message: ActionMessage | FileMessage): void {
  const { connection, endpoint, warn } = outlet;
  const what = message.type === 'file' ? 'pushed file' : `action "${message.action}"`;
  const call = message.type === 'file' ? fileCall(message) : actionCall(message);
  if (!call) {
    warn(`unknown ${what} is dropped`);
    return;
  }
  run(
    call,
    () => undefined,
    (error) => warn(`${what} failed: ${errorText(error)}`),
  );

  function actionCall({ action, args, kwargs }: ActionMessage): (() => unknown) | undefined {
    const handler = endpoint.messageHandler(action);
    return handler && (() => handler(connection, ...args, kwargs));
  }
  function fileCall({ filepath, content }: FileMessage): (() => unknown) | undefined {
    const handler = endpoint.fileHandler;
    return handler && (() => handler(connection, filepath, content));
  }
}

/** Runs the handler of a request and answers with what it gives. */
function dispatchRequest(outlet: Outlet, request: RequestMessage): void {
  const { connection, endpoint, files } = outlet;
  const { name, args, kwargs } = request;
  const ofFiles = files.handler(name);
  const handler = ofFiles ? () => ofFiles(kwargs) : endpoint.requestHandler(name);
  if (!handler) {
    refuseRequest(outlet, request, new StarlingError('unknown_request', `unknown request "${name}"`));
    return;
  }
  run(
    () => handler(connection, ...args, kwargs),
    (value) => answerRequest(outlet, request, value),
    (error) => refuseRequest(outlet, request, error),
  );
}

/** A file that was asked for goes in chunks to a peer that wants it so. */
function answerRequest(outlet: Outlet, request: RequestMessage, value: unknown): void {
  const { transfer } = request.kwargs;
  const isLarge = value instanceof Uint8Array && value.length > maxChunkBytes;
  if (!isLarge || request.name !== fileTransfer || typeof transfer !== 'string') {
    answer(outlet, request, value);
    return;
  }
  outlet.files.give(transfer, value).then(
    (given) => answer(outlet, request, given),
    (error: unknown) => refuseRequest(outlet, request, error),
  );
}

/** Warns of a request that failed, and tells the peer if it understands. */
function refuseRequest(outlet: Outlet, { name, id }: RequestKey, error: unknown): void {
  const message = errorText(error);
  outlet.warn(`request "${name}" failed: ${message}`);
  if (!outlet.canAnswerErrors()) return;
  const head = createErrorResponse(name, id, { code: errorCode(error), message });
  outlet.send({ head, lane: 'control', isOfLink: true });
}

type RequestKey = { readonly name: string; readonly id: string };

function answer(outlet: Outlet, request: RequestKey, value: unknown): void {
  const { name, id } = request;
  let frame: OutgoingFrame;
  try {
    frame =
      value instanceof Uint8Array
        ? { head: createFileResponseHead(name, id, value), body: value, lane: 'bulk', isOfLink: true }
        : { head: createResponse(name, id, value), lane: 'control', isOfLink: true };
  } catch (error) {
    refuseRequest(outlet, request, error);
    return;
  }
  outlet.send(frame);
}

/** Calls something that may be async; the sync case takes no promise. */
function run(
  call: () => unknown,
  onDone: (value: unknown) => void,
  onFailed: (error: unknown) => void,
): void {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    onFailed(error);
    return;
  }
  if (isThenable(result)) result.then(onDone, onFailed);
  else onDone(result);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
