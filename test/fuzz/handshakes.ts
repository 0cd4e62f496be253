/**
 * Handshakes at the door of drones, over real sockets on loopback: what was recorded of a drone with a key, and damaged,
 * lets nobody in; and of a drone whose bytes are damaged on their way nothing is taken that it has not said.
 */
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../drone-client/simulator/random.js';
import { DisconnectedError } from '../../lib/errors.js';
import { listenTcp, type TcpListener } from '../../lib/messaging/index.js';
import { type AdmittedConnection, SecureDoor } from '../../lib/security/adapters/secure-door.js';
import { connectPsk } from '../../lib/security/adapters/tls-psk.js';
import { enroll } from '../../lib/security/fleet-secret.js';
import { derivePsk } from '../../lib/security/keys.js';
import { FakeClock } from '../support/fake-clock.js';
import { Mutator } from './mutator.js';
import type { FuzzOptions, FuzzReport } from './run-fuzz.js';
import { expectThat, inPieces, randomOf } from './target.js';

const secret = new Uint8Array(32).fill(7);
const identity = 'one.1';
const said = 'what a drone says once it is let in';

/** Connections at once, inputs between two looks whether a drone still comes in, and what may stay in memory, bytes. */
const parallel = 8;
const lookEvery = 200;
const maxGrowthBytes = 48 * 2 ** 20;

/** Nobody waits longer for a connection to end that was ended, ms; and for the rest of a damaged handshake. */
const endMs = 5000;
const silenceMs = 25;

/** Names and numbers of TLS: kinds of records and messages, versions, lengths, what a drone is called. */
const words = [
  '\u0016\u0003\u0001',
  '\u0014\u0003\u0003',
  '\u0015\u0003\u0003',
  '\u0017\u0003\u0003',
  'one.1',
];

/** Ends with the first broken invariant, the last input, or the end of the time. */
export async function fuzzHandshakes(options: FuzzOptions): Promise<FuzzReport> {
  const { nowMs, usedBytes } = options;
  const rig = await Handshakes.open();
  try {
    const flights = await rig.record();
    const hello = flights[0] ?? new Uint8Array();
    const corpus = [hello, hello, Buffer.concat(flights)];
    const random = new Random(options.seed);
    const replays = new Mutator({ corpus, words }, random);
    const changes = flights.map((flight) => new Mutator({ corpus: [flight], words }, random));
    const [startMs, startBytes] = [nowMs(), usedBytes()];
    let [inputs, accepted, worstMs] = [0, 0, 0];
    const one = async () => {
      const flight = inputs % 4 === 0 ? Math.floor(random.next() * flights.length) : undefined;
      const input = (flight === undefined ? replays : changes[flight])?.next() ?? new Uint8Array();
      inputs += 1;
      const atMs = nowMs();
      try {
        if (flight === undefined) await rig.replay(input);
        else if (await rig.damage(flight, input)) accepted += 1;
      } catch (error) {
        return { error, input };
      }
      worstMs = Math.max(worstMs, nowMs() - atMs);
      return undefined;
    };
    const report = () => ({
      ...{ inputs, accepted, worstMs, tookS: (nowMs() - startMs) / 1000 },
      grownBytes: usedBytes() - startBytes,
    });
    while (inputs < options.inputs && nowMs() - startMs < options.seconds * 1000) {
      const left = Math.min(parallel, options.inputs - inputs);
      const ends = await Promise.all(Array.from({ length: left }, one));
      const broken = ends.find((end) => end !== undefined);
      if (broken) return { ...report(), broken };
      if (inputs % lookEvery < parallel) await rig.expectOpen();
    }
    await rig.expectOpen();
    const end = report();
    expectThat(end.grownBytes <= maxGrowthBytes, `memory has grown by ${end.grownBytes} bytes`);
    return end;
  } finally {
    await rig.close();
  }
}

/** A door, and a relay in front of it that can damage what a drone sends. */
class Handshakes {
  readonly #door: SecureDoor;
  readonly #listener: TcpListener;
  readonly #relay: Server;
  readonly #admitted = new Map<string, { heard: string }>();
  #count = 0;
  /** What becomes of a flight of a drone, by its address. */
  readonly #onFlight = new Map<string, (flight: Buffer, number: number) => Uint8Array>();

  static async open(): Promise<Handshakes> {
    const relay = createServer({ noDelay: true });
    await once(relay.listen(0, '127.0.0.1'), 'listening');
    let rig: Handshakes | undefined;
    const fleet = enroll({ secret, enrolments: new Map() }, 'one');
    const door = new SecureDoor({
      ...{ clock: new FakeClock(), isOpen: false, fleet: () => fleet },
      onConnection: (connection) => rig?.admitted(connection),
      onRefused: () => undefined,
      onRevoked: () => undefined,
    });
    const onConnection = (connection: Parameters<SecureDoor['admit']>[0]) => door.admit(connection);
    rig = new Handshakes(door, await listenTcp({ port: 0, host: '127.0.0.1', onConnection }), relay);
    return rig;
  }

