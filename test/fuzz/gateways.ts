/**
 * Gateways, one connection an input, over a hub with a fleet in it: whatever comes, nobody acts without a secret, another
 * member stays undisturbed, and nothing is left behind. Knows no socket.
 */
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import {
  defaultLacewingLimits,
  encodeClientMessage,
  type LacewingClientMessage,
  LacewingDoor,
  lacewingFirstByte,
  lacewingRevision,
} from '../../lib/protocols/lacewing/index.js';
import { encodeWevisMessage, WevisUserLimit, wevisProof } from '../../lib/protocols/wevis/index.js';
import { parseCue } from '../../server/gateways/fleet/cues.js';
import { FleetCommands } from '../../server/gateways/fleet/fleet-commands.js';
import { FleetFeed } from '../../server/gateways/fleet/fleet-feed.js';
import { answerFleetMessages } from '../../server/gateways/fleet/fleet-messages.js';
import { ChannelBook } from '../../server/gateways/lacewing/channel-book.js';
import { Crossing } from '../../server/gateways/lacewing/crossing.js';
import { Packer } from '../../server/gateways/lacewing/packer.js';
import { PeerIds } from '../../server/gateways/lacewing/peer-ids.js';
import { LacewingVisitor } from '../../server/gateways/lacewing/visitor.js';
import { Switchboard } from '../../server/gateways/switchboard.js';
import { readFleetDefinitions } from '../../server/gateways/wevis/fleet-schema.js';
import { FrameMaker } from '../../server/gateways/wevis/frames.js';
import { ShowNews } from '../../server/gateways/wevis/show-news.js';
import { showMessage } from '../../server/gateways/wevis/state-messages.js';
import { UserBook } from '../../server/gateways/wevis/users.js';
import { WevisVisitor } from '../../server/gateways/wevis/wevis-visitor.js';
import { FakeFacade } from '../server/gateways/control/support/fake-facade.js';
import { FakeClock } from '../support/fake-clock.js';
import { expectSame, expectThat, type FuzzTarget, inPieces, randomOf, type Verdict } from './target.js';

const address = '127.0.0.1';

/** What guests may do here. */
const cues = [parseCue('red', 'led_fill red=255')];

export class World {
  readonly clock = new FakeClock();
  readonly facade = new FakeFacade('drone-1', 'drone-2');
  readonly board = new Switchboard(this.clock, {
    gateways: {
      wevis: { needsLogin: true, highestRole: 'operator' },
      lacewing: { nameClash: 'folded' },
    },
  });
  readonly #feed: FleetFeed;
  readonly #before: unknown;
  #operators = 0;
  taken = 0;

  constructor() {
    const { board, clock, facade } = this;
    const commands = new FleetCommands({ facade, clock, cues, mayGuestsStop: false });
    board.hub.addPlugin({ name: 'fleet', commands: commands.commands });
    answerFleetMessages(board.hub, commands);
    board.hub.listen('fuzz', (event) => {
      if (event.type === 'login' && event.member.role === 'operator') this.#operators++;
      if (event.type === 'message' || event.type === 'login') this.taken++;
    });
    this.#feed = new FleetFeed({ hub: board.hub, facade, clock, cues: commands.cueNames });
    board.connect(
      { id: 'watcher', gateway: 'watch', address },
      { hear: () => undefined, end: () => undefined },
    );
    board.hub.identify(board.ask('watcher', 1), 'watch');
    board.hub.join(board.ask('watcher', 1), 'show');
    this.#before = board.hub.sizes;
  }

