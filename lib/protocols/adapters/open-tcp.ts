/** Opens the TCP or TLS connection of a client, in time or not at all. Knows sockets; not what is said. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { CancelledError, DisconnectedError, errorText, RequestTimeoutError } from '../../errors.js';
import { formatHostPort } from '../../host-port.js';
import type { Clock } from '../../time/clock.js';

/** How long a server may leave its side open after a client has left, ms. */
const lingerMs = 2000;

/** TLS, with Node's own options: `{ ca: certificate }` trusts a server that signed its certificate itself. */
export type ClientTls = Pick<ConnectionOptions, 'ca' | 'servername' | 'rejectUnauthorized'>;

export type OpenTcpOptions = {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Absent: plain TCP. */
  readonly tls?: ClientTls | undefined;
};

/**
 * A connection without delay of small writes. Once its own side is ended, a silent server is cut off.
 * @throws DisconnectedError that names host and port when nobody serves there, or nobody that TLS may trust; RequestTimeoutError; CancelledError.
 */
export async function openTcp(options: OpenTcpOptions): Promise<Socket> {
  const { host, port, clock, timeoutMs, signal, tls } = options;
  if (signal?.aborted) throw new CancelledError('connect');
  const place = { host, port, noDelay: true };
  const socket = tls === undefined ? connect(place) : connectTls({ ...place, ...tls });
  const onAbort = () => socket.destroy(new CancelledError('connect'));
  const cancelTimeout = clock.after(timeoutMs, () =>
    socket.destroy(new RequestTimeoutError('connect', timeoutMs)),
  );
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await once(socket, tls === undefined ? 'connect' : 'secureConnect');
    socket.once('finish', () => socket.setTimeout(lingerMs, () => socket.destroy()).unref());
    return socket;
  } catch (cause) {
    if (cause instanceof CancelledError || cause instanceof RequestTimeoutError) throw cause;
    const what = tls === undefined ? 'no server answers' : 'no server answers as it should with TLS';
    throw new DisconnectedError(`${what} at ${formatHostPort(host, port)}: ${errorText(cause)}`, { cause });
  } finally {
    cancelTimeout();
    signal?.removeEventListener('abort', onAbort);
  }
}
