/** Opens the connection of a TPP request. Knows sockets; not what is asked. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CancelledError, DisconnectedError, RequestTimeoutError } from '../../../errors.js';
import { formatHostPort } from '../../../host-port.js';
import { tokenKeys } from '../../../security/access/token.js';
import { connectPsk } from '../../../security/adapters/tls-psk.js';
import { type TppCallOptions, TppClient } from '../client.js';
import type { TppJson } from '../codec.js';
import { NoServerError } from '../errors.js';
import type { TppCredentials } from '../messages.js';

/** Longest wait for a connection, ms: servers are near. */
const maxConnectMs = 5000;

export type TppCall = TppCallOptions & {
  readonly host: string;
  readonly port: number;
  readonly token: TppCredentials;
  /** The token whose key opens a TLS connection; absent: a plain one, within this machine. */
  readonly tlsToken?: string | undefined;
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

/** @throws DisconnectedError when the server does not prove the token's key. */
async function open(call: TppCall): Promise<Duplex> {
  const socket = await openTcp(call);
  if (call.tlsToken === undefined) return socket;
  const { identity, psk } = tokenKeys(call.tlsToken);
  const { host, port, signal } = call;
  try {
    return await connectPsk(socket, { identity, psk: Buffer.from(psk, 'hex'), signal });
  } catch (error) {
    const where = formatHostPort(host, port);
    const why = 'it is revoked or expired, of another server, or what listens there is no control port';
    throw new DisconnectedError(`${where} does not take this token: ${why}`, { cause: error });
  }
}

async function openTcp({ host, port, action, clock, timeoutMs, signal }: TppCall): Promise<Socket> {
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
