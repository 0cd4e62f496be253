import { describe, expect, it } from 'vitest';
import {
  WevisDecoder,
  type WevisFields,
  WevisUserLimit,
  wevisProof,
} from '../../../../lib/protocols/wevis/index.js';
import { Switchboard } from '../../../../server/gateways/switchboard.js';
import { FrameMaker } from '../../../../server/gateways/wevis/frames.js';
import { ShowNews } from '../../../../server/gateways/wevis/show-news.js';
import { showMessage } from '../../../../server/gateways/wevis/state-messages.js';
import { UserBook } from '../../../../server/gateways/wevis/users.js';
import { type WevisHouse, WevisVisitor } from '../../../../server/gateways/wevis/wevis-visitor.js';
import type { HubLimits } from '../../../../server/hub/policies.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { fleetDefinitions, frame } from './support/wevis-rig.js';

const salt = '5a'.repeat(64);

/** A house whose connections are in the hands of the test. */
function makeHouse(limits: Partial<HubLimits> = {}) {
  const clock = new FakeClock();
  const board = new Switchboard(clock, {
    limits,
    gateways: { wevis: { needsLogin: true, highestRole: 'operator' } },
  });
  const encoded: number[] = [];
  const user = { password: 'secret', role: 'operator' } as const;
  const frames = new FrameMaker({ definitions: fleetDefinitions, onUnsendable: () => undefined });
  const house: WevisHouse = {
    ...{ board, clock, definitions: fleetDefinitions, frames },
    users: new UserBook({
      ...{
        users: new Map([
          ['ann', user],
          ['bob', user],
        ]),
        definitions: fleetDefinitions,
        version: undefined,
      },
    }),
    limit: new WevisUserLimit(),
    news: new ShowNews((values) => {
      encoded.push(values.size);
      return frames.bytesOf([showMessage(values)]);
    }),
    warn: () => undefined,
  };
  return { clock, board, house, encoded };
}

