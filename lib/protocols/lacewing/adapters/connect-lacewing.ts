/** Opens the connection of a Lacewing client: TCP, and UDP from the same address. Knows sockets; not what is said. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { DisconnectedError, errorText } from '../../../errors.js';
import { SystemClock } from '../../../time/adapters/system-clock.js';
import type { Clock } from '../../../time/clock.js';
import { type ClientTls, openTcp } from '../../adapters/open-tcp.js';
import { type LacewingClient, openLacewing } from '../client.js';
import type { LacewingDatagrams } from '../client-wire.js';
import { lacewingPort } from '../messages.js';

export type ConnectLacewingOptions = {
  readonly host: string;
  /** TCP and UDP; default 6121. */
  readonly port?: number;
  /** Default 5000: for the connection, for each answer of the server, and for its first datagram. */
  readonly timeoutMs?: number;
  /** Default true; false: nothing can be blasted. */
  readonly hasUdp?: boolean;
  /** For the stream alone: what is blasted is plain UDP all the same. */
  readonly tls?: ClientTls;
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
  const { host, port = lacewingPort, timeoutMs = 5000, hasUdp = true, signal, implementation } = options;
  const { clock = new SystemClock() } = options;
  const stream = await openTcp({ host, port, clock, timeoutMs, signal, tls: options.tls });
  const datagrams = hasUdp ? await openUdp(stream) : undefined;
  return openLacewing({ stream, datagrams, clock, timeoutMs, signal, implementation });
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
