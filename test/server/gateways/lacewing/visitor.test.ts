/** A client of the Lacewing gateway that is held back: without sockets, on a clock of the test's. */
import { describe, expect, it } from 'vitest';
import {
  encodeClientMessage,
  LacewingDecoder,
  LacewingDoor,
  makeContent,
  nextServerMessage,
} from '../../../../lib/protocols/lacewing/index.js';
import { ChannelBook } from '../../../../server/gateways/lacewing/channel-book.js';
import { Crossing } from '../../../../server/gateways/lacewing/crossing.js';
import { Packer } from '../../../../server/gateways/lacewing/packer.js';
import { PeerIds } from '../../../../server/gateways/lacewing/peer-ids.js';
import { LacewingVisitor } from '../../../../server/gateways/lacewing/visitor.js';
import { Switchboard } from '../../../../server/gateways/switchboard.js';
import type { HubConfig } from '../../../../server/hub/policies.js';
import { FakeClock } from '../../../support/fake-clock.js';

function setUp(config: HubConfig) {
  const clock = new FakeClock();
  const board = new Switchboard(clock, config);
  const peers = new PeerIds();
  const channels = new ChannelBook(peers);
  const crossing = new Crossing();
  const house = {
    ...{ board, clock, peers, channels, crossing },
    door: new LacewingDoor({ clock, ids: peers }),
    packer: new Packer({ channels, crossing }),
    rules: { welcome: undefined, channelListing: true, masterRights: true },
  };
  const done: string[] = [];
  const decoder = new LacewingDecoder();
  const visitor = new LacewingVisitor(house, 'lacewing:1', {
    address: '192.0.2.7',
    write: (bytes) => decoder.push(bytes),
    blast: () => undefined,
    end: () => done.push('end'),
    pause: () => done.push('pause'),
    resume: () => done.push('resume'),
    closed: (reason) => done.push(`closed: ${reason}`),
  });
  const say = (...messages: Parameters<typeof encodeClientMessage>[0][]) =>
    visitor.push(Buffer.concat(messages.map(encodeClientMessage)));
  const texts: unknown[] = [];
  board.hub.listen('test', (event) => {
    if (event.type === 'message') texts.push(event.content.value);
  });
  visitor.push(Uint8Array.of(0));
  say(
    { type: 'connect', revision: 'revision 3' },
    { type: 'setName', name: 'ann' },
    { type: 'joinChannel', name: 'room', isHidden: false, isAutoClose: false },
  );
  const answers = () => {
    const told: string[] = [];
    for (let next = nextServerMessage(decoder); next; next = nextServerMessage(decoder)) told.push(next.type);
    return told;
  };
  return { answers, clock, board, visitor, say, texts, done, house };
}

const text = (value: string) => ({
  ...({ type: 'channelMessage', channelId: 0, content: makeContent(value) } as const),
});

describe('a client that asks too much', () => {
  it('is not read until it may go on, in order, and is not taken for dead meanwhile', async () => {
    const { clock, say, texts, done } = setUp({ limits: { messages: { burst: 4, perS: 0.05 } } });
    say(text('one'), text('two'), text('three'), { type: 'pong' });
    expect(texts).toEqual(['one']);
    expect(done).toEqual(['pause']);
    // Pings at 5 s, whose answer waits behind the rest, and 10 s for it.
    await clock.advance(19_000);
    expect(done).toEqual(['pause']);
    await clock.advance(1000);
    expect(texts).toEqual(['one', 'two']);
    await clock.advance(20_000);
    expect(texts).toEqual(['one', 'two', 'three']);
    expect(done.filter((each) => each.startsWith('closed'))).toEqual([]);
  });

  it('gets its answer later, and no denial before', async () => {
    const { answers, clock, say } = setUp({ limits: { messages: { burst: 4, perS: 0.25 } } });
    say({ type: 'listChannels' }, { type: 'listChannels' });
    expect(answers()).toEqual(['connectAccepted', 'nameAccepted', 'channelJoined', 'channelList']);
    await clock.advance(3990);
    expect(answers()).toEqual([]);
    await clock.advance(10);
    expect(answers()).toEqual(['channelList']);
  });

  it('asks nothing more once it is gone', async () => {
    const { board, clock, house, say, texts, visitor, done } = setUp({
      limits: { messages: { burst: 4, perS: 0.05 } },
    });
    say(text('one'), text('two'));
    visitor.end('the client left');
    await clock.advance(60_000);
    expect(texts).toEqual(['one']);
    expect(done).toEqual(['pause', 'end', 'closed: the client left']);
    expect([board.hub.sizes.members, house.channels.size, house.peers.size]).toEqual([0, 0, 0]);
  });
});
