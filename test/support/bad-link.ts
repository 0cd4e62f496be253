/**
 * A server at the end of a bad path: a TCP proxy to its drone port and a UDP proxy to its NTP port, on an address of
 * their own. Knows no message but where in an NTP packet the question's stamp stands, by which answers find their way.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, connect as openTcp, type Server, type Socket } from 'node:net';
import { type BadPath, type BadPaths, badPaths } from './bad-path.js';
import { BadStream } from './bad-stream.js';

export type BadLinkOptions = {
  /** Loopback address to listen on, and from which the server is asked: one a drone, as in life. */
  readonly address: string;
  readonly server: { readonly host: string; readonly tcpPort: number; readonly ntpPort: number };
  readonly seed: number;
};

/** More datagrams than this under way are dropped. */
const maxDatagrams = 256;

/** One drone's way to the server. While it is down nothing passes: datagrams are lost, streams wait, new ones are refused. */
export class BadLink {
  readonly address: string;
  readonly #options: BadLinkOptions;
  readonly #paths: BadPaths;
  readonly #tcp: Server;
  readonly #inner: UdpSocket;
  readonly #outer: UdpSocket;
  readonly #lanes = new Set<BadStream>();
  readonly #askers = new Map<string, { readonly port: number; readonly address: string }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isDown = false;
  #port = 0;

  private constructor(options: BadLinkOptions) {
    this.#options = options;
    this.address = options.address;
    this.#paths = badPaths(options.seed);
    this.#tcp = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#inner = createSocket('udp4');
    this.#outer = createSocket('udp4');
    this.#inner.on('message', (bytes, from) => this.#asked(bytes, from));
    this.#outer.on('message', (bytes) => this.#answered(bytes));
    // A server that has ended refuses: lost, like so much else here.
    for (const socket of [this.#inner, this.#outer]) socket.on('error', () => undefined);
  }

  static async open(options: BadLinkOptions): Promise<BadLink> {
    const link = new BadLink(options);
    await link.#listen();
    return link;
  }

  /** TCP port on its address. */
  get port(): number {
    return this.#port;
  }

  /** The server vanishes, or is back. */
  setDown(isDown: boolean): void {
    this.#isDown = isDown;
    for (const lane of this.#lanes) lane.isDown = isDown;
    if (isDown && this.#tcp.listening) this.#tcp.close();
    else if (!isDown && !this.#tcp.listening) this.#tcp.listen(this.#port, this.address);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const lane of this.#lanes) lane.destroy();
    const open = [this.#inner, this.#outer, ...(this.#tcp.listening ? [this.#tcp] : [])];
    const closed = Promise.all(open.map((each) => once(each, 'close')));
    for (const each of open) each.close();
    await closed;
  }

  async #listen(): Promise<void> {
    const { address, server } = this.#options;
    const listening = Promise.all(
      [this.#inner, this.#outer, this.#tcp].map((each) => once(each, 'listening')),
    );
    this.#inner.bind(server.ntpPort, address);
    this.#outer.bind(0, address);
    this.#tcp.listen(0, address);
    await listening;
    const bound = this.#tcp.address();
    this.#port = typeof bound === 'object' && bound ? bound.port : 0;
  }

  #accept(near: Socket): void {
    const { server, address } = this.#options;
    const far = openTcp({ host: server.host, port: server.tcpPort, localAddress: address, noDelay: true });
    const lanes = [new BadStream(near, far, this.#paths.there), new BadStream(far, near, this.#paths.back)];
    for (const lane of lanes) {
      lane.isDown = this.#isDown;
      this.#lanes.add(lane);
    }
    const end = () => {
      for (const lane of lanes) {
        lane.destroy();
        this.#lanes.delete(lane);
      }
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
  }

  #asked(bytes: Uint8Array, from: { readonly port: number; readonly address: string }): void {
    const { host, ntpPort } = this.#options.server;
    this.#askers.set(stampAt(bytes, transmitAt), { port: from.port, address: from.address });
    for (const [oldest] of this.#askers) {
      if (this.#askers.size > maxDatagrams) this.#askers.delete(oldest);
    }
    this.#carry(this.#paths.there, () => this.#outer.send(bytes, ntpPort, host));
  }

  #answered(bytes: Uint8Array): void {
    const stamp = stampAt(bytes, originAt);
    const asker = this.#askers.get(stamp);
    this.#askers.delete(stamp);
    if (asker) this.#carry(this.#paths.back, () => this.#inner.send(bytes, asker.port, asker.address));
  }

  #carry(path: BadPath, arrive: () => void): void {
    const delayMs = path.delayMs();
    if (path.isLost() || this.#isDown || this.#timers.size >= maxDatagrams) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isDown) arrive();
    }, delayMs);
    this.#timers.add(timer);
  }
}

/** Where an NTP packet has the sender's stamp, and an answer the stamp of the question. Source: RFC 5905, figure 8. */
const transmitAt = 40;
const originAt = 24;

function stampAt(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.subarray(at, at + 8)).toString('hex');
}
