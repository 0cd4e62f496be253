/**
 * TLS 1.2 with a pre-shared key over a TCP socket that is open already: both sides prove that they hold the key, without
 * certificates. Knows sockets and keys; no fleet, no frames.
 * Source: RFC 5489 (ECDHE_PSK), RFC 7905 (ChaCha20-Poly1305).
 */
import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { DisconnectedError, errorText } from '../../errors.js';

/** The only one of its kind that OpenSSL has with forward secrecy and a modern cipher. */
const cipher = 'ECDHE-PSK-CHACHA20-POLY1305';

/** How long a handshake may take, ms. */
export const handshakeTimeoutMs = 5_000;

/** Settings of either side. Nothing is resumed or negotiated anew: each connection proves its key, once. */
export function pskContext(): SecureContext {
  return createSecureContext({
    ciphers: cipher,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  });
}

export type AcceptPskOptions = {
  readonly context: SecureContext;
  /** The key of what a peer says it is. It must give one for strangers too, that nobody holds: all fail in one way. */
  readonly keyOf: (identity: string) => Uint8Array;
  /** Called once, with the stream when the peer has proven its key. Not called when the socket is closed before. */
  readonly onSecure: (stream: TLSSocket, identity: string) => void;
  /** Called once, when the handshake fails; `identity` is what the peer said it is, if it came to that. */
  readonly onFailed: (error: Error, identity: string | undefined) => void;
};

/** The server's side. The socket, and the stream, are closed when the handshake fails. */
export function acceptPsk(socket: Socket, { context, keyOf, onSecure, onFailed }: AcceptPskOptions): void {
  let identity: string | undefined;
  let isOver = false;
  const stream = new TLSSocket(socket, {
    isServer: true,
    secureContext: context,
    pskCallback: (_stream: TLSSocket, said: string) => {
      identity = said;
      return keyOf(said);
    },
  } as ConstructorParameters<typeof TLSSocket>[1]);
  const fail = (error: Error): void => {
    stream.destroy();
    if (!isOver) onFailed(error, identity);
    isOver = true;
  };
  stream.on('error', fail);
  stream.once('close', () => {
    isOver = true;
    socket.destroy();
  });
  stream.once('secure', () => {
    if (isOver) return;
    if (identity === undefined || stream.getCipher().name !== cipher)
      return fail(new Error('no key was proven'));
    isOver = true;
    onSecure(stream, identity);
  });
}

export type ConnectPskOptions = {
  readonly identity: string;
  readonly psk: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** Default: 5 s. */
  readonly timeoutMs?: number;
};

/**
 * The client's side, over a connected socket.
 * @throws DisconnectedError when the other side does not hold the key, speaks no TLS or takes too long; the socket is closed.
 */
export function connectPsk(socket: Socket, options: ConnectPskOptions): Promise<TLSSocket> {
  const { identity, psk, signal, timeoutMs = handshakeTimeoutMs } = options;
  return new Promise((resolve, reject) => {
    const stream = connect({
      socket,
      secureContext: pskContext(),
      pskCallback: () => ({ psk, identity }),
      // There is no certificate: the key that both sides prove to hold says who the server is.
      checkServerIdentity: () => undefined,
    });
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown): void => {
      release();
      stream.destroy();
      socket.destroy();
      reject(new DisconnectedError(refusal(error), { cause: error }));
    };
    const onAbort = (): void => fail(signal?.reason);
    const timer = setTimeout(() => fail(new Error(`no TLS handshake within ${timeoutMs} ms`)), timeoutMs);
    stream.on('error', fail);
    stream.once('close', () => fail(new Error('the connection was closed')));
    stream.once('secureConnect', () => {
      if (stream.getCipher().name !== cipher) return fail(new Error('it chose another cipher'));
      release();
      resolve(stream);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}

function refusal(error: unknown): string {
  return `the server and this drone do not prove the same key (another fleet, a revoked key, or a server without TLS): ${tlsReason(error)}`;
}

/** What OpenSSL says of a failed handshake, without where in its code it says so. */
export function tlsReason(error: unknown): string {
  if (error instanceof Error && 'reason' in error && typeof error.reason === 'string') return error.reason;
  return errorText(error);
}
