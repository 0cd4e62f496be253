/** Opens the connection of a TPP request. Knows sockets; not what is asked. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CancelledError, DisconnectedError, errorText } from '../../../errors.js';
import { formatHostPort } from '../../../host-port.js';
import { tokenKeys } from '../../../security/access/token.js';
import { connectPsk } from '../../../security/adapters/tls-psk.js';
import { openTcp } from '../../adapters/open-tcp.js';
import { type TppCallOptions, TppClient } from '../client.js';
import type { TppJson } from '../codec.js';
import { NoServerError } from '../errors.js';
import type { TppCredentials, TppResponse } from '../messages.js';
import { connectCertified } from './connect-certified.js';

/** Longest wait for a connection, and again for its TLS handshake, ms: servers are near. */
const maxConnectMs = 5000;

/** How a connection is protected; none of them: plain, as a server takes it from its own machine alone. */
export type TppTls =
  /** A key that both sides derive from the token: no certificate is needed. */
  | { readonly kind: 'token'; readonly token: string }
  /** The server's certificate; `ca` (PEM): who is trusted to have signed it, in place of those that Node trusts. */
  | { readonly kind: 'certificate'; readonly ca?: string | undefined; readonly isUnverified?: boolean };

export type TppCall = TppCallOptions & {
  readonly host: string;
  readonly port: number;
  readonly token: TppCredentials;
  readonly tls?: TppTls | undefined;
  readonly action: string;
  readonly body?: TppJson;
};

/**
 * Connects, asks, and gives `body[action]` of the answer. `timeoutMs` is the time for the answer; connecting has 5 s at most.
 * @throws NoServerError when nobody serves there; otherwise as `TppClient.request`.
 */
export async function request(call: TppCall): Promise<TppJson> {
  return new TppClient(await open(call), call).request(asked(call));
}

/** Connects, asks, and gives the answer whatever its code. Throws as `request` does, but for the code. */
export async function respond(call: TppCall): Promise<TppResponse> {
  return new TppClient(await open(call), call).response(asked(call));
}

/** Connects, asks, and gives what the server pushes until it ends the stream. Throws as `request` does. */
export async function* subscribe(call: TppCall): AsyncGenerator<TppJson, void, void> {
  yield* new TppClient(await open(call), call).subscribe(asked(call));
}

function asked({ token, action, body = {} }: TppCall) {
  return { action, body, token };
}

async function open(call: TppCall): Promise<Duplex> {
  const socket = await dial(call);
  if (call.tls === undefined) return socket;
  return call.tls.kind === 'token'
    ? proveToken(socket, call, call.tls.token)
    : certified(socket, call, call.tls);
}

/** @throws DisconnectedError when the server does not prove the token's key. */
async function proveToken(socket: Socket, { host, port, signal }: TppCall, token: string): Promise<Duplex> {
  const { identity, psk } = tokenKeys(token);
  try {
    return await connectPsk(socket, { identity, psk: Buffer.from(psk, 'hex'), signal });
  } catch (error) {
    const where = formatHostPort(host, port);
    const why =
      "it is revoked or expired, of another server, an older server's (which goes with --tls), or what listens there is no control port";
    throw new DisconnectedError(`${where} does not take this token: ${why}`, { cause: error });
  }
}

/** @throws DisconnectedError when the server shows no certificate that is trusted. */
async function certified(
  socket: Socket,
  { host, port, signal }: TppCall,
  { ca, isUnverified }: Extract<TppTls, { kind: 'certificate' }>,
): Promise<Duplex> {
  try {
    return await connectCertified(socket, { host, ca, isUnverified, signal, timeoutMs: maxConnectMs });
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    throw new DisconnectedError(`${formatHostPort(host, port)}: ${errorText(error)}`, { cause: error });
  }
}

/** @throws NoServerError when nobody serves there. */
async function dial({ host, port, clock, timeoutMs, signal }: TppCall): Promise<Socket> {
  try {
    return await openTcp({ host, port, clock, signal, timeoutMs: Math.min(timeoutMs, maxConnectMs) });
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    throw new NoServerError(formatHostPort(host, port), { cause: error });
  }
}
