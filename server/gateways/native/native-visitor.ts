/** One connection of the native gateway and its member in the hub. Knows streams; neither sockets nor keys. */
import type { Duplex } from 'node:stream';
import {
  type ConnectionEvent,
  ConnectionManager,
  Endpoint,
  type Hello,
  libraryFeatures,
  type MessageDefinitions,
  ServedRooms,
} from '../../../lib/messaging/index.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { Delivery } from '../../hub/deliveries.js';
import { TokenBucket } from '../../hub/token-bucket.js';
import type { Switchboard } from '../switchboard.js';
import { type NativeGatekeeper, NativeHost, nativeGateway, revokedReason } from './native-host.js';
import { tellVisitor } from './tell-visitor.js';

/** Largest frame, bytes: more than any message that the hub takes, which says so in a better way. */
const maxJsonBytes = 2 * 1024 * 1024;

/** What may wait for a slow reader before it is cut, bytes: what is told of the largest room still fits. */
const defaultMaxQueueBytes = 16 * 1024 * 1024;

/** What a peer may do wrong: far more than any program does whose requests are refused as fast as they may come. */
const wrongs = { burst: 1000, perS: 200 };

/** How long one that the hub does not let in may take to hear why, ms. */
const refusedMs = 1000;

const hello: Omit<Hello, 'version'> = {
  protocol: 1,
  role: 'server',
  id: nativeGateway,
  software: 'starling',
  features: libraryFeatures.filter((feature) => feature !== 'chunks'),
};

/** A connection whose end is no news: the peer has left. */
const leaving = /closed the connection$|connection was closed$/;

/** What all visitors of a gateway share. */
export type NativeHouse = {
  readonly board: Switchboard;
  readonly clock: Clock;
  readonly gatekeeper: NativeGatekeeper;
  readonly definitions: MessageDefinitions | undefined;
  readonly version: string;
  readonly maxQueueBytes?: number | undefined;
  /** For the log. */
  readonly warn: (text: string) => void;
};

export type NativeArrival = {
  readonly id: string;
  readonly address: string;
  /** Its other end has proven a token's key. */
  readonly stream: Duplex;
  readonly onGone: () => void;
};

export class NativeVisitor {
  readonly #house: NativeHouse;
  readonly #arrival: NativeArrival;
  readonly #connection: ConnectionManager;
  readonly #host: NativeHost;
  readonly #served: ServedRooms;
  readonly #wrongs: TokenBucket;
  #isEnded = false;

  constructor(house: NativeHouse, arrival: NativeArrival) {
    const { board, clock, gatekeeper, definitions, maxQueueBytes = defaultMaxQueueBytes, version } = house;
    const { id, address } = arrival;
    this.#house = house;
    this.#arrival = arrival;
    this.#wrongs = new TokenBucket(wrongs, clock.monotonicMs());
    const endpoint = new Endpoint();
    this.#connection = new ConnectionManager({
      ...{ endpoint, clock, maxJsonBytes, maxQueueBytes },
      hello: { ...hello, version },
      resendRequests: false,
      maxFileBytes: 1,
    });
    const onBadToken = () => house.warn(`somebody at ${address} shows a wrong token`);
    this.#host = new NativeHost({ board, gatekeeper, id, onBadToken });
    this.#served = new ServedRooms(this.#host, {
      ...{ connection: this.#connection, endpoint, clock, definitions },
      onProblem: (text) => this.#report(text),
      onFlood: (reason) => this.#cut(reason),
    });
  }

  /** Begins. Whoever the hub does not let in is told why when it asks, and has a moment for that. */
  open(): void {
    const { board, clock } = this.#house;
    const { id, address, stream } = this.#arrival;
    const outcome = board.connect(
      { id, address, gateway: nativeGateway },
      { hear: (delivery) => this.#tell(delivery), end: ({ what, reason }) => this.end(what, reason) },
    );
    if (outcome.denied) {
      this.#host.refuse(outcome);
      clock.after(refusedMs, () => this.#connection.close(outcome.denied.reason));
    }
    this.#connection.onEvent((event) => this.#take(event));
    this.#connection.connect(stream, { remoteAddress: address });
    this.#connection.markIdentified();
  }

  /** Ends it when its token opens nothing any more. */
  checkToken(): void {
    if (this.#host.isRevoked) this.end('revoked', revokedReason);
  }

  /** Tells it why and closes; nothing when it is gone. */
  end(code: string, reason: string): void {
    this.#isEnded = true;
    if (this.#connection.isConnected) this.#served.push({ type: 'ended', code, reason });
    this.#connection.close(reason);
  }

  #tell(delivery: Delivery): void {
    const { hub } = this.#house.board;
    const { id } = this.#arrival;
    const variablesOf = (memberId: string) => Object.fromEntries(hub.variablesOf(id, memberId));
    tellVisitor(delivery, { to: id, served: this.#served, variablesOf });
  }

  #take(event: ConnectionEvent): void {
    const { board } = this.#house;
    const { id, onGone } = this.#arrival;
    if (event.type === 'heartbeat') board.hub.setLatency(id, event.latencyMs);
    if (event.type === 'warning') this.#countWrong();
    if (event.type === 'disconnected') {
      if (!this.#isEnded && !leaving.test(event.reason)) this.#report(`cut: ${event.reason}`);
      this.#connection.close(event.reason);
    }
    if (event.type !== 'closed') return;
    this.#served.close();
    board.disconnect(id, event.reason);
    onGone();
  }

  #countWrong(): void {
    if (this.#wrongs.waitMs(1, this.#house.clock.monotonicMs()) > 0)
      this.#cut('too much that can not be used');
    else this.#wrongs.take(1);
  }

  #cut(reason: string): void {
    this.#report(`cut: ${reason}`);
    this.end('too_fast', reason);
  }

  #report(text: string): void {
    const { id, address } = this.#arrival;
    this.#house.board.hub.reportError(nativeGateway, `${id} at ${address}: ${text}`, id);
  }
}
