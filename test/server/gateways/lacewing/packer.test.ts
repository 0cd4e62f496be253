/** Contents and deliveries on their way to Lacewing clients. */
import { describe, expect, it } from 'vitest';
import { ChannelBook } from '../../../../server/gateways/lacewing/channel-book.js';
import { Crossing, jsonText } from '../../../../server/gateways/lacewing/crossing.js';
import { Packer } from '../../../../server/gateways/lacewing/packer.js';
import { PeerIds } from '../../../../server/gateways/lacewing/peer-ids.js';
import type { Delivery } from '../../../../server/hub/deliveries.js';
import type { HubValue, Member, RoomInfo } from '../../../../server/hub/hub-types.js';

const guest: Omit<Member, 'id'> = {
  ...{ name: 'ann', role: 'guest', gateway: 'lacewing', latencyMs: undefined },
};
const room: RoomInfo = {
  ...{ id: 'r', name: 'room', ownerId: 'a', isHidden: false, closesWithOwner: false, isFleets: false },
};

function setUp() {
  const peers = new PeerIds();
  const channels = new ChannelBook(peers);
  const crossing = new Crossing();
  const packer = new Packer({ channels, crossing });
  const roster = ['a', 'b', 'c'].map((id) => ({ ...guest, id }));
  channels.enter(room, 'a', roster);
  channels.enter(room, 'b', roster);
  const to = (memberId: string, ...ids: number[]) => ({ memberId, channels: ids });
  return { channels, crossing, packer, roster, to };
}

describe('a delivery', () => {
  it('is encoded once for all who get it', () => {
    const { packer, to } = setUp();
    const from = { ...guest, id: 'c' };
    const content = { value: 'hi' };
    const delivery: Delivery = { type: 'roomMessage', room, from, content, correlation: undefined };
    const [first, second] = [packer.pack(delivery, to('a', 0)), packer.pack(delivery, to('b', 0))];
    expect(first).toBeDefined();
    expect(second).toBe(first);
    expect(second?.packet.bytes()).toBe(first?.packet.bytes());
    expect(second?.packet.datagram()).toBe(first?.packet.datagram());
  });

  it('of variables is encoded once for each channel that it comes by', () => {
    const { channels, packer, roster, to } = setUp();
    channels.enter({ ...room, id: 's', name: 'other' }, 'b', roster);
    const [, , drone] = roster;
    if (drone === undefined) throw new Error('there is no drone');
    const delivery = { type: 'memberVariables', member: drone, changed: { x: 1 } } as const;
    const [a, b, alsoA] = [to('a', 0), to('b', 1, 0), to('c', 0)].map((each) => packer.pack(delivery, each));
    expect(alsoA).toBe(a);
    expect([a, b].map((each) => each?.packet.message)).toMatchObject([{ channelId: 0 }, { channelId: 1 }]);
    expect(packer.pack(delivery, to('d'))).toBeUndefined();
  });

  it('that somebody has left gives the id away, and is told to all the same', () => {
    const { channels, packer, to } = setUp();
    const member = { ...guest, id: 'c' };
    const delivery = { type: 'left', room, member, cause: 'left' } as const;
    const told = [packer.pack(delivery, to('a', 0)), packer.pack(delivery, to('b', 0))];
    expect(told.map((each) => each?.packet.message)).toEqual([
      { type: 'peerLeft', channelId: 0, peerId: 2 },
      { type: 'peerLeft', channelId: 0, peerId: 2 },
    ]);
    expect(channels.byId(0)?.seen.has('c')).toBe(false);
    expect(packer.pack({ ...delivery }, to('a', 0))).toBeUndefined();
  });

  it('of a room that no client is in, and one of no concern here, is nothing', () => {
    const { packer, to } = setUp();
    const elsewhere = { ...room, id: 'nowhere' };
    const member = { ...guest, id: 'c' };
    expect(packer.pack({ type: 'joined', room: elsewhere, member }, to('a', 0))).toBeUndefined();
    expect(packer.pack({ type: 'changed', room, member }, to('a', 0))).toBeUndefined();
  });
});

describe('JSON of the hub', () => {
  it('is told however deep others nest it', () => {
    let deep: HubValue = 'core';
    for (let depth = 0; depth < 200_000; depth++) deep = [deep];
    expect(jsonText(deep)).toBe(`${'['.repeat(64)}null${']'.repeat(64)}`);
  });

  it('keeps a key that is none of its own, and counts what is no JSON of a plugin', () => {
    const value = JSON.parse('{"__proto__":1}') as HubValue;
    expect(jsonText(value)).toBe('{"__proto__":1}');
    expect(jsonText({ big: 12n as unknown as HubValue })).toBe('{"big":"12"}');
  });
});

describe('a content', () => {
  it('of another gateway keeps a topic that is a subchannel, and loses one that is none', () => {
    const { crossing } = setUp();
    const topics = [255, 256, -1, 1.5, 'chat', undefined];
    const subchannels = topics.map((topic) => {
      const content = topic === undefined ? { value: 'hi' } : { topic, value: 'hi' };
      return crossing.fromHub(content).subchannel;
    });
    expect(subchannels).toEqual([255, 0, 0, 0, 0, 0]);
  });
});
