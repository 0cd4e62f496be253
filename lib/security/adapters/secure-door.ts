/**
 * Decides who comes in at the port of drones: whoever proves an enrolled key, and, where the server is open, peers that
 * speak plain frames. Knows sockets, the fleet and its keys; no frames, no fleet's behaviour.
 */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { AcceptedConnection } from '../../messaging/index.js';
import { type Cancel, type Clock, every } from '../../time/clock.js';
import { type Fleet, judgeIdentity } from '../fleet-secret.js';
import { derivePsk, keyBytes } from '../keys.js';
import { acceptPsk, pskContext, tlsReason } from './tls-psk.js';
import { remedy, UnprovenPeer } from './unproven-peer.js';

/** How long an open server waits for a peer to begin TLS before it speaks plainly, ms: old drones wait to be asked. */
const silenceMs = 250;

/** How often the fleet is looked at for keys that were revoked, ms. */
const lookIntervalMs = 1_000;

/** Most connections that have not proven a key yet, of all addresses; the oldest gives way. */
const maxUnproven = 500;

/** A peer that may come in. `enrolledId`: what its key says it is; undefined for one without a key. */
export type AdmittedConnection = Omit<AcceptedConnection, 'stream'> & {
  readonly stream: Duplex;
  readonly enrolledId: string | undefined;
};

export type SecureDoorOptions = {
  readonly clock: Clock;
  /** Asked at each handshake, and each second. */
  readonly fleet: () => Fleet;
  /** Whether peers without a key come in. */
  readonly isOpen: boolean;
  readonly onConnection: (connection: AdmittedConnection) => void;
  /** Told of peers that are turned away: strangers can cause many of these. */
  readonly onRefused: (text: string) => void;
  /** Told of a connection that is cut because its key was revoked. */
  readonly onRevoked: (text: string) => void;
};

export class SecureDoor {
  readonly #options: SecureDoorOptions;
  readonly #context = pskContext();
  /** What stands for the keys of those that have none: nobody knows it. */
  readonly #decoy = randomBytes(keyBytes);
  readonly #unproven = new Set<UnprovenPeer>();
  readonly #live = new Map<TLSSocket, string>();
  readonly #stopLooking: Cancel;

  constructor(options: SecureDoorOptions) {
    this.#options = options;
    this.#stopLooking = every(options.clock, lookIntervalMs, () => this.#cutRevoked());
  }

  /** Takes over a connection that came in. */
  admit(connection: AcceptedConnection): void {
    const { clock, isOpen, fleet } = this.#options;
    // Nobody could prove a key: there is nothing to wait for.
    if (isOpen && fleet().enrolments.size === 0) {
      this.#admitPlain(connection);
      return;
    }
    const unproven = new UnprovenPeer(connection, clock, (text) => this.#refuse(connection, text));
    this.#unproven.add(unproven);
    connection.stream.once('close', () => {
      unproven.settle();
      this.#unproven.delete(unproven);
    });
    const [oldest] = this.#unproven;
    if (this.#unproven.size > maxUnproven) oldest?.refuse('too many connections have not proven a key');
    unproven.peek(isOpen ? silenceMs : undefined, (kind) => {
      if (kind === 'tls') this.#handshake(connection, unproven);
      else if (isOpen) this.#settled(unproven, () => this.#admitPlain(connection));
      else unproven.refuse(`speaks without a key: ${remedy}`);
    });
  }

  /** Admits nobody any more, and looks at the fleet no more. */
  close(): void {
    this.#stopLooking();
    for (const unproven of [...this.#unproven]) unproven.end();
  }

  #handshake(connection: AcceptedConnection, unproven: UnprovenPeer): void {
    acceptPsk(connection.stream, {
      context: this.#context,
      keyOf: (identity) => {
        const fleet = this.#options.fleet();
        const isKnown = 'id' in judgeIdentity(fleet, identity);
        return derivePsk(isKnown ? fleet.secret : this.#decoy, identity);
      },
      onSecure: (stream, identity) =>
        this.#settled(unproven, () => this.#admitSecure(connection, { stream, identity })),
      onFailed: (error, identity) => unproven.refuse(this.#failure(error, identity)),
    });
  }

  #admitSecure(connection: AcceptedConnection, peer: { stream: TLSSocket; identity: string }): void {
    const { stream, identity } = peer;
    const judged = judgeIdentity(this.#options.fleet(), identity);
    if ('reason' in judged) {
      stream.destroy();
      this.#refuse(connection, `${identity} ${judged.reason}`);
      return;
    }
    this.#live.set(stream, identity);
    stream.once('close', () => this.#live.delete(stream));
    this.#options.onConnection({ ...connection, stream, enrolledId: judged.id });
  }

  #admitPlain(connection: AcceptedConnection): void {
    this.#options.onConnection({ ...connection, enrolledId: undefined });
  }

  #settled(unproven: UnprovenPeer, admit: () => void): void {
    this.#unproven.delete(unproven);
    if (unproven.settle()) admit();
  }

  #refuse({ remoteAddress }: AcceptedConnection, text: string): void {
    this.#options.onRefused(`drone at ${remoteAddress} ${text}`);
  }

  /** For the operator; the peer is told the same in every case. */
  #failure(error: Error, identity: string | undefined): string {
    if (identity === undefined) return `can not agree on TLS: ${tlsReason(error)}`;
    const judged = judgeIdentity(this.#options.fleet(), identity);
    if ('id' in judged)
      return `says it is ${identity} and does not hold that key: was it enrolled with another fleet?`;
    return `says it is ${identity}, which ${judged.reason}: starling fleet enroll gives it a new key`;
  }

  #cutRevoked(): void {
    const fleet = this.#options.fleet();
    for (const [stream, identity] of this.#live) {
      const judged = judgeIdentity(fleet, identity);
      if ('id' in judged) continue;
      this.#live.delete(stream);
      this.#options.onRevoked(`${identity} ${judged.reason}: its connection is cut`);
      stream.destroy();
    }
  }
}
