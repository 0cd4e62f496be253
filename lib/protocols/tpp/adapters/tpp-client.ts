/** Opens the connection of a TPP request. Knows sockets; not what is asked. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CancelledError, RequestTimeoutError } from '../../../errors.js';
import { type TppCallOptions, TppClient } from '../client.js';
import type { TppJson } from '../codec.js';
import { NoServerError } from '../errors.js';

/** Longest wait for a connection, ms: servers are near. */
const maxConnectMs = 5000;

export type TppCall = TppCallOptions & {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly action: string;
  readonly body?: TppJson;
};

/**
 * Connects, asks, and gives `body[action]` of the answer. `timeoutMs` is the time for the answer; connecting has 5 s at most.
 * @throws NoServerError when nobody serves there; otherwise as `TppClient.request`.
 */
export async function request(call: TppCall): Promise<TppJson> {
  const { token, action, body = {} } = call;
  return new TppClient(await open(call), call).request({ action, body, token });
}

/** Connects, asks, and gives what the server pushes until it ends the stream. Throws as `request` does. */
export async function* subscribe(call: TppCall): AsyncGenerator<TppJson, void, void> {
  const { token, action, body = {} } = call;
  yield* new TppClient(await open(call), call).subscribe({ action, body, token });
}

async function open({ host, port, action, clock, timeoutMs, signal }: TppCall): Promise<Socket> {
  if (signal?.aborted) throw new CancelledError(action);
  const socket = connect({ host, port });
  const onAbort = () => socket.destroy(new CancelledError(action));
  const connectMs = Math.min(timeoutMs, maxConnectMs);
  const cancelTimeout = clock.after(connectMs, () =>
    socket.destroy(new RequestTimeoutError('connect', connectMs)),
  );
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    throw new NoServerError(`${host}:${port}`, { cause: error });
  } finally {
    cancelTimeout();
    signal?.removeEventListener('abort', onAbort);
  }
}