function enter(house: WevisHouse, user: string) {
  const wire = new WevisDecoder(fleetDefinitions);
  const pieces: Uint8Array[] = [];
  const link = { isPaused: false, isClosed: false };
  const visitor = new WevisVisitor(house, {
    ...{ id: `wevis:${user}`, address: '127.0.0.1', salt },
    send: (bytes) => {
      pieces.push(bytes);
      wire.push(bytes);
    },
    close: () => {
      link.isClosed = true;
    },
    pause: () => {
      link.isPaused = true;
    },
    resume: () => {
      link.isPaused = false;
    },
  });
  visitor.open();
  visitor.receive(frame('_login', { username: user, password: wevisProof('secret', salt), version: '' }));
  const sent = () => {
    const messages: [string, WevisFields][] = [];
    for (let message = wire.next(); message; message = wire.next())
      messages.push([message.name, message.fields]);
    return messages;
  };
  sent();
  pieces.length = 0;
  return { visitor, sent, pieces, link };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a visitor of the wevis gateway', () => {
  it('hears of one change of the show once, whole, however many parts it has, in the bytes that all others get', async () => {
    const { board, house, encoded } = makeHouse();
    const [ann, bob] = [enter(house, 'ann'), enter(house, 'bob')];
    ann.sent();
    ann.pieces.length = 0;
    board.hub.fleet.setRoomVariables('show', { phase: 'running', total: 5, ready: 4 });
    await settled();
    expect(ann.sent()).toMatchObject([['Show', { phase: 'running', total: 5, ready: 4, armed: -1 }]]);
    expect(ann.pieces).toHaveLength(1);
    expect(bob.pieces[0]).toBe(ann.pieces[0]);
    expect(encoded).toEqual([3]);
    board.hub.fleet.setRoomVariables('show', { phase: 'idle' });
    await settled();
    expect(bob.sent()).toMatchObject([
      ['Show', { phase: 'running' }],
      ['Show', { phase: 'idle', total: 5 }],
    ]);
  });

  it('knows the show as it is when it comes, though nobody heard how it became so', async () => {
    const { board, house } = makeHouse();
    enter(house, 'ann').visitor.end();
    board.hub.fleet.setRoomVariables('show', { phase: 'loaded', total: 2 });
    enter(house, 'bob');
    board.hub.fleet.setRoomVariables('show', { total: 3 });
    const { sent } = enter(house, 'ann');
    board.hub.fleet.setRoomVariables('show', { ready: 1 });
    await settled();
    expect(sent()).toMatchObject([['Show', { phase: 'loaded', total: 3, ready: 1 }]]);
  });

  it('gets one Drone for one delivery, with all that is known, in the bytes that all others get', () => {
    const { board, house } = makeHouse();
    const [ann, bob] = [enter(house, 'ann'), enter(house, 'bob')];
    ann.pieces.length = 0;
    board.hub.together(() => {
      board.hub.fleet.setDrone({ id: 'drone:d', name: 'd', rooms: ['show', 'left'] });
      board.hub.fleet.setDroneVariables('drone:d', { x: 1, y: 2 });
    });
    board.hub.fleet.setDroneVariables('drone:d', { x: 3 });
    expect(bob.sent()).toMatchObject([
      ['Entered', { member: 'd' }],
      ['Drone', { x: 1, y: 2 }],
      ['Drone', { x: 3, y: 2 }],
    ]);
    expect(bob.pieces.every((piece, index) => piece === ann.pieces[index])).toBe(true);
  });

  it('is told what it may not, with the words of the hub', () => {
    const { board, house } = makeHouse();
    const { visitor, sent } = enter(house, 'ann');
    enter(house, 'bob');
    sent();
    board.hub.addPlugin({ name: 'quiet', hooks: { roomMessage: () => ({ deny: 'Silence, please.' }) } });
    visitor.receive(frame('Say', { room: 'show', text: 'hi', correlation: '1' }));
    visitor.receive(frame('Say', { room: 'nowhere', text: 'hi', correlation: '2' }));
    visitor.receive(frame('Tell', { to: 'eve', text: 'hi', correlation: '3' }));
    visitor.receive(frame('Join', { room: 'show', correlation: '4' }));
    visitor.receive(frame('Leave', { room: 'nowhere', correlation: '5' }));
    visitor.receive(
      frame('Formation', { room: 'show', sender: '', names: 'a', x: [1, 2], y: [1, 2], z: [1, 2] }),
    );
    visitor.receive(frame('Command', { operation: 'x', drones: '', arguments: '{', correlation: '7' }));
    visitor.receive(frame('Say', { room: 'show', text: 'x'.repeat(1024 * 1024 - 64), correlation: '8' }));
    expect(
      sent().map(([name, { correlation, ok, code, text }]) => [name, correlation, ok, code, text]),
    ).toEqual([
      ['Answer', '1', 0, 'denied', 'Silence, please.'],
      ['Answer', '2', 0, 'not_in_room', 'not in the room "nowhere"'],
      ['Answer', '3', 0, 'member_unknown', 'no member eve in reach'],
      ['Answer', '4', 0, 'already_in_room', 'in the room "show" already'],
      ['Answer', '5', 0, 'not_in_room', 'not in the room "nowhere"'],
      ['Answer', '', 0, 'bad_arguments', expect.stringMatching(/^a formation of 2 x, 2 y, 2 z and 1 names/)],
      ['Answer', '7', 0, 'bad_arguments', 'arguments: JSON is expected, such as {"red": 255}'],
      ['Answer', '8', 0, 'too_large', expect.stringMatching(/bytes in one message: at most 1044480/)],
    ]);
  });

  it('is told the variables of rooms and of members, those that are there and those that change', () => {
    const { board, house } = makeHouse();
    const [ann, bob] = [enter(house, 'ann'), enter(house, 'bob')];
    ann.visitor.receive(frame('Join', { room: 'stage', correlation: '' }));
    const set = (name: string, value: number) =>
      board.hub.changeRoomVariable(board.ask('wevis:ann', 0), {
        room: 'stage',
        wish: { kind: 'set', name, value },
      });
    set('tempo', 120);
    board.hub.setOwnVariables(board.ask('wevis:ann', 0), { hand: 'up' });
    bob.sent();
    bob.visitor.receive(frame('Join', { room: 'stage', correlation: 'j' }));
    set('tempo', 90);
    board.hub.setOwnVariables(board.ask('wevis:ann', 0), { hand: 'down' });
    expect(bob.sent()).toEqual([
      ['Entered', { room: 'stage', member: 'ann', id: 'wevis:ann', role: 'operator' }],
      ['Variable', { room: '', owner: 'ann', variable: 'hand', was: '', value: '"up"' }],
      ['Variable', { room: 'stage', owner: '', variable: 'tempo', was: '', value: '120' }],
      ['Answer', { correlation: 'j', ok: 1, code: '', text: '' }],
      ['Variable', { room: 'stage', owner: '', variable: 'tempo', was: '', value: '90' }],
      ['Variable', { room: '', owner: 'ann', variable: 'hand', was: '', value: '"down"' }],
    ]);
  });

  it('may end its last name with a line, or give no names, and no arguments', async () => {
    const { board, house } = makeHouse();
    const [ann, bob] = [enter(house, 'ann'), enter(house, 'bob')];
    const given: unknown[] = [];
    board.hub.addPlugin({
      name: 'fleet',
      commands: [
        {
          definition: {
            name: 'operate',
            about: 'Acts.',
            role: 'operator',
            args: { operation: 'str', drones: 'str', arguments: 'json' },
          },
          run: ({ args }) => void given.push(args.arguments),
        },
      ],
    });
    bob.sent();
    for (const names of ['a\nb\n', ''])
      ann.visitor.receive(
        frame('Formation', { room: 'show', sender: '', names, x: [1, 2], y: [1, 2], z: [1, 2] }),
      );
    ann.visitor.receive(frame('Command', { operation: 'x', drones: '', arguments: ' ', correlation: '' }));
    await settled();
    expect(given).toEqual([{}]);
    expect(bob.sent()).toMatchObject([
      ['Formation', { names: 'a\nb' }],
      ['Formation', { names: '' }],
    ]);
  });

  it('can not use a word that is switched off', () => {
    const { board, house } = makeHouse();
    const { visitor, sent } = enter(house, 'ann');
    board.hub.switchCommand('Say', false, 'wevis');
    visitor.receive(frame('Say', { room: 'show', text: 'hi', correlation: '1' }));
    expect(sent()).toMatchObject([
      ['Answer', { ok: 0, code: 'command_disabled', text: 'the command "Say" is switched off' }],
    ]);
  });

  it('tells one of several of a name by the id', () => {
    const { board, house } = makeHouse();
    const { visitor, sent } = enter(house, 'ann');
    enter(house, 'bob');
    for (const id of ['a', 'b']) {
      board.connect({ id, gateway: 'wevis', address: '' }, { hear: () => undefined, end: () => undefined });
      board.hub.identify(board.ask(id, 0), 'wevis');
      board.hub.login(board.ask(id, 0), { name: 'eve', role: 'guest' });
    }
    const heard: unknown[] = [];
    board.hub.listen('ear', (event) => {
      if (event.type === 'message') heard.push(event.to?.id);
    });
    sent();
    visitor.receive(frame('Tell', { to: 'eve', text: 'hi', correlation: '1' }));
    expect(sent()).toMatchObject([
      ['Answer', { code: 'name_ambiguous', text: '2 are called "eve": tell one of a, b' }],
    ]);
    visitor.receive(frame('Tell', { to: 'b', text: 'hi', correlation: '1' }));
    expect([heard, sent()]).toEqual([['b'], []]);
  });

  it('learns that it was put out of a room, or that the room has closed', () => {
    const { board, house } = makeHouse();
    const [ann, bob] = [enter(house, 'ann'), enter(house, 'bob')];
    for (const { visitor } of [ann, bob]) visitor.receive(frame('Join', { room: 'stage', correlation: '' }));
    ann.sent();
    bob.sent();
    board.hub.kick(board.ask('wevis:ann', 0), 'stage', 'wevis:bob');
    expect(bob.sent()).toMatchObject([
      ['Left', { room: 'stage', member: 'bob', cause: 'kicked', text: 'put out by ann' }],
    ]);
    ann.sent();
    board.hub.fleet.openRoom('stage');
    expect(ann.sent()).toMatchObject([['Left', { room: 'stage', member: 'ann', cause: 'closed' }]]);
  });

  it.each([
    ['pongs', () => frame('_pong')],
    ['empty frames', () => new Uint8Array(4)],
    ['pings', () => frame('_ping')],
  ])('is not read any more when it floods with %s, and is again later', async (_what, make) => {
    const { house, clock } = makeHouse({
      messages: { burst: 20, perS: 10 },
      maxMessageBytes: 4000,
      bytes: { burst: 4000, perS: 1000 },
    });
    const { visitor, link } = enter(house, 'ann');
    const flood = Buffer.concat(Array.from({ length: 100 }, make));
    for (let chunk = 0; chunk < 50 && !link.isPaused; chunk++) visitor.receive(flood);
    expect(link.isPaused).toBe(true);
    for (let passedMs = 0; link.isPaused && passedMs < 20_000; passedMs += 100) await clock.advance(100);
    expect(link).toEqual({ isPaused: false, isClosed: false });
  });

  it('has its commands counted as well; one that came too fast runs once, later', async () => {
    const { board, house, clock } = makeHouse({ messages: { burst: 3, perS: 1 } });
    const ran: unknown[] = [];
    board.hub.addPlugin({
      name: 'fleet',
      commands: [
        {
          definition: { name: 'cue', about: 'Fires.', role: 'guest', args: { name: 'str' } },
          run: ({ args }) => {
            ran.push(args.name);
            return new Promise<undefined>(() => undefined);
          },
        },
      ],
    });
    const { visitor, link } = enter(house, 'ann');
    visitor.receive(Buffer.concat(['a', 'b', 'c'].map((cue) => frame('Cue', { cue, correlation: '' }))));
    await clock.advance(10);
    expect([ran, link.isPaused]).toEqual([['a'], true]);
    await clock.advance(3000);
    expect([ran, link.isPaused]).toEqual([['a', 'b', 'c'], false]);
  });
});
