/** All Lacewing sessions of one port: their ids, and which datagram belongs to whom. Knows no socket. */
import { CorruptFrameError } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import { decodeClientDatagram, type LacewingClientDatagram } from './datagrams.js';
import { defaultMaxMessageBytes } from './frames.js';
import type { LacewingClientMessage } from './messages.js';
import { LacewingSession } from './session.js';
import type { LacewingLimits, LacewingLine } from './session-events.js';
import { Uint16Pool } from './uint16-pool.js';

/** Source: the reference servers' 1000 clients, 8 s to Connect and 5 s between pings; their deadlines differ or are missing. */
export const defaultLacewingLimits: LacewingLimits = {
  maxClients: 1000,
  connectTimeoutMs: 8000,
  nameTimeoutMs: undefined,
  pingIntervalMs: 5000,
  pongTimeoutMs: 10_000,
  maxMessageBytes: defaultMaxMessageBytes,
  maxVariant: 2,
  isUdpPortFixed: false,
};

/** Where ids of clients come from. */
export interface LacewingIds {
  /** One that nobody has, undefined when none is left. */
  take(): number | undefined;
  /** The session with this id is over. */
  release(id: number): void;
}

export type LacewingDoorOptions = {
  readonly clock: Clock;
  readonly limits?: Partial<LacewingLimits>;
  /** Default: a pool of the door's own. */
  readonly ids?: LacewingIds;
};

type Member = { readonly session: LacewingSession; readonly address: string };

export class LacewingDoor {
  readonly #clock: Clock;
  readonly #limits: LacewingLimits;
  readonly #ids: LacewingIds;
  readonly #members = new Map<number, Member>();

  constructor({ clock, limits, ids = new Uint16Pool() }: LacewingDoorOptions) {
    this.#clock = clock;
    this.#ids = ids;
    this.#limits = { ...defaultLacewingLimits, ...limits };
  }

  /** A session for a new connection; `address` is the client's IP, the only one that its datagrams may come from. */
  open(address: string, line: LacewingLine): LacewingSession {
    let id: number | undefined;
    const session: LacewingSession = new LacewingSession({
      clock: this.#clock,
      line,
      limits: this.#limits,
      enrol: () => {
        id = this.#members.size < this.#limits.maxClients ? this.#ids.take() : undefined;
        if (id !== undefined) this.#members.set(id, { session, address: plainAddress(address) });
        return id;
      },
      dismiss: () => {
        if (id === undefined) return;
        this.#members.delete(id);
        this.#ids.release(id);
      },
    });
    return session;
  }

  /** The session with this id, from its Connect to its end. */
  session(clientId: number): LacewingSession | undefined {
    return this.#members.get(clientId)?.session;
  }

  /**
   * Takes a datagram to its session. False when it was dropped: no message, an unknown id, or another address than the
   * client's. The sender is told nothing, since it can be anybody.
   */
  takeDatagram(bytes: Uint8Array, from: { readonly address: string; readonly port: number }): boolean {
    const read = this.readDatagram(bytes, from.address);
    read?.session.takeDatagram(read.message, from.port);
    return read !== undefined;
  }

  /** What a datagram says and whose it is, untaken; undefined for what `takeDatagram` drops. */
  readDatagram(
    bytes: Uint8Array,
    address: string,
  ): { readonly session: LacewingSession; readonly message: LacewingClientMessage } | undefined {
    const datagram = readDatagram(bytes);
    const member = datagram && this.#members.get(datagram.clientId);
    if (!datagram || !member?.session.isConnected || member.address !== plainAddress(address))
      return undefined;
    return { session: member.session, message: datagram.message };
  }
}

function readDatagram(bytes: Uint8Array): LacewingClientDatagram | undefined {
  try {
    return decodeClientDatagram(bytes);
  } catch (error) {
    if (error instanceof CorruptFrameError) return undefined;
    throw error;
  }
}

/** An IPv4 address in IPv6 as the IPv4 one, so that all sockets write it the same. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
