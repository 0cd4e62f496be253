/** What all clients of one Lacewing gateway share, and what each has of its connection. Types alone. */
import type { LacewingDoor } from '../../../lib/protocols/lacewing/index.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { Switchboard } from '../switchboard.js';
import type { ChannelBook } from './channel-book.js';
import type { Crossing } from './crossing.js';
import type { Packer } from './packer.js';
import type { PeerIds } from './peer-ids.js';

/** The gateway's name in the hub. */
export const lacewingGateway = 'lacewing';

/** What all clients of one gateway share. */
export type House = {
  readonly board: Switchboard;
  readonly clock: Clock;
  readonly door: LacewingDoor;
  readonly peers: PeerIds;
  readonly channels: ChannelBook;
  readonly crossing: Crossing;
  readonly packer: Packer;
  readonly rules: {
    /** Undefined: the hub's message of the day. */
    readonly welcome: string | undefined;
    readonly channelListing: boolean;
    readonly masterRights: boolean;
  };
};

/** The client's connection. None of the methods may throw. */
export interface VisitorWire {
  readonly address: string;
  write(bytes: Uint8Array): void;
  /** To the client's address, at this port; may get lost. */
  blast(bytes: Uint8Array, port: number): void;
  /** Behind what was written; called once, and nothing is written after it. */
  end(): void;
  pause(): void;
  resume(): void;
  /** The session is over; why, and how many of its datagrams were dropped as too many. */
  closed(reason: string, droppedDatagrams: number): void;
}
