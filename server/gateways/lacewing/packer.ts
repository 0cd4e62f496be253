/**
 * What the hub delivers as messages of the protocol: encoded once for all who get it. Sees who comes and goes in the
 * channels. Knows no session.
 */
import {
  type LacewingDelivery,
  type LacewingPacket,
  makeContent,
  packDelivery,
} from '../../../lib/protocols/lacewing/index.js';
import type { Delivery, PresenceDelivery, VariableChange } from '../../hub/deliveries.js';
import type { HubValue, Member } from '../../hub/hub-types.js';
import type { Channel, ChannelBook } from './channel-book.js';
import { type Crossing, jsonText, peerName } from './crossing.js';

/** Where variables are told of a channel: of its members, and of the channel itself. */
const variableSubchannels = { members: 1, channel: 2 } as const;

export type Packed = {
  readonly packet: LacewingPacket;
  /** A datagram will do. */
  readonly isLossy: boolean;
};

type Values = Readonly<Record<string, HubValue>>;

export type PackerOptions = { readonly channels: ChannelBook; readonly crossing: Crossing };

/** Whom a delivery goes to: the channels that it is in, in the order it joined them. */
export type Receiver = { readonly memberId: string; readonly channels: Iterable<number> };

export class Packer {
  readonly #channels: ChannelBook;
  readonly #crossing: Crossing;
  /** By channel; −1 is none. */
  readonly #packed = new WeakMap<Delivery, Map<number, Packed | undefined>>();

  constructor({ channels, crossing }: PackerOptions) {
    this.#channels = channels;
    this.#crossing = crossing;
  }

  /** Undefined: there is nothing to tell this receiver. */
  pack(delivery: Delivery, receiver: Receiver): Packed | undefined {
    const isPerChannel = delivery.type === 'memberVariables';
    const shared = isPerChannel ? this.#shared(delivery.member, receiver) : undefined;
    if (isPerChannel && shared === undefined) return undefined;
    const byChannel = this.#packed.get(delivery) ?? new Map<number, Packed | undefined>();
    const key = shared?.id ?? -1;
    if (byChannel.has(key)) return byChannel.get(key);
    const message = shared === undefined ? this.#messageOf(delivery, receiver) : undefined;
    const made =
      shared !== undefined && isPerChannel ? variablesIn(shared, delivery) : plain(message, delivery);
    byChannel.set(key, made);
    this.#packed.set(delivery, byChannel);
    return made;
  }

  #messageOf(delivery: Delivery, receiver: Receiver): LacewingDelivery | undefined {
    switch (delivery.type) {
      case 'joined':
      case 'renamed':
      case 'left':
        return this.#presence(delivery);
      case 'removed': {
        const channel = this.#channels.byRoom(delivery.room.id);
        return channel && { type: 'channelLeft', channelId: channel.id };
      }
      case 'roomMessage':
        return this.#roomMessage(delivery);
      case 'privateMessage':
        return this.#privateMessage(delivery, receiver);
      case 'roomVariable': {
        const channel = this.#channels.byRoom(delivery.room.id);
        return channel && roomVariables(channel, valuesOf(delivery.change));
      }
      default:
        return undefined;
    }
  }

  #presence(delivery: PresenceDelivery): LacewingDelivery | undefined {
    const { type, room, member } = delivery;
    const channel = this.#channels.byRoom(room.id);
    if (channel === undefined) return undefined;
    const channelId = channel.id;
    if (type === 'left') {
      const peerId = this.#channels.forget(channel, member.id);
      return peerId === undefined ? undefined : { type: 'peerLeft', channelId, peerId };
    }
    const id = this.#channels.see(channel, member.id);
    if (id === undefined) return undefined;
    const peer = { id, name: peerName(member), isMaster: room.ownerId === member.id };
    return { type: 'peer', channelId, peer };
  }

  #roomMessage(delivery: Extract<Delivery, { readonly type: 'roomMessage' }>): LacewingDelivery | undefined {
    const { room, from } = delivery;
    const channel = this.#channels.byRoom(room.id);
    if (channel === undefined) return undefined;
    const content = this.#crossing.fromHub(delivery.content);
    if (from === undefined) return { type: 'serverChannelMessage', channelId: channel.id, content };
    const senderId = channel.seen.get(from.id);
    return senderId === undefined
      ? undefined
      : { type: 'channelMessage', channelId: channel.id, senderId, content };
  }

  /** Of one with whom no channel is shared, which the protocol has no place for, a text of the server tells. */
  #privateMessage(
    delivery: Extract<Delivery, { readonly type: 'privateMessage' }>,
    receiver: Receiver,
  ): LacewingDelivery {
    const { room, from } = delivery;
    const content = this.#crossing.fromHub(delivery.content);
    if (from === undefined) return { type: 'serverMessage', content: { ...content, subchannel: 0 } };
    const channel = room === undefined ? this.#shared(from, receiver) : this.#channels.byRoom(room.id);
    const senderId = channel?.seen.get(from.id);
    if (channel !== undefined && senderId !== undefined)
      return { type: 'peerMessage', channelId: channel.id, senderId, content };
    const told = jsonText({ from: peerName(from), value: delivery.content.value });
    return { type: 'serverMessage', content: makeContent(told) };
  }

  /** The first of the receiver's channels that the member is seen in. */
  #shared(member: Member, receiver: Receiver): Channel | undefined {
    for (const id of receiver.channels) {
      const channel = this.#channels.byId(id);
      if (channel?.seen.has(member.id)) return channel;
    }
    return undefined;
  }
}

function plain(message: LacewingDelivery | undefined, delivery: Delivery): Packed | undefined {
  if (message === undefined) return undefined;
  return {
    packet: packDelivery(message),
    isLossy: 'content' in delivery && delivery.content.isLossy === true,
  };
}

/** Numbers alone change all the time, and the next ones are here soon; a state is told once, and must come. */
function variablesIn(
  channel: Channel,
  { member, changed }: Extract<Delivery, { readonly type: 'memberVariables' }>,
): Packed {
  const isLossy = Object.values(changed).every((value) => typeof value === 'number');
  return { packet: packDelivery(memberVariables(channel, member, changed)), isLossy };
}

/** `{"drone": its name, …}`; of somebody who is no drone `{"peer": …}`. */
export function memberVariables({ id }: Channel, member: Member, values: Values): LacewingDelivery {
  const who = member.role === 'drone' ? { drone: peerName(member) } : { peer: peerName(member) };
  const text = jsonText({ ...who, ...values, ...who });
  const content = makeContent(text, variableSubchannels.members);
  return { type: 'serverChannelMessage', channelId: id, content };
}

/** `{"room": its name, …}`; null: there is no such variable any more. */
export function roomVariables({ id, room }: Channel, values: Values): LacewingDelivery {
  const where = { room: room.name };
  const content = makeContent(jsonText({ ...where, ...values, ...where }), variableSubchannels.channel);
  return { type: 'serverChannelMessage', channelId: id, content };
}

function valuesOf(change: VariableChange): Values {
  if (change.kind === 'renamed') return { renamed: { from: change.name, to: change.to } };
  return { [change.name]: change.kind === 'deleted' ? null : change.value };
}
