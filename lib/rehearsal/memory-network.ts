/**
 * The network of a rehearsal: computers that listen, connect and send datagrams, joined by links with faults. Knows
 * addresses as texts and bytes; not what is said.
 */
import type { DatagramPort } from '../emergency/datagram-port.js';
import type { Clock } from '../time/clock.js';
import { AccessLink, type LinkConditions, Path, perfectLink } from './access-link.js';
import { type Address, MemorySocket } from './memory-socket.js';
import type { Reach } from './program.js';
import type { SeededRandom } from './seeded-random.js';

export type MemoryNetworkOptions = {
  /** The true time. */
  readonly clock: Clock;
  readonly random: SeededRandom;
};

export type ConnectOptions = { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined };

type OnDatagram = (datagram: Uint8Array, from: Address) => void;

/** Where ports for whoever asks for none in particular begin. Source: RFC 6335, dynamic ports. */
const firstFreePort = 49_152;

/** Between two tries of a connection that is not answered, ms, doubled each time. Source: RFC 6298, 2.1. */
const connectAgainMs = 1000;

export class MemoryNetwork {
  readonly #options: MemoryNetworkOptions;
  readonly #hosts = new Map<string, MemoryHost>();

  constructor(options: MemoryNetworkOptions) {
    this.#options = options;
  }

  /** A computer with its link. @throws RangeError when there is one of that address. */
  host(address: string, conditions: LinkConditions = perfectLink): MemoryHost {
    if (this.#hosts.has(address)) throw new RangeError(`there are two computers at ${address}`);
    const { clock, random } = this.#options;
    const link = new AccessLink(conditions, random.fork(`link ${address}`));
    const host = new MemoryHost({ clock, address, link, find: (other) => this.#hosts.get(other) });
    this.#hosts.set(address, host);
    return host;
  }
}

/** `reach`: the way to the program behind it. */
type Door = { readonly reach: Reach; readonly onSocket: (socket: MemorySocket) => void };

type HostOptions = {
  readonly clock: Clock;
  readonly address: string;
  readonly link: AccessLink;
  readonly find: (address: string) => MemoryHost | undefined;
};

export class MemoryHost {
  readonly address: string;
  readonly link: AccessLink;
  /** The way to the program that opens, from now on, what is opened here. */
  reach: Reach = (work) => work();
  readonly #options: HostOptions;
  readonly #doors = new Map<number, Door>();
  readonly #ears = new Map<number, OnDatagram>();
  readonly #sockets = new Set<MemorySocket>();
  #nextPort = firstFreePort;

  constructor(options: HostOptions) {
    this.#options = options;
    this.address = options.address;
    this.link = options.link;
  }

  /** Accepts connections until the returned function is called. Undefined: any free port. */
  listen(onSocket: (socket: MemorySocket) => void, port = this.#freePort()): { port: number; close(): void } {
    this.#doors.set(port, { reach: this.reach, onSocket });
    return { port, close: () => void this.#doors.delete(port) };
  }

  /** Rejects with `ECONNREFUSED` or `ETIMEDOUT`, or the signal's reason. */
  connect(to: Address, { timeoutMs, signal }: ConnectOptions): Promise<MemorySocket> {
    const { clock } = this.#options;
    const { reach } = this;
    return new Promise((resolve, reject) => {
      let isOver = false;
      const end = (settle: () => void) => {
        if (isOver) return;
        isOver = true;
        cancelDeadline();
        signal?.removeEventListener('abort', abort);
        reach(settle);
      };
      const fail = (code: string) => end(() => reject(connectError(to, code)));
      const abort = () => end(() => reject(signal?.reason));
      const cancelDeadline = clock.after(timeoutMs, () => fail('ETIMEDOUT'));
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      const knock = (againMs: number) => {
        if (isOver) return;
        clock.after(againMs, () => knock(2 * againMs));
        this.#knock(to, (door) =>
          door ? end(() => resolve(this.#enter(to, door, reach))) : fail('ECONNREFUSED'),
        );
      };
      knock(connectAgainMs);
    });
  }

  /** Hears and sends datagrams from a port of its own. Undefined: any free one. */
  openDatagrams(hear: OnDatagram, port = this.#freePort()): DatagramPort {
    const { reach } = this;
    const onDatagram: OnDatagram = (...heard) => reach(() => hear(...heard));
    this.#ears.set(port, onDatagram);
    const from = { address: this.address, port };
    return {
      port,
      send: (datagram, to) => {
        if (this.#ears.get(port) === onDatagram) this.#sendDatagram(Uint8Array.from(datagram), from, to);
      },
      close: () => {
        if (this.#ears.get(port) === onDatagram) this.#ears.delete(port);
      },
    };
  }

  /** Its programs have ended, and the system says so to all that they talked to. */
  closeAll(): void {
    this.#doors.clear();
    this.#ears.clear();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Its power goes: all connections are gone without a word, and nobody listens. */
  vanish(): void {
    for (const socket of this.#sockets) socket.vanish();
    this.closeAll();
  }

  #freePort(): number {
    this.#nextPort += 1;
    return this.#nextPort - 1;
  }

  #pathTo(other: MemoryHost): Path {
    return new Path(this.link, other.link);
  }

  /** One round trip; `answer` is not called when either packet is lost. */
  #knock(to: Address, answer: (door: MemoryHost | undefined) => void): void {
    const other = this.#options.find(to.address);
    if (!other) return;
    this.#later(this.#pathTo(other), 1, () => {
      const door = other.#doors.has(to.port) ? other : undefined;
      this.#later(other.#pathTo(this), 1, () => answer(door));
    });
  }

  #enter(to: Address, other: MemoryHost, reach: Reach): MemorySocket {
    const door = other.#doors.get(to.port);
    const own = { address: this.address, port: this.#freePort(), link: this.link, reach };
    const there = { ...to, link: other.link, reach: door?.reach ?? other.reach };
    const [near, far] = MemorySocket.pair(this.#options.clock, own, there);
    this.#keep(near);
    other.#keep(far);
    if (door) door.reach(() => door.onSocket(far));
    else far.destroy();
    return near;
  }

  #keep(socket: MemorySocket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #sendDatagram(datagram: Uint8Array, from: Address, to: Address): void {
    const other = this.#options.find(to.address);
    if (other)
      this.#later(this.#pathTo(other), datagram.length, () => other.#ears.get(to.port)?.(datagram, from));
  }

  #later(path: Path, bytes: number, arrive: () => void): void {
    const { clock } = this.#options;
    const arrivesMs = path.carry(bytes, clock.monotonicMs());
    if (arrivesMs !== undefined) clock.at(arrivesMs, arrive);
  }
}

function connectError({ address, port }: Address, code: string): Error {
  return Object.assign(new Error(`connect ${code} ${address}:${port}`), { code });
}