  private constructor(door: SecureDoor, listener: TcpListener, relay: Server) {
    this.#door = door;
    this.#listener = listener;
    this.#relay = relay;
    relay.on('connection', (near) => this.#pass(near));
  }

  admitted({ stream, remoteAddress, enrolledId }: AdmittedConnection): void {
    const entry = { heard: '' };
    this.#admitted.set(remoteAddress, entry);
    expectThat(enrolledId === 'one', `let in as ${enrolledId}`);
    stream.on('error', () => undefined);
    stream.on('data', (bytes: Buffer) => {
      entry.heard += bytes.toString('latin1');
      stream.write('heard');
    });
  }

  /** The flights of a drone that comes in, as they lie on the wire. */
  async record(): Promise<Uint8Array[]> {
    const flights: Uint8Array[] = [];
    await this.#drone((flight) => {
      flights.push(Uint8Array.from(flight));
      return flight;
    });
    expectThat(flights.length === 3, `a handshake of ${flights.length} flights`);
    return flights;
  }

  /** A drone with a key comes in, and is heard. */
  async expectOpen(): Promise<void> {
    const heard = await this.#drone((flight) => flight);
    expectThat(heard === said, `a drone with a key is not let in any more: "${heard}"`);
  }

  /** Somebody without a key says this. */
  async replay(input: Uint8Array): Promise<void> {
    const from = this.#nextAddress();
    const socket = connect({ host: '127.0.0.1', port: this.#listener.port, localAddress: from });
    socket.on('error', () => undefined).on('data', () => undefined);
    const closed = once(socket, 'close').catch(() => undefined);
    for (const piece of inPieces(input, randomOf(input))) socket.write(piece);
    socket.end();
    const isClosed = await Promise.race([closed.then(() => true), sleep(endMs, false, { ref: false })]);
    socket.destroy();
    expectThat(isClosed, 'a connection that has ended is held on to');
    expectThat(!this.#admitted.has(from), 'let in without a key');
  }

  /** A drone's flight of that number arrives as `input`. True when it was let in all the same, and heard right. */
  async damage(number: number, input: Uint8Array): Promise<boolean> {
    const heard = await this.#drone((flight, which) => (which === number ? input : flight));
    expectThat(said.startsWith(heard ?? ''), `heard "${heard}", which no drone has said`);
    return heard !== undefined;
  }

  async close(): Promise<void> {
    this.#door.close();
    this.#relay.close();
    await this.#listener.close();
  }

  /** What the door's side has heard of a drone with a key; undefined when it was not let in. */
  async #drone(onFlight: (flight: Buffer, number: number) => Uint8Array): Promise<string | undefined> {
    const from = this.#nextAddress();
    this.#onFlight.set(from, onFlight);
    const { port } = this.#relay.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    try {
      const stream = await connectPsk(socket, { identity, psk: derivePsk(secret, identity) });
      stream.on('error', () => undefined);
      const answer = new Promise((resolve) => stream.once('data', resolve).once('close', resolve));
      stream.write(said);
      await Promise.race([answer, sleep(4 * silenceMs, undefined, { ref: false })]);
      stream.destroy();
    } catch (error) {
      expectThat(error instanceof DisconnectedError, `a drone fails with ${String(error)}`);
      socket.destroy();
    }
    await closed;
    this.#onFlight.delete(from);
    const heard = this.#admitted.get(from)?.heard;
    this.#admitted.delete(from);
    return heard;
  }

  #pass(near: Socket): void {
    const from = near.remoteAddress ?? '';
    const far = connect({ host: '127.0.0.1', port: this.#listener.port, localAddress: from, noDelay: true });
    let number = 0;
    near.on('data', (bytes) => {
      const flight = this.#onFlight.get(from)?.(bytes, number) ?? bytes;
      number += 1;
      far.write(flight);
      // Where it waits for what was cut off it waits in vain.
      if (flight !== bytes) setTimeout(() => far.end(), silenceMs);
    });
    far.on('data', (bytes) => near.write(bytes));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const)
      socket.on('error', () => undefined).on('close', () => other.destroy());
  }

  /** Each from an address of its own: a machine has only so many ports for one. */
  #nextAddress(): string {
    this.#count += 1;
    return `127.44.${Math.floor(this.#count / 250) % 250}.${(this.#count % 250) + 1}`;
  }
}
