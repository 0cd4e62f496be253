/** The caller's side of TLS with a server's certificate, over a connected socket. Knows sockets; no request. */
import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { CancelledError, DisconnectedError, errorCode, errorText } from '../../../errors.js';

export type ConnectCertifiedOptions = {
  /** The certificate has to be made out to it. */
  readonly host: string;
  /** Who is trusted to have signed the certificate, PEM; absent: whom Node trusts. */
  readonly ca?: string | undefined;
  /** True: any certificate will do. Whoever is between can then read the token. */
  readonly isUnverified?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
};

/** @throws DisconnectedError when there is no TLS, or no certificate that is trusted; CancelledError. The socket is closed then. */
export function connectCertified(socket: Socket, options: ConnectCertifiedOptions): Promise<TLSSocket> {
  const { host, ca, isUnverified = false, signal, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const stream = connect({
      ...{ socket, host, servername: isIP(host) ? '' : host, minVersion: 'TLSv1.2' },
      ...(ca !== undefined && { ca }),
      rejectUnauthorized: !isUnverified,
    });
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: Error): void => {
      release();
      stream.destroy();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(new CancelledError('connect'));
    const timer = setTimeout(
      () => fail(new DisconnectedError(`no TLS handshake within ${timeoutMs} ms`)),
      timeoutMs,
    );
    stream.on('error', (error) => fail(new DisconnectedError(refusal(error), { cause: error })));
    stream.once('close', () => fail(new DisconnectedError('it closed the connection in the TLS handshake')));
    stream.once('secureConnect', () => {
      release();
      resolve(stream);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}

const untrusted: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

function refusal(error: Error): string {
  if (untrusted.includes(errorCode(error)))
    return `nobody that is trusted has signed its certificate (${errorText(error)}): trust whoever did, or it itself`;
  return `no TLS with its certificate: ${errorText(error)}`;
}
