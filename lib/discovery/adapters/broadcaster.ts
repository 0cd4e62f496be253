/** Sends a server's announcements by UDP. Knows sockets and a clock; where to send is told it before each round. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { errorText } from '../../errors.js';
import { type Cancel, type Clock, every } from '../../time/clock.js';
import type { OnDiscoveryEvent } from '../events.js';
import { encodeServerIp, type ServerIp, type SignDatagram } from '../server-ip.js';
import type { BroadcastTarget } from '../targets.js';

/** Shortest time between two rounds, ms: a delay of 0 must not fill the air. */
const minDelayMs = 100;

export type BroadcasterOptions = {
  readonly clock: Clock;
  /** The server; each announcement names its target's host. */
  readonly server: Omit<ServerIp, 'host'>;
  /** UDP port of the clients. */
  readonly port: number;
  /** Between two rounds, and before the first, ms. */
  readonly delayMs: number;
  /** Asked before every round: interfaces come and go. */
  readonly targets: () => readonly BroadcastTarget[];
  readonly onEvent: OnDiscoveryEvent;
  /** Each datagram is signed with it. */
  readonly sign?: SignDatagram;
};

/** Starts with one delay. Never throws for what the network does: each target's failure is told once, until it works. */
export class Broadcaster {
  readonly #options: BroadcasterOptions;
  readonly #sockets = new Map<string, Promise<Socket>>();
  readonly #failing = new Set<string>();
  readonly #cancel: Cancel;
  #isClosed = false;

  constructor(options: BroadcasterOptions) {
    this.#options = options;
    const delayMs = Math.max(minDelayMs, options.delayMs);
    this.#cancel = every(options.clock, delayMs, () => this.#round());
  }

  /** Announces now, beside the rounds: there is news. */
  announce(): void {
    if (!this.#isClosed) this.#round();
  }

  /** Sends nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    for (const host of [...this.#sockets.keys()]) await this.#drop(host);
  }

  #round(): void {
    const targets = this.#targets();
    const hosts = new Set(targets.map(({ host }) => host));
    for (const host of this.#sockets.keys()) if (!hosts.has(host)) void this.#drop(host);
    for (const target of targets) void this.#announce(target);
  }

  #targets(): readonly BroadcastTarget[] {
    try {
      return this.#options.targets();
    } catch (error) {
      this.#failed('targets', errorText(error));
      return [];
    }
  }

  /** Never rejects. */
  async #announce(target: BroadcastTarget): Promise<void> {
    const { address, host } = target;
    const name = `${address} from ${host}`;
    try {
      const datagram = encodeServerIp({ ...this.#options.server, host }, this.#options.sign);
      const socket = await this.#socketOf(host);
      if (this.#isClosed) return;
      await send(socket, datagram, { address, port: this.#options.port });
      if (this.#failing.delete(name))
        this.#options.onEvent({ type: 'announceWorks', text: `announcing to ${name} works` });
    } catch (error) {
      if (!this.#isClosed) this.#failed(name, `announcing to ${name} fails: ${errorText(error)}`);
    }
  }

  #failed(name: string, text: string): void {
    if (this.#failing.has(name)) return;
    this.#failing.add(name);
    this.#options.onEvent({ type: 'announceFailed', text });
  }

  /** One socket an address of ours: bound to it, a datagram to 255.255.255.255 leaves by that interface. */
  #socketOf(host: string): Promise<Socket> {
    const known = this.#sockets.get(host);
    if (known !== undefined) return known;
    const opening = openSender(host, (text) => {
      this.#failed(host, text);
      void this.#drop(host);
    });
    this.#sockets.set(host, opening);
    opening.catch(() => this.#sockets.delete(host));
    return opening;
  }

  async #drop(host: string): Promise<void> {
    const opening = this.#sockets.get(host);
    this.#sockets.delete(host);
    await opening?.then(
      (socket) => socket.close(),
      () => undefined,
    );
  }
}

async function openSender(host: string, onError: (text: string) => void): Promise<Socket> {
  const socket = createSocket('udp4');
  try {
    const listening = once(socket, 'listening');
    socket.bind({ address: host, port: 0 });
    await listening;
    socket.setBroadcast(true);
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', (error) => onError(`the socket on ${host} failed: ${error.message}`));
  return socket;
}

function send(
  socket: Socket,
  datagram: Uint8Array,
  to: { readonly address: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(datagram, to.port, to.address, (error) => (error ? reject(error) : resolve()));
  });
}
