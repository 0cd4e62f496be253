/** Two of our connections over real TCP on loopback, and one over TCP against raw bytes. */
import type { Socket } from 'node:net';
import { vi } from 'vitest';
import {
  type ConnectionEvent,
  ConnectionManager,
  type ConnectionOptions,
  connectTcp,
  Endpoint,
  type Hello,
  listenTcp,
  type TcpListener,
} from '../../../../lib/messaging/index.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import { OldPeer } from '../../../support/old-peer.js';

export type Side = {
  readonly endpoint: Endpoint;
  readonly connection: ConnectionManager;
  readonly events: ConnectionEvent[];
  readonly warnings: () => string[];
};

export function hello(role: Hello['role'], changes: Partial<Hello> = {}): Hello {
  const features = ['errors', 'heartbeat', 'lanes'];
  return { protocol: 1, role, id: `${role}-1`, software: 'starling', version: '0.1.0', features, ...changes };
}

function side(options: Partial<ConnectionOptions> = {}): Side {
  const endpoint = new Endpoint();
  const connection = new ConnectionManager({ endpoint, clock: new SystemClock(), ...options });
  const events: ConnectionEvent[] = [];
  connection.onEvent((event) => events.push(event));
  const warnings = () => events.flatMap((event) => (event.type === 'warning' ? [event.text] : []));
  return { endpoint, connection, events, warnings };
}

/** A door on loopback and all that came through it; close it at the end. */
export class Network {
  readonly #listener: TcpListener;
  readonly #arrived: Socket[] = [];
  readonly #sides: Side[] = [];
  readonly #peers: OldPeer[] = [];

  private constructor(listener: TcpListener, arrived: Socket[]) {
    this.#listener = listener;
    this.#arrived = arrived;
  }

  static async open(): Promise<Network> {
    const arrived: Socket[] = [];
    const listener = await listenTcp({
      host: '127.0.0.1',
      port: 0,
      onConnection: ({ stream }) => arrived.push(stream),
    });
    return new Network(listener, arrived);
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Both ends of a new connection. */
  async sockets(): Promise<[Socket, Socket]> {
    const near = await connectTcp({ host: '127.0.0.1', port: this.port, timeoutMs: 1000 });
    const far = await this.accepted();
    return [near, far];
  }

  /** The next socket that came in. */
  async accepted(): Promise<Socket> {
    await until(() => this.#arrived.length > 0);
    const socket = this.#arrived.shift();
    if (!socket) throw new Error('nobody came');
    return socket;
  }

  /** A drone's side and a server's, connected; each says hello unless its options say otherwise. */
  async pair(
    options: Partial<ConnectionOptions> = {},
    far: Partial<ConnectionOptions> = options,
  ): Promise<[Side, Side]> {
    const drone = this.side({ hello: hello('drone'), ...options });
    const server = this.side({ hello: hello('server'), ...far });
    await this.join(drone, server);
    return [drone, server];
  }

  async join(near: Side, far: Side): Promise<void> {
    const [nearSocket, farSocket] = await this.sockets();
    near.connection.connect(nearSocket);
    far.connection.connect(farSocket);
  }

  /** One of our sides against raw bytes. */
  async withOldPeer(options: Partial<ConnectionOptions> = {}): Promise<[Side, OldPeer]> {
    const ours = this.side({ hello: hello('server'), ...options });
    const [nearSocket, farSocket] = await this.sockets();
    const peer = new OldPeer(nearSocket);
    this.#peers.push(peer);
    ours.connection.connect(farSocket);
    return [ours, peer];
  }

  side(options: Partial<ConnectionOptions>): Side {
    const made = side(options);
    this.#sides.push(made);
    return made;
  }

  async close(): Promise<void> {
    for (const { connection } of this.#sides) connection.close('the test ends');
    for (const peer of this.#peers) peer.close();
    await this.#listener.close();
  }
}

/** Waits for what only I/O can bring. */
export function until(condition: () => boolean, timeoutMs = 20_000): Promise<void> {
  return vi.waitFor(
    () => {
      if (!condition()) throw new Error(`never came true: ${condition}`);
    },
    { timeout: timeoutMs, interval: 2 },
  );
}
