/** The vetoes: each is asked, its reason reaches who asked, and a hook that fails takes nothing down with it. */

import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type HookPoint, type Hooks, hookPoints, type Verdict } from '../../../server/hub/hooks.js';
import type { Denial } from '../../../server/hub/hub-types.js';
import { codeOf, denialOf, fine, HubWorld } from './hub-world.js';

/** Members 1 (owner) and 2 in room red, member 3 identified and without a name. */
function worldWith(hooks: Hooks = {}): HubWorld {
  const world = new HubWorld();
  for (const id of ['1', '2']) world.arrive(id, `name ${id}`);
  world.enter('red', '1', '2');
  world.arrive('3');
  world.events.length = 0;
  world.hub.addPlugin({ name: 'guard', hooks });
  return world;
}

const content = { value: 'hi' };

/** For each hook what brings it up, in the world above, and what it is asked. */
const asked: {
  readonly [Point in HookPoint]: [(world: HubWorld) => { denied?: Denial | undefined }, object];
} = {
  connect: [
    ({ hub }) => hub.connect({ id: '4', gateway: 'lace', address: '10.1.2.3', nowMs: 0 }),
    { id: '4', gateway: 'lace', address: '10.1.2.3' },
  ],
  login: [
    (world) => world.hub.login(world.ask('3'), { name: 'Ann', role: 'guest' }),
    { member: { id: '3', name: undefined }, name: 'Ann', role: 'guest' },
  ],
  rename: [(world) => world.hub.rename(world.ask('1'), 'Ann'), { member: { id: '1' }, name: 'Ann' }],
  join: [
    (world) => world.hub.join(world.ask('3'), 'blue', { isHidden: true }),
    { member: { id: '3' }, room: 'blue', isNew: true, isHidden: true, closesWithOwner: false },
  ],
  leave: [(world) => world.hub.leave(world.ask('1'), 'red'), { member: { id: '1' }, room: 'red' }],
  list: [(world) => world.hub.list(world.ask('3')), { member: { id: '3' } }],
  roomMessage: [
    (world) => world.hub.sendToRoom(world.ask('1'), { room: 'red', content }),
    { member: { id: '1' }, room: 'red', what: 'message', content },
  ],
  privateMessage: [
    (world) => world.hub.sendPrivate(world.ask('1'), { to: '2', content }),
    { member: { id: '1' }, to: { id: '2' }, room: undefined, content },
  ],
  kick: [
    (world) => world.hub.kick(world.ask('1'), 'red', '2'),
    { member: { id: '1' }, room: 'red', target: { id: '2' } },
  ],
};

const rows = hookPoints.map((point) => [point, ...asked[point]] as const);

const noting = (order: string[], name: string, verdict: Verdict) => () => {
  order.push(name);
  return verdict;
};

/** What is the same after a denial. */
const stateOf = ({ hub }: HubWorld) => ({
  sizes: hub.sizes,
  members: ['1', '2', '3', '4'].map((id) => [hub.member(id), hub.roomsOf(id)]),
});

describe.each(rows)('the hook %s', (point, act, question) => {
  it('is asked once, with what it is about, and what it lets pass is done', () => {
    const questions: object[] = [];
    const world = worldWith({ [point]: (about: object) => void questions.push(about) });
    expect(codeOf(act(world))).toBeUndefined();
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatchObject(question);
  });

  it('denies with a reason that reaches who asked, and nothing else happens', () => {
    const world = worldWith({ [point]: () => ({ deny: 'not on a Sunday' }) });
    const before = stateOf(world);
    expect(denialOf(act(world))).toEqual({ code: 'denied', reason: 'not on a Sunday' });
    expect([stateOf(world), world.take(), world.events]).toEqual([before, [], []]);
  });

  it('that throws is named, denies, and does not take the hub down', () => {
    const world = worldWith({
      [point]: () => {
        throw new Error('no such file');
      },
    });
    const before = stateOf(world);
    const reason = `denied: the hook ${point} of guard failed`;
    expect(denialOf(act(world))).toEqual({ code: 'hook_failed', reason });
    expect([stateOf(world), world.take()]).toEqual([before, []]);
    const text = 'no such file';
    expect(world.events).toEqual([
      { type: 'error', source: `hook ${point} of guard`, text, memberId: undefined },
    ]);
  });

  it('may disconnect whom it is asked about', () => {
    const world = worldWith();
    const question = (about: object) => {
      const id = 'member' in about ? (about.member as { id: string }).id : '4';
      world.hub.disconnect(id, 'thrown out');
      return undefined;
    };
    world.hub.addPlugin({ name: 'bouncer', hooks: { [point]: question } });
    const { denied } = act(world);
    // A connect has nobody to throw out yet; a list has nothing that could go wrong.
    if (point === 'connect' || point === 'list') return expect(denied).toBeUndefined();
    expect(['not_connected', 'not_in_room', 'member_unknown']).toContain(denied?.code);
    expect(world.hub.sizes).toMatchObject({ members: 2, visitorsRooms: 1 });
    return undefined;
  });
});

