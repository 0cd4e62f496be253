/** The server's side of TLS with a certificate on a socket that is open already. Knows sockets; not who calls. */
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { errorText, UsageError } from '../../../../lib/errors.js';
import type { Certificate } from '../../gateway.js';

/** @throws UsageError when the certificate and its key can not be used together. */
export function certificateContext({ cert, key }: Certificate): SecureContext {
  try {
    return createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
  } catch (error) {
    throw new UsageError(
      `the certificate of the control port can not be used with its key: ${errorText(error)}`,
    );
  }
}

export type AcceptCertifiedOptions = {
  readonly context: SecureContext;
  /** Called once, when the handshake is over; nothing is known of the caller then. */
  readonly onSecure: (stream: TLSSocket) => void;
  /** Called when the handshake fails. */
  readonly onFailed: (error: Error) => void;
};

/** The socket, and the stream, are closed when the handshake fails. */
export function acceptCertified(
  socket: Socket,
  { context, onSecure, onFailed }: AcceptCertifiedOptions,
): void {
  const stream = new TLSSocket(socket, { isServer: true, secureContext: context });
  let isOver = false;
  stream.on('error', (error) => {
    stream.destroy();
    if (!isOver) onFailed(error);
    isOver = true;
  });
  stream.once('close', () => socket.destroy());
  stream.once('secure', () => {
    if (isOver) return;
    isOver = true;
    onSecure(stream);
  });
}
