/** MAVLink over a UDP socket, speaking first or spoken to. Knows no MAVLink. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { DisconnectedError, errorText } from '../../../lib/errors.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { MavlinkLink } from '../mavlink/link.js';

type Peer = { readonly address: string; readonly port: number };
export type UdpAddress = { readonly host: string; readonly port: number };

/** While its peer spoke within this time, a listening link does not turn to another one. */
const peerHeldMs = 5000;

/**
 * Opens a link that sends to `host:port` and takes what comes back from there.
 * @throws DisconnectedError when the host's name can not be resolved.
 */
export async function openUdpLink(address: UdpAddress): Promise<MavlinkLink> {
  const socket = socketFor(address.host);
  const link = new UdpLink(socket, 'connected');
  await opened(socket, address, () => socket.connect(address.port, address.host), 'connect');
  return link;
}

/**
 * Opens a link that listens on `host:port` and answers whoever speaks there; `port` 0 lets the system choose.
 * @throws DisconnectedError when the port is taken or the address is not ours.
 */
export async function openListeningUdpLink(
  address: UdpAddress,
  clock: Clock,
): Promise<MavlinkLink & { port: number }> {
  const socket = socketFor(address.host);
  const link = new UdpLink(socket, clock);
  await opened(socket, address, () => socket.bind(address.port, address.host), 'listening');
  return Object.assign(link, { port: socket.address().port });
}

function socketFor(host: string): Socket {
  return createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 });
}

async function opened(socket: Socket, address: UdpAddress, open: () => void, event: string): Promise<void> {
  try {
    const ready = once(socket, event);
    open();
    await ready;
  } catch (error) {
    socket.close();
    throw new DisconnectedError(`udp ${address.host}:${address.port}: ${errorText(error)}`, { cause: error });
  }
}

/** `connected`: the socket itself knows its peer and drops what comes from others. */
class UdpLink implements MavlinkLink {
  readonly framing = 'datagram';
  readonly #socket: Socket;
  readonly #clock: Clock | 'connected';
  readonly #onData: ((bytes: Uint8Array) => void)[] = [];
  readonly #onClose: ((reason: string) => void)[] = [];
  #peer: Peer | undefined;
  #peerHeardMs = 0;
  #isClosed = false;

  constructor(socket: Socket, clock: Clock | 'connected') {
    this.#socket = socket;
    this.#clock = clock;
    socket.on('message', (bytes, from) => this.#received(bytes, from));
    // A peer that is not up yet answers with ICMP "port unreachable": that is no reason to stop speaking.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#socketClosed());
  }

  /** What can not be sent now is dropped: MAVLink's own repetition is the remedy. */
  send(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    // The socket keeps the bytes until a later turn, and they are only borrowed.
    const own = Uint8Array.from(bytes);
    if (this.#clock === 'connected') this.#socket.send(own, () => undefined);
    else if (this.#peer) this.#socket.send(own, this.#peer.port, this.#peer.address, () => undefined);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData.push(listener);
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose.push(listener);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #received(bytes: Uint8Array, from: RemoteInfo): void {
    if (this.#isClosed || !this.#isPeer(from)) return;
    for (const listener of this.#onData) listener(bytes);
  }

  #isPeer(from: RemoteInfo): boolean {
    if (this.#clock === 'connected') return true;
    const nowMs = this.#clock.monotonicMs();
    const isSame = this.#peer?.port === from.port && this.#peer.address === from.address;
    if (!isSame && this.#peer && nowMs - this.#peerHeardMs < peerHeldMs) return false;
    if (!isSame) this.#peer = { address: from.address, port: from.port };
    this.#peerHeardMs = nowMs;
    return true;
  }

  #socketClosed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#onClose) listener('the socket was closed');
  }
}