  /** To be called when the visitor has left. `mayAct`: it has shown a secret. */
  check(mayAct: boolean): Verdict {
    const { hub } = this.board;
    this.#feed.close();
    this.board.close();
    expectThat(mayAct || this.#operators === 0, 'somebody became an operator without a secret');
    const done = this.facade.calls.filter(({ action }) => action !== 'led_fill');
    expectThat(
      mayAct || done.length === 0,
      `a guest had done: ${done.map(({ action }) => action).join(' ')}`,
    );
    expectThat(hub.member('watcher') !== undefined, 'another member is gone');
    expectSame(
      hub.roomsOf('watcher').map(({ name }) => name),
      ['show'],
      'its rooms',
    );
    expectSame(hub.sizes, this.#before, 'what the hub keeps');
    return this.taken > 0 ? 'accepted' : 'refused';
  }
}

const salt = 'ab'.repeat(64);

const definitions = readFleetDefinitions({
  text: readFileSync('shows/fleet.wevis', 'utf8'),
  path: 'fleet.wevis',
});

const says = (name: string, fields: { readonly [argument: string]: string | readonly number[] }) =>
  Buffer.from(encodeWevisMessage(definitions.named(name), fields));

const login = (username: string) =>
  says('_login', { username, password: wevisProof(`${username}'s`, salt), version: '' });

const correlation = '';

export const wevis: FuzzTarget = {
  name: 'wevis',
  share: 100,
  corpus: [
    [
      login('guest'),
      says('Join', { room: 'lobby', correlation }),
      says('Say', { room: 'lobby', text: 'é', correlation }),
    ],
    [
      login('guest'),
      says('Cue', { cue: 'red', correlation }),
      says('Tell', { to: 'drone-1', text: '/land', correlation }),
    ],
    [
      login('guest'),
      says('Command', { operation: 'start', drones: 'all', arguments: '{}', correlation: 'x' }),
    ],
    [login('nobody'), says('Say', { room: 'show', text: '/cue red', correlation })],
    [
      login('guest'),
      says('Formation', { room: 'show', sender: '', names: 'a\nb', x: [1, 2], y: [3, 4], z: [5, 6] }),
      says('Leave', { room: 'show', correlation }),
    ],
  ].map((frames) => Buffer.concat(frames)),
  words: [
    '/start',
    '/cue red',
    'lobby',
    'show',
    'drone-1',
    '{"red":1}',
    '\u0007',
    '\u0002\u0000\u0000\u0000',
  ],
  run: (bytes) => {
    const world = new World();
    const { board, clock } = world;
    const frames = new FrameMaker({ definitions, onUnsendable: () => undefined });
    const users = new Map([['guest', { password: "guest's", role: 'viewer' as const }]]);
    const visitor = new WevisVisitor(
      {
        ...{ board, clock, definitions, frames },
        users: new UserBook({ users, definitions, version: undefined }),
        limit: new WevisUserLimit(1),
        news: new ShowNews((values) => frames.bytesOf([showMessage(values)])),
        warn: () => undefined,
      },
      {
        ...{ id: 'fuzzed', address, salt },
        send: () => undefined,
        close: () => undefined,
        pause: () => undefined,
        resume: () => undefined,
      },
    );
    visitor.open();
    for (const piece of inPieces(bytes, randomOf(bytes))) visitor.receive(piece);
    visitor.end();
    return world.check(false);
  },
};

const text = (value: string) => ({ variant: 0, subchannel: 1, isObject: false, data: Buffer.from(value) });

const greet: readonly LacewingClientMessage[] = [
  { type: 'connect', revision: lacewingRevision },
  { type: 'setName', name: 'ann' },
  { type: 'joinChannel', name: 'show', isHidden: false, isAutoClose: false },
];

const lacewingTalks: readonly (readonly LacewingClientMessage[])[] = [
  [...greet, { type: 'channelMessage', channelId: 0, content: text('/cue red') }],
  [...greet, { type: 'peerMessage', channelId: 0, peerId: 1, content: text('/land') }],
  [...greet, { type: 'listChannels' }, { type: 'serverMessage', content: text('hello') }],
  [
    ...greet,
    { type: 'joinChannel', name: 'lobby', isHidden: true, isAutoClose: true },
    { type: 'channelMaster', channelId: 1, action: 0, peerId: 0 },
    { type: 'setName', name: 'bob' },
    { type: 'leaveChannel', channelId: 0 },
    { type: 'pong' },
  ],
];

export const lacewing: FuzzTarget = {
  name: 'lacewing',
  share: 100,
  corpus: lacewingTalks.map((talk) =>
    Buffer.concat([Uint8Array.of(lacewingFirstByte), ...talk.map(encodeClientMessage)]),
  ),
  words: [
    '/start',
    '/cue red',
    'lobby',
    'show',
    'revision 3',
    '\u0000\u0002',
    '\u00fe\u00ff\u00ff',
    '\u00ff',
  ],
  run: (bytes) => {
    const world = new World();
    const { board, clock } = world;
    const peers = new PeerIds();
    const channels = new ChannelBook(peers);
    const crossing = new Crossing();
    const visitor = new LacewingVisitor(
      {
        ...{ board, clock, peers, channels, crossing },
        door: new LacewingDoor({ clock, ids: peers, limits: defaultLacewingLimits }),
        packer: new Packer({ channels, crossing }),
        rules: { welcome: undefined, channelListing: true, masterRights: true },
      },
      'lacewing:1',
      {
        address,
        write: () => undefined,
        blast: () => undefined,
        end: () => undefined,
        pause: () => undefined,
        resume: () => undefined,
        closed: () => undefined,
      },
    );
    for (const piece of inPieces(bytes, randomOf(bytes))) visitor.push(piece);
    visitor.end('over');
    expectThat(channels.size === 0, 'a channel without anybody is kept');
    return world.check(false);
  },
};
