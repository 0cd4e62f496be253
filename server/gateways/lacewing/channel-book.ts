/**
 * The rooms of the hub that Lacewing clients are in, as channels with 16-bit ids, and whom those clients see in them. A
 * channel is here as long as one client is in it. Knows no message and no session.
 */
import { Uint16Pool } from '../../../lib/protocols/lacewing/index.js';
import type { Member, RoomInfo } from '../../hub/hub-types.js';
import type { PeerIds } from './peer-ids.js';

export type Channel = {
  readonly id: number;
  /** As the hub knows it. */
  readonly room: RoomInfo;
  /** Clients of this gateway in it, by member. */
  readonly own: Set<string>;
  /** Everybody that was told to be in it, by member. */
  readonly seen: Map<string, number>;
};

export class ChannelBook {
  readonly #peers: PeerIds;
  readonly #pool = new Uint16Pool();
  readonly #byId = new Map<number, Channel>();
  readonly #byRoom = new Map<string, Channel>();

  constructor(peers: PeerIds) {
    this.#peers = peers;
  }

  /** How many there are: for seeing that nothing stays behind. */
  get size(): number {
    return this.#byId.size;
  }

  byId(channelId: number): Channel | undefined {
    return this.#byId.get(channelId);
  }

  byRoom(roomId: string): Channel | undefined {
    return this.#byRoom.get(roomId);
  }

  /** Whether there is an id for the room, which a join needs. */
  hasSpace(): boolean {
    return this.#byId.size < 0x10000;
  }

  /** A client of this gateway has joined; all of `roster` are seen now. There must be space. */
  enter(room: RoomInfo, memberId: string, roster: readonly Member[]): Channel | undefined {
    const channel = this.#byRoom.get(room.id) ?? this.#open(room);
    channel?.own.add(memberId);
    for (const member of roster) if (channel !== undefined) this.see(channel, member.id);
    return channel;
  }

  /** A client of this gateway is out; behind the last one the channel goes. What the others see is told by `forget`. */
  leave(channel: Channel, memberId: string): void {
    if (!channel.own.delete(memberId) || channel.own.size > 0) return;
    for (const seen of channel.seen.keys()) this.#peers.drop(seen);
    channel.seen.clear();
    this.#byId.delete(channel.id);
    this.#byRoom.delete(channel.room.id);
    this.#pool.release(channel.id);
  }

  /** The member's id as a peer, who is told to be in the channel; undefined when no id is left. */
  see(channel: Channel, memberId: string): number | undefined {
    const known = channel.seen.get(memberId);
    if (known !== undefined) return known;
    const peerId = this.#peers.hold(memberId);
    if (peerId !== undefined) channel.seen.set(memberId, peerId);
    return peerId;
  }

  /** The id of a member that is told to be gone, undefined when nobody saw it. */
  forget(channel: Channel, memberId: string): number | undefined {
    const peerId = channel.seen.get(memberId);
    if (peerId === undefined) return undefined;
    channel.seen.delete(memberId);
    this.#peers.drop(memberId);
    return peerId;
  }

  #open(room: RoomInfo): Channel | undefined {
    const id = this.#pool.take();
    if (id === undefined) return undefined;
    const channel = { id, room, own: new Set<string>(), seen: new Map<string, number>() };
    this.#byId.set(id, channel);
    this.#byRoom.set(room.id, channel);
    return channel;
  }
}
