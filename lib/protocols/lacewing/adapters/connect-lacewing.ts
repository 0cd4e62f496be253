/** Opens the connection of a Lacewing client: TCP, and UDP from the same address. Knows sockets; not what is said. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CancelledError, DisconnectedError, errorText, RequestTimeoutError } from '../../../errors.js';
import { formatHostPort } from '../../../host-port.js';
import { SystemClock } from '../../../time/adapters/system-clock.js';
import type { Clock } from '../../../time/clock.js';
import { type LacewingClient, openLacewing } from '../client.js';
import type { LacewingDatagrams } from '../client-wire.js';
import { lacewingPort } from '../messages.js';

/** How long a server may stay silent after a client has left, ms. */
const lingerMs = 2000;

export type ConnectLacewingOptions = {
  readonly host: string;
  /** TCP and UDP; default 6121. */
  readonly port?: number;
  /** Default 5000: for the connection, for each answer of the server, and for its first datagram. */
  readonly timeoutMs?: number;
  /** Default true; false: nothing can be blasted. */
  readonly hasUdp?: boolean;
  /** Ends the connecting with a CancelledError. */
  readonly signal?: AbortSignal;
  /** What a server that asks is told of the program. */
  readonly implementation?: string;
  /** Default the machine's. */
  readonly clock?: Clock;
};

/**
 * Connects to a Lacewing server. UDP is set up meanwhile: `await client.udpReady()` before blasting.
 * @throws DisconnectedError when nobody serves there; otherwise as `openLacewing`.
 */
export async function connectLacewing(options: ConnectLacewingOptions): Promise<LacewingClient> {
  const { timeoutMs = 5000, hasUdp = true, clock = new SystemClock(), signal, implementation } = options;
  const stream = await openTcp(options, { timeoutMs, clock });
  const datagrams = hasUdp ? await openUdp(stream) : undefined;
  return openLacewing({ stream, datagrams, clock, timeoutMs, signal, implementation });
}

async function openTcp(
  { host, port = lacewingPort, signal }: ConnectLacewingOptions,
  { timeoutMs, clock }: { readonly timeoutMs: number; readonly clock: Clock },
): Promise<Socket> {
  if (signal?.aborted) throw new CancelledError('connect');
  const socket = connect({ host, port, noDelay: true });
  const onAbort = () => socket.destroy(new CancelledError('connect'));
  const cancelTimeout = clock.after(timeoutMs, () =>
    socket.destroy(new RequestTimeoutError('connect', timeoutMs)),
  );
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await once(socket, 'connect');
    // A server that does not close its side holds nobody up.
    socket.once('finish', () => socket.setTimeout(lingerMs, () => socket.destroy()).unref());
    return socket;
  } catch (error) {
    if (error instanceof CancelledError || error instanceof RequestTimeoutError) throw error;
    const where = formatHostPort(host, port);
    throw new DisconnectedError(`no server answers at ${where}: ${errorText(error)}`, { cause: error });
  } finally {
    cancelTimeout();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** A socket that hears the server alone, and speaks from the address that the server knows. */
async function openUdp(stream: Socket): Promise<LacewingDatagrams> {
  const socket = createSocket(stream.remoteFamily === 'IPv6' ? 'udp6' : 'udp4');
  try {
    socket.bind({ address: stream.localAddress ?? '', port: 0 });
    await once(socket, 'listening');
    socket.connect(stream.remotePort ?? 0, stream.remoteAddress ?? '');
    await once(socket, 'connect');
  } catch (error) {
    socket.close();
    stream.destroy();
    throw new DisconnectedError(`no UDP to the server: ${errorText(error)}`, { cause: error });
  }
  return new UdpDatagrams(socket);
}

class UdpDatagrams implements LacewingDatagrams {
  readonly #socket: UdpSocket;
  #isClosed = false;

  constructor(socket: UdpSocket) {
    this.#socket = socket;
    // An answer of "nobody listens" to an earlier datagram: that one is lost, as any may be.
    socket.on('error', () => undefined);
  }

  send(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#socket.send(bytes, () => undefined);
  }

  onDatagram(take: (bytes: Uint8Array) => void): void {
    this.#socket.on('message', take);
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }
}
