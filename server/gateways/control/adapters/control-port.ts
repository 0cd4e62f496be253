/** The control port: TCP listeners, one session a connection, with bounds on how many. Knows no action. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorCode, errorText, RefusedError } from '../../../../lib/errors.js';
import { formatHostPort, isThisMachine } from '../../../../lib/host-port.js';
import { encodeTppError, tppCodes } from '../../../../lib/protocols/tpp/index.js';
import type { Gatekeeper } from '../../../../lib/security/access/gatekeeper.js';
import type { Clock } from '../../../../lib/time/clock.js';
import type { ServerFacade } from '../../../snapshot.js';
import { alsoListenOn, needsTls } from '../address-rules.js';
import { ControlSession } from '../control-session.js';
import { endWith } from '../last-words.js';
import { ControlDoor } from './control-door.js';

/** At most one line a while about those that are turned away, ms. */
const refusalPaceMs = 10_000;

/** Sockets beyond those that are served: told that the house is full, or cut, before they are many. */
const spareSockets = 512;

export type ControlPortOptions = {
  readonly facade: ServerFacade;
  readonly clock: Clock;
  /** An address of this machine; anything but loopback takes TLS only, and this machine is served on 127.0.0.1 too. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Says who may come in. */
  readonly gatekeeper: Gatekeeper;
  /** Of this Starling, for `status`. */
  readonly version: string;
  /** How many connections are served at once (64); readers of telemetry may take half of them. */
  readonly maxConnections?: number;
  /** How long a request may take to arrive, ms (10 s). */
  readonly requestTimeoutMs?: number;
};

export interface ControlPort {
  readonly port: number;
  /** Listens no more, cuts every connection; resolves when that is done. */
  close(): Promise<void>;
}

/** @throws RefusedError when the port can not be opened (`port_in_use` when another program has it). */
export async function startControlPort(options: ControlPortOptions): Promise<ControlPort> {
  const { host, port } = options;
  const house = new OpenHouse(options);
  const first = await listen(options, house, { host, port });
  const servers = [first];
  const { port: bound } = first.address() as AddressInfo;
  const local = alsoListenOn(host);
  const close = async () => {
    const closed = servers.map((server) => once(server, 'close'));
    for (const server of servers) server.close();
    house.cutAll();
    await Promise.all(closed);
  };
  try {
    if (local !== undefined) servers.push(await listen(options, house, { host: local, port: bound }));
  } catch (error) {
    await close();
    throw error;
  }
  return { port: bound, close };
}

type Place = { readonly host: string; readonly port: number };

async function listen({ facade }: ControlPortOptions, house: OpenHouse, place: Place): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => house.admit(socket));
  server.maxConnections = house.maxSockets;
  try {
    const listening = once(server, 'listening');
    server.listen(place);
    await listening;
  } catch (error) {
    throw cannotListen(error, place);
  }
  server.on('error', (error) => facade.log('error', `control port: ${error.message}`));
  return server;
}

class OpenHouse {
  readonly #options: ControlPortOptions;
  readonly #maxConnections: number;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Map<ControlSession, { readonly isFar: boolean }>();
  readonly #door: ControlDoor;
  #warnedMs = Number.NEGATIVE_INFINITY;

  constructor(options: ControlPortOptions) {
    this.#options = options;
    const { clock, gatekeeper } = options;
    this.#maxConnections = options.maxConnections ?? 64;
    this.#door = new ControlDoor({
      ...{ clock, gatekeeper },
      onAdmitted: (stream, socket) => this.#receive(stream, socket, true),
      onRefused: (text) => this.#warn(text),
    });
  }

  get maxSockets(): number {
    return this.#maxConnections + spareSockets;
  }

  admit(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (needsTls(socket.localAddress, socket.remoteAddress)) this.#door.admit(socket);
    else this.#receive(socket, socket, false);
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Callers from afar have half of the house at most: the operator at this machine finds room. */
  #receive(stream: Duplex, socket: Socket, isFar: boolean): void {
    const far = [...this.#sessions.keys()].filter((session) => this.#sessions.get(session)?.isFar);
    const isFarFull = isFar && far.length >= Math.ceil(this.#maxConnections / 2);
    const isFull = this.#sessions.size >= this.#maxConnections;
    const crowd = isFarFull ? far : isFull ? [...this.#sessions.keys()] : undefined;
    if (crowd && !this.#makeRoom(crowd)) this.#turnAway(stream);
    else this.#serve(stream, socket, isFar);
  }

  /** The oldest of them that commands nothing gives way: nobody who reads, or is silent, keeps an operator out. */
  #makeRoom(sessions: readonly ControlSession[]): boolean {
    const oldest = sessions.find(({ mayGiveWay }) => mayGiveWay);
    if (!oldest) return false;
    this.#sessions.delete(oldest);
    oldest.giveWay();
    return true;
  }

  #serve(stream: Duplex, socket: Socket, isFar: boolean): void {
    const { facade, clock, version, gatekeeper, requestTimeoutMs = 10_000 } = this.#options;
    const address = socket.remoteAddress ?? '';
    const from = isThisMachine(address) ? '' : ` from ${address}`;
    const session = new ControlSession({
      ...{ stream, clock, gatekeeper, address, requestTimeoutMs },
      context: { facade, version },
      mayStream: () => this.#streams < Math.ceil(this.#maxConnections / 2),
      onBadToken: () => this.#warn(`control port: somebody called with a wrong token${from}`),
    });
    this.#sessions.set(session, { isFar });
    socket.once('close', () => this.#sessions.delete(session));
  }

  get #streams(): number {
    return [...this.#sessions.keys()].filter(({ isStreaming }) => isStreaming).length;
  }

  #turnAway(stream: Duplex): void {
    stream.on('error', () => stream.destroy());
    endWith(stream, encodeTppError(tppCodes.failed, 'too many connections'), this.#options.clock);
  }

  #warn(text: string): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#warnedMs < refusalPaceMs) return;
    this.#warnedMs = nowMs;
    this.#options.facade.log('warning', text);
  }
}

function cannotListen(error: unknown, { host, port }: Place): RefusedError {
  const code = errorCode(error) === 'EADDRINUSE' ? 'port_in_use' : 'no_control_port';
  const where = formatHostPort(host, port);
  return new RefusedError(code, `the control port ${where} can not be opened: ${errorText(error)}`, {
    cause: error,
  });
}
