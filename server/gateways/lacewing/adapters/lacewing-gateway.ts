/**
 * The Lacewing gateway: one port, TCP (or TLS) and UDP, and a visitor for each connection. Datagrams are plain UDP even
 * where the stream is TLS: whoever blasts hides nothing. Knows sockets; no rule of the protocol.
 */
import type { Socket } from 'node:net';
import {
  defaultLacewingLimits,
  LacewingDoor,
  type LacewingLimits,
  type LacewingSession,
  plainAddress,
} from '../../../../lib/protocols/lacewing/index.js';
import { type Cancel, every } from '../../../../lib/time/clock.js';
import { Outlet } from '../../adapters/outlet.js';
import type { Gateway, GatewayOptions } from '../../gateway.js';
import { endWith } from '../../last-words.js';
import { ChannelBook } from '../channel-book.js';
import { Crossing } from '../crossing.js';
import { type House, lacewingGateway, type VisitorWire } from '../house.js';
import { Packer } from '../packer.js';
import { PeerIds } from '../peer-ids.js';
import { LacewingVisitor } from '../visitor.js';
import type { BlastSocket, DatagramSender } from './blast-socket.js';
import { openPorts } from './open-ports.js';

/** How often it is told how many datagrams were nobody's, ms. */
const tellMs = 60_000;

export type LacewingGatewayOptions = Omit<GatewayOptions, 'port'> & {
  /** Of TCP and UDP; default 6121. 0: any that is free for both. */
  readonly port?: number;
  /** What a client is told when it is connected; default the hub's message of the day. */
  readonly welcome?: string;
  /** Default true; false: channels are found by their names alone. */
  readonly channelListing?: boolean;
  /** Default true; false: nobody kicks, and no channel closes with its master. */
  readonly masterRights?: boolean;
  /** Default 1000. */
  readonly maxUsers?: number;
  /** What else is bounded in a session. */
  readonly limits?: Partial<Omit<LacewingLimits, 'maxClients'>>;
};

/** @throws RefusedError `no_gateway` that names address and reason; UsageError for a certificate that can not be used. */
export async function startLacewing(options: LacewingGatewayOptions): Promise<Gateway> {
  const gateway = new LacewingGateway(options);
  const { listener, blasts } = await openPorts(options, (socket) => gateway.welcome(socket)).catch(
    (error: unknown) => {
      gateway.close();
      throw error;
    },
  );
  gateway.blastBy(blasts);
  return {
    name: lacewingGateway,
    port: listener.port,
    close: async () => {
      gateway.close();
      await Promise.all([listener.close(), blasts.close()]);
    },
  };
}

class LacewingGateway {
  readonly #options: LacewingGatewayOptions;
  readonly #house: House;
  readonly #visitors = new Map<LacewingSession, LacewingVisitor>();
  readonly #stopTelling: Cancel;
  #blasts: BlastSocket | undefined;
  #arrivals = 0;
  #strays = 0;
  #told = 0;

  constructor(options: LacewingGatewayOptions) {
    this.#options = options;
    this.#house = makeHouse(options);
    this.#stopTelling = every(options.clock, tellMs, () => this.#tellLost());
  }

  blastBy(blasts: BlastSocket): void {
    this.#blasts = blasts;
    blasts.onDatagram((bytes, from) => this.#takeDatagram(bytes, from));
    blasts.onError((error) => this.#options.log('error', `${lacewingGateway}: ${error.message}`));
  }

  welcome(socket: Socket): void {
    const { remoteAddress } = socket;
    // It has left already.
    if (remoteAddress === undefined) {
      socket.destroy();
      return;
    }
    const memberId = `${lacewingGateway}:${++this.#arrivals}`;
    const visitor = new LacewingVisitor(
      this.#house,
      memberId,
      this.#wireTo(socket, { remoteAddress, memberId }),
    );
    this.#visitors.set(visitor.session, visitor);
    socket.on('data', (bytes) => visitor.push(bytes));
    socket.once('close', () => {
      visitor.end('the client left');
      this.#visitors.delete(visitor.session);
    });
  }

  close(): void {
    this.#stopTelling();
    this.#tellLost();
    for (const visitor of this.#visitors.values()) visitor.end('the server closes this gateway');
  }

  #wireTo(socket: Socket, of: { readonly remoteAddress: string; readonly memberId: string }): VisitorWire {
    const { clock, log } = this.#options;
    const { remoteAddress, memberId } = of;
    const address = plainAddress(remoteAddress);
    const outlet = new Outlet({
      stream: socket,
      onSlow: (text) => log('warning', `${memberId} from ${address}: ${text}`),
    });
    return {
      address,
      write: (bytes) => outlet.write(bytes),
      blast: (bytes, port) => this.#blasts?.send(bytes, { address: remoteAddress, port }),
      end: () => {
        if (!socket.destroyed) endWith(socket, new Uint8Array(0), clock);
      },
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      closed: (_reason, dropped) => {
        if (dropped > 0)
          log(
            'warning',
            `${memberId} from ${address}: ${dropped} datagrams were dropped, they came too fast`,
          );
      },
    };
  }

  #takeDatagram(bytes: Uint8Array, { address, port }: DatagramSender): void {
    const read = this.#house.door.readDatagram(bytes, address);
    const visitor = read && this.#visitors.get(read.session);
    if (read === undefined || visitor === undefined) this.#strays++;
    else visitor.takeDatagram(read.message, port);
  }

  /** Datagrams that were lost here, when there are new ones. */
  #tellLost(): void {
    const unsent = this.#blasts?.dropped ?? 0;
    const lost = this.#strays + unsent;
    if (lost === this.#told) return;
    this.#told = lost;
    const text = `${this.#strays} datagrams were of no client here, ${unsent} could not be sent in time`;
    this.#options.log('info', `${lacewingGateway}: ${text} (since the start)`);
  }
}

function makeHouse(options: LacewingGatewayOptions): House {
  const { board, clock, welcome, channelListing = true, masterRights = true, maxUsers, limits } = options;
  const peers = new PeerIds();
  const channels = new ChannelBook(peers);
  const crossing = new Crossing();
  const maxClients = maxUsers ?? defaultLacewingLimits.maxClients;
  return {
    ...{ board, clock, peers, channels, crossing },
    door: new LacewingDoor({ clock, ids: peers, limits: { ...limits, maxClients } }),
    packer: new Packer({ channels, crossing }),
    rules: { welcome, channelListing, masterRights },
  };
}
