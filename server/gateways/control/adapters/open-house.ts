/** Who is served at the control port, how many at a time, and who gives way to whom. Knows sockets; no action, no port. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { isThisMachine } from '../../../../lib/host-port.js';
import { encodeTppError, tppCodes } from '../../../../lib/protocols/tpp/index.js';
import type { Gatekeeper } from '../../../../lib/security/access/gatekeeper.js';
import type { Clock } from '../../../../lib/time/clock.js';
import type { ServerFacade } from '../../../snapshot.js';
import type { Certificate } from '../../gateway.js';
import { endWith } from '../../last-words.js';
import { needsTls } from '../address-rules.js';
import { ControlSession } from '../control-session.js';
import type { EventTypes } from '../event-types.js';
import { certificateContext } from './certified-tls.js';
import { type AdmittedBy, ControlDoor } from './control-door.js';

/** At most one line a while about those that are turned away, ms. */
const refusalPaceMs = 10_000;

/** Sockets beyond those that are served: told that the house is full, or cut, before they are many. */
const spareSockets = 512;

export type OpenHouseOptions = {
  readonly facade: ServerFacade;
  readonly clock: Clock;
  /** Says who may come in. */
  readonly gatekeeper: Gatekeeper;
  /** Of this Starling, for `status`. */
  readonly version: string;
  /** Beside the keys of tokens TLS is served with this certificate, to callers who then show a token in it. */
  readonly tls?: Certificate | undefined;
  /** What the action `stream` may be of; default: the server's own. */
  readonly eventTypes?: EventTypes;
  /** How many connections are served at once (64); readers of events may take half of them. */
  readonly maxConnections?: number;
  /** How long a request may take to arrive, ms (10 s). */
  readonly requestTimeoutMs?: number;
};

/** From this machine, from afar with the key of a token, or from afar by the certificate alone. */
type From = 'here' | AdmittedBy;

/** The share of the house that callers have. The operator at this machine finds room whoever comes from afar. */
const shares: Readonly<Record<From, number>> = { here: 1, token: 1 / 2, stranger: 1 / 4 };

export class OpenHouse {
  readonly #options: OpenHouseOptions;
  readonly #maxConnections: number;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Map<ControlSession, From>();
  readonly #door: ControlDoor;
  #warnedMs = Number.NEGATIVE_INFINITY;

  constructor(options: OpenHouseOptions) {
    this.#options = options;
    const { clock, gatekeeper, tls } = options;
    this.#maxConnections = options.maxConnections ?? 64;
    this.#door = new ControlDoor({
      ...{ clock, gatekeeper },
      certificate: tls && certificateContext(tls),
      onAdmitted: (stream, socket, by) => this.#receive(stream, socket, by),
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
    else this.#receive(socket, socket, 'here');
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Whoever has proven nothing has a share of its own, and pushes out nobody who has. */
  #receive(stream: Duplex, socket: Socket, from: From): void {
    const alike = this.#those(from);
    const isShareFull = from !== 'here' && alike.length >= this.#share(from);
    const isFull = this.#sessions.size >= this.#maxConnections;
    const crowd = isShareFull || from === 'stranger' ? alike : [...this.#sessions.keys()];
    if ((isShareFull || isFull) && !this.#makeRoom(crowd, from)) this.#turnAway(stream);
    else this.#serve(stream, socket, from);
  }

  #those(from: From): readonly ControlSession[] {
    return [...this.#sessions.keys()].filter((session) => this.#sessions.get(session) === from);
  }

  #share(from: From): number {
    return Math.ceil(this.#maxConnections * shares[from]);
  }

  /** The oldest of them that commands nothing gives way: nobody who reads, or is silent, keeps an operator out. */
  #makeRoom(sessions: readonly ControlSession[], from: From): boolean {
    const mayGo = (session: ControlSession) =>
      from === 'stranger' ? session.isStranger : session.mayGiveWay;
    const oldest = sessions.find(mayGo);
    if (!oldest) return false;
    this.#sessions.delete(oldest);
    oldest.giveWay();
    return true;
  }

  #serve(stream: Duplex, socket: Socket, from: From): void {
    const { facade, clock, version, gatekeeper, eventTypes, requestTimeoutMs = 10_000 } = this.#options;
    const address = socket.remoteAddress ?? '';
    const where = isThisMachine(address) ? '' : ` from ${address}`;
    const session = new ControlSession({
      ...{ stream, clock, gatekeeper, address, requestTimeoutMs },
      context: { facade, version, ...(eventTypes && { eventTypes }) },
      mayStream: () => this.#mayStream(from),
      onBadToken: () => this.#warn(`control port: somebody called with a wrong token${where}`),
      ...(from === 'here' && { onTls: (first) => this.#goTls(session, socket, first) }),
    });
    this.#sessions.set(session, from);
    socket.once('close', () => this.#sessions.delete(session));
  }

  /** A caller on this machine need not, and may. */
  #goTls(session: ControlSession, socket: Socket, first: Uint8Array): void {
    this.#sessions.delete(session);
    socket.unshift(first);
    this.#door.admit(socket);
  }

  /** Half of the house; who came as a stranger takes half of that share at most: streams of theirs do not give way. */
  #mayStream(from: From): boolean {
    const streams = (sessions: Iterable<ControlSession>) =>
      [...sessions].filter(({ isStreaming }) => isStreaming).length;
    return (
      streams(this.#sessions.keys()) < Math.ceil(this.#maxConnections / 2) &&
      (from !== 'stranger' || streams(this.#those(from)) < Math.ceil(this.#share(from) / 2))
    );
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
