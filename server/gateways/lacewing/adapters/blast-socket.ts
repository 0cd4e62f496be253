/** The UDP port of the Lacewing gateway: datagrams in, and out from the same port. Knows sockets; no message. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/** What may wait in this process to be sent, bytes; datagrams beyond that are dropped, as any may be. */
const maxWaitingBytes = 4 * 1024 * 1024;

export type DatagramSender = { readonly address: string; readonly port: number };

export class BlastSocket {
  readonly #socket: Socket;
  #dropped = 0;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** `address`: an IP. @throws what the system says when the port can not be had. */
  static async bind(address: string, port: number): Promise<BlastSocket> {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    try {
      const listening = once(socket, 'listening');
      socket.bind({ address, port });
      await listening;
    } catch (error) {
      socket.close();
      throw error;
    }
    return new BlastSocket(socket);
  }

  /** How many were not sent because too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  onDatagram(take: (bytes: Uint8Array, from: DatagramSender) => void): void {
    this.#socket.on('message', take);
  }

  onError(hear: (error: Error) => void): void {
    this.#socket.on('error', hear);
  }

  send(bytes: Uint8Array, to: DatagramSender): void {
    if (this.#isClosed) return;
    if (this.#socket.getSendQueueSize() > maxWaitingBytes) this.#dropped++;
    // Whoever is not there any more gets nothing; nobody has to be told.
    else this.#socket.send(bytes, to.port, to.address, () => undefined);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}
