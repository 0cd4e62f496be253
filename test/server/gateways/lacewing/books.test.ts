/** The ids of peers and channels: given, kept while somebody sees them, and given again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChannelBook } from '../../../../server/gateways/lacewing/channel-book.js';
import { PeerIds } from '../../../../server/gateways/lacewing/peer-ids.js';
import type { Member, RoomInfo } from '../../../../server/hub/hub-types.js';

const member = (id: string): Member => ({
  ...{ id, name: id, role: 'guest', gateway: 'lacewing', latencyMs: undefined },
});

const room = (id: string): RoomInfo => ({
  ...{ id, name: id, ownerId: undefined, isHidden: false, closesWithOwner: false, isFleets: false },
});

describe('the ids of peers', () => {
  it('are the lowest that are free, for sessions and for others', () => {
    const peers = new PeerIds();
    expect([peers.take(), peers.hold('drone:one'), peers.take()]).toEqual([0, 1, 2]);
    peers.bind(2, 'lacewing:2');
    expect([peers.memberOf(0), peers.memberOf(1), peers.memberOf(2)]).toEqual([
      undefined,
      'drone:one',
      'lacewing:2',
    ]);
    peers.drop('drone:one');
    expect([peers.memberOf(1), peers.take()]).toEqual([undefined, 1]);
  });

  it('of a session are kept while somebody still sees the member', () => {
    const peers = new PeerIds();
    peers.bind(peers.take() ?? -1, 'lacewing:1');
    expect(peers.hold('lacewing:1')).toBe(0);
    peers.release(0);
    expect([peers.memberOf(0), peers.take()]).toEqual(['lacewing:1', 1]);
    peers.drop('lacewing:1');
    expect([peers.memberOf(0), peers.take()]).toEqual([undefined, 0]);
  });

  it('run out at 65,536', () => {
    const peers = new PeerIds();
    for (let count = 0; count < 0x10000; count++) peers.take();
    expect([peers.take(), peers.hold('drone:one')]).toEqual([undefined, undefined]);
    peers.release(300);
    expect(peers.hold('drone:one')).toBe(300);
  });
});

describe('the book of channels', () => {
  it('leaves nothing behind, in whatever order members come, go and lose their sessions', () => {
    const who = fc.constantFrom('a', 'b', 'c', 'drone');
    const where = fc.constantFrom('one', 'two');
    const step = fc.record({ who, where, what: fc.constantFrom('enter', 'leave', 'see', 'forget') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const peers = new PeerIds();
        const channels = new ChannelBook(peers);
        const sessions = ['a', 'b', 'c'].map((id) => {
          const peerId = peers.take() ?? -1;
          peers.bind(peerId, id);
          return peerId;
        });
        for (const { who: id, where: name, what } of steps) {
          const channel = channels.byRoom(name);
          if (what === 'enter' && id !== 'drone')
            channels.enter(room(name), id, [member(id), member('drone')]);
          else if (channel === undefined) continue;
          else if (what === 'leave') channels.leave(channel, id);
          else if (what === 'see') expect(channels.see(channel, id)).toBeDefined();
          else channels.forget(channel, id);
        }
        for (const peerId of sessions) peers.release(peerId);
        for (const name of ['one', 'two'])
          for (const id of ['a', 'b', 'c']) {
            const channel = channels.byRoom(name);
            if (channel !== undefined) channels.leave(channel, id);
          }
        expect([channels.size, peers.size]).toEqual([0, 0]);
      }),
      { numRuns: 200 },
    );
  });

  it('gives a member one id in all channels, and a channel its id until its last client leaves', () => {
    const peers = new PeerIds();
    const channels = new ChannelBook(peers);
    const one = channels.enter(room('one'), 'a', [member('a'), member('drone')]);
    const two = channels.enter(room('two'), 'a', [member('drone'), member('a')]);
    expect([one?.id, two?.id]).toEqual([0, 1]);
    expect(two?.seen).toEqual(new Map([...(one?.seen ?? [])]));
    if (one === undefined) throw new Error('there is no channel');
    channels.leave(one, 'a');
    expect([channels.byId(0), channels.byRoom('one'), channels.hasSpace()]).toEqual([
      undefined,
      undefined,
      true,
    ]);
    expect(channels.enter(room('three'), 'b', [])?.id).toBe(0);
  });
});