describe('hooks', () => {
  it('are asked in the order in which they were added, until one denies', () => {
    const order: string[] = [];
    const world = worldWith();
    const answers: [string, Verdict][] = [
      ['first', undefined],
      ['second', { deny: 'second says no' }],
      ['third', { deny: 'third says no' }],
    ];
    for (const [name, verdict] of answers)
      world.hub.addPlugin({ name, hooks: { list: noting(order, name, verdict) } });
    expect(denialOf(world.hub.list(world.ask('1')))?.reason).toBe('second says no');
    expect(order).toEqual(['first', 'second']);
  });

  it.each([false, true, null, 'no', {}, { deny: 5 }])(
    'that give %j, which is no verdict, deny and are named',
    (given) => {
      const world = worldWith({ list: () => given as unknown as Verdict });
      expect(codeOf(world.hub.list(world.ask('1')))).toBe('hook_failed');
      expect(world.events).toMatchObject([{ type: 'error', source: 'hook list of guard' }]);
    },
  );

  it('that give a promise deny, and when it fails nobody falls', async () => {
    const world = worldWith({ list: async () => Promise.reject(new Error('too late')) } as unknown as Hooks);
    expect(codeOf(world.hub.list(world.ask('1')))).toBe('hook_failed');
    await setImmediate();
    expect(world.events.map((event) => event.type === 'error' && event.text)).toContain('too late');
  });

  it('that deny without a reason are named in its place', () => {
    const world = worldWith({ list: () => ({ deny: '' }) });
    expect(denialOf(world.hub.list(world.ask('1')))?.reason).toBe('denied by the hook list of guard');
  });

  it('may ask the hub themselves, and going round for ever ends in a denial', () => {
    const world = new HubWorld({ limits: { messages: { burst: 50, perS: 1 } } });
    world.arrive('1', 'Ann');
    const deep = () => {
      const { denied } = world.hub.list(world.ask('1'));
      return denied && { deny: denied.reason };
    };
    world.hub.addPlugin({ name: 'mirror', hooks: { list: deep } });
    expect(denialOf(world.hub.list(world.ask('1')))?.reason).toContain('too many messages');
    expect(world.hub.sizes).toMatchObject({ members: 1 });
  });

  it.each([
    ['a connect', 'id_taken'],
    ['a login', 'already_logged_in'],
    ['a join', 'already_in_room'],
    ['a room’s variable', 'variables_full'],
    ['a room’s variable after leaving', 'not_in_room'],
    ['a variable', 'variables_full'],
    ['a variable after leaving the hub', 'not_connected'],
  ])('that do the same themselves leave nothing to do twice: %s', (what, code) => {
    const world = new HubWorld({ limits: { maxVariables: 1 } });
    const { hub } = world;
    world.arrive('1');
    world.enter('red', '1');
    const ask = world.ask('1');
    const arrival = { id: '2', gateway: 'lace', address: '', nowMs: 0 };
    const setRoom = (name: string) =>
      hub.changeRoomVariable(ask, { room: 'red', wish: { kind: 'set', name, value: 1 } });
    const acts: Record<string, [HookPoint, () => { denied?: Denial | undefined }, () => unknown]> = {
      'a connect': ['connect', () => hub.connect(arrival), () => hub.connect(arrival)],
      'a login': [
        'login',
        () => hub.login(ask, { name: 'Ann', role: 'guest' }),
        () => hub.login(ask, { name: 'Bob', role: 'guest' }),
      ],
      'a join': ['join', () => hub.join(ask, 'blue'), () => hub.join(ask, 'blue')],
      'a room’s variable': ['roomMessage', () => setRoom('a'), () => setRoom('b')],
      'a room’s variable after leaving': ['roomMessage', () => setRoom('a'), () => hub.leave(ask, 'red')],
      'a variable': [
        'roomMessage',
        () => hub.setOwnVariables(ask, { a: 1 }),
        () => hub.setOwnVariables(ask, { b: 1 }),
      ],
      'a variable after leaving the hub': [
        'roomMessage',
        () => hub.setOwnVariables(ask, { a: 1 }),
        () => hub.disconnect('1', 'gone'),
      ],
    };
    const [point, act, same] = acts[what] ?? ['list', () => ({}), () => undefined];
    let isInside = false;
    const once = () => {
      if (!isInside) {
        isInside = true;
        same();
      }
      return undefined;
    };
    hub.addPlugin({ name: 'double', hooks: { [point]: once } });
    expect(codeOf(act())).toBe(code);
  });

  it('judge variables as they judge messages', () => {
    const seen: unknown[] = [];
    const world = worldWith({
      roomMessage: ({ what, room, content: { topic, value } }) => {
        seen.push([what, room, topic, value]);
        return { deny: 'hands off' };
      },
    });
    const wish = { kind: 'set', name: 'v', value: 1 } as const;
    expect(codeOf(world.hub.changeRoomVariable(world.ask('1'), { room: 'red', wish }))).toBe('denied');
    expect(codeOf(world.hub.setOwnVariables(world.ask('1'), { x: 2 }))).toBe('denied');
    expect(seen).toEqual([
      ['variable', 'red', 'v', 1],
      ['variable', 'red', undefined, { x: 2 }],
    ]);
    expect([world.take(), world.hub.variablesOf('1', '1')]).toEqual([[], []]);
  });

  it('are not asked about drones, nor when somebody is put out or cut off', () => {
    const deny = () => ({ deny: 'no' });
    const world = worldWith({ connect: deny, login: deny, join: deny, leave: deny, rename: deny });
    world.hub.fleet.setDrone({ id: 'd', name: 'c1', rooms: ['group'] });
    world.hub.fleet.setDrone({ id: 'd', name: 'c2', rooms: ['other'] });
    fine(world.hub.kick(world.ask('1'), 'red', '2'));
    world.hub.disconnect('1', 'gone');
    expect(world.hub.roomsOf('d').map(({ name }) => name)).toEqual(['other']);
    expect(world.hub.sizes).toMatchObject({ visitorsRooms: 0 });
  });
});

describe('who listens to the hub', () => {
  it('and throws is named to the others, at once and later', async () => {
    const world = new HubWorld();
    const heard: string[] = [];
    world.hub.listen('broken', ({ type }) => {
      heard.push(type);
      throw new Error('disk full');
    });
    world.hub.listen('slow', async () => Promise.reject(new Error('also full')));
    fine(world.hub.connect({ id: '1', gateway: 'x', address: '', nowMs: 0 }));
    await setImmediate();
    const errors = world.events.flatMap((event) =>
      event.type === 'error' ? [[event.source, event.text]] : [],
    );
    expect(errors).toContainEqual(['listener of broken', 'disk full']);
    expect(errors).toContainEqual(['listener of slow', 'also full']);
    expect(world.hub.member('1')).toBeDefined();
    // Of the other's failure, and not of its own.
    expect(heard).toEqual(['connected', 'error']);
  });

  it('hears what gateways report', () => {
    const world = new HubWorld();
    world.hub.reportError('cloud', 'bad JSON', '1');
    expect(world.events).toEqual([{ type: 'error', source: 'cloud', text: 'bad JSON', memberId: '1' }]);
  });
});
