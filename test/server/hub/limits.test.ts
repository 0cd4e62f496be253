/** Limits of the hub: each holds, says so, and lets go again. */

import { describe, expect, it } from 'vitest';
import type { Hub } from '../../../server/hub/hub.js';
import type { Ask, Denial } from '../../../server/hub/hub-types.js';
import { defaultLimits, type HubLimits } from '../../../server/hub/policies.js';
import { TokenBucket } from '../../../server/hub/token-bucket.js';
import { codeOf, denialOf, fine, HubWorld } from './hub-world.js';

type Answer = { denied?: Denial | undefined };
type Act = (world: HubWorld) => Answer;

const arrive =
  (id: string, gateway = 'lace', address = id): Act =>
  ({ hub, nowMs }) =>
    hub.connect({ id, gateway, address, nowMs });
const join =
  (id: string, room: string): Act =>
  (world) =>
    world.hub.join(world.ask(id), room);
const setVariable =
  (name: string, sizeBytes = 1): Act =>
  (world) =>
    world.hub.changeRoomVariable(world.ask('1', { sizeBytes }), {
      room: 'red',
      wish: { kind: 'set', name, value: 0 },
    });
const say =
  (sizeBytes: number): Act =>
  (world) =>
    world.hub.charge(world.ask('1', { sizeBytes })) ?? {};
const goes =
  (id: string): Act =>
  ({ hub }) => {
    hub.disconnect(id, 'gone');
    return {};
  };
const leaves =
  (id: string, room: string): Act =>
  (world) =>
    world.hub.leave(world.ask(id), room);
const rename =
  (id: string, name: string): Act =>
  (world) =>
    world.hub.rename(world.ask(id), name);

const content = { value: 1 };
const wish = { kind: 'set', name: 'v', value: 1 } as const;

/** Everything that a member can ask. */
const questions: Readonly<Record<string, (hub: Hub, ask: Ask) => Answer | Promise<Answer>>> = {
  join: (hub, ask) => hub.join(ask, 'blue'),
  leave: (hub, ask) => hub.leave(ask, 'red'),
  rename: (hub, ask) => hub.rename(ask, 'x'),
  list: (hub, ask) => hub.list(ask),
  send: (hub, ask) => hub.sendToRoom(ask, { room: 'red', content }),
  private: (hub, ask) => hub.sendPrivate(ask, { to: '1', content }),
  variable: (hub, ask) => hub.changeRoomVariable(ask, { room: 'red', wish }),
  own: (hub, ask) => hub.setOwnVariables(ask, { v: 1 }),
  kick: (hub, ask) => hub.kick(ask, 'red', '1'),
  identify: (hub, ask) => hub.identify(ask, 'lace'),
  login: (hub, ask) => hub.login(ask, { name: 'x', role: 'guest' }),
  run: (hub, ask) => hub.run(ask, 'x', {}),
};

/** In a hub where 1 and 2 are in room red: what still passes, what does not, what makes it pass again. */
const rows: readonly [string, Partial<HubLimits>, Act, Act, string, Act][] = [
  ['members', { maxMembers: 3 }, arrive('3'), arrive('4'), 'hub_full', goes('1')],
  [
    'members of an address',
    { maxPerAddress: 2 },
    arrive('3', 'a', 'x'),
    arrive('4', 'a', 'address of 1'),
    '',
    goes('1'),
  ],
  [
    'members of a name',
    { maxPerName: 1 },
    rename('1', 'Ann'),
    rename('2', 'Ann'),
    'name_full',
    rename('1', 'Bob'),
  ],
  ['rooms', { maxRooms: 2 }, join('1', 'blue'), join('2', 'green'), 'rooms_full', leaves('1', 'blue')],
  [
    'rooms of a member',
    { maxRoomsPerMember: 2 },
    join('1', 'a'),
    join('1', 'b'),
    'rooms_full',
    leaves('1', 'a'),
  ],
  [
    'members of a room',
    { maxMembersPerRoom: 3 },
    join('x', 'red'),
    join('y', 'red'),
    'room_full',
    leaves('2', 'red'),
  ],
  [
    'variables',
    { maxVariables: 1 },
    setVariable('a'),
    setVariable('b'),
    'variables_full',
    (world) =>
      world.hub.changeRoomVariable(world.ask('1'), { room: 'red', wish: { kind: 'delete', name: 'a' } }),
  ],
  [
    'bytes of variables',
    { maxVariableBytes: 9 },
    setVariable('a', 9),
    setVariable('b', 1),
    'variables_full',
    setVariable('a', 8),
  ],
];

describe('a limit of', () => {
  it.each(rows)('%s holds, and what goes makes room again', (_, limits, passes, fails, code, release) => {
    const world = new HubWorld({ limits });
    for (const id of ['1', '2']) world.arrive(id, `name ${id}`);
    world.enter('red', '1', '2');
    if (code === 'room_full') for (const id of ['x', 'y']) world.arrive(id);
    if (code === '') fine(arrive('5', 'a', 'address of 1')(world));
    expect(codeOf(passes(world))).toBeUndefined();
    expect(codeOf(fails(world))).toBe(code === '' ? 'address_full' : code);
    expect(codeOf(fails(world))).toBe(code === '' ? 'address_full' : code);
    expect(codeOf(release(world))).toBeUndefined();
    expect(codeOf(fails(world))).toBeUndefined();
  });

  it('members, rooms and names can be each gateway’s own, beside the hub’s', () => {
    const gateways = { small: { limits: { maxMembers: 1, maxRooms: 1, maxPerName: 1 } } };
    const world = new HubWorld({ limits: { maxMembers: 4, maxRooms: 2 }, gateways });
    world.arrive('s', 'Ann', { gateway: 'small' });
    expect(codeOf(arrive('t', 'small')(world))).toBe('hub_full');
    world.arrive('1', 'Ann');
    world.arrive('2', 'Ann');
    expect(codeOf(rename('s', 'Bob')(world))).toBeUndefined();
    expect(codeOf(rename('s', 'Ann')(world))).toBeUndefined();
    expect(
      [join('s', 'a'), join('s', 'b'), join('1', 'a'), join('1', 'b')].map((act) => codeOf(act(world))),
    ).toEqual([undefined, 'rooms_full', undefined, 'rooms_full']);
    world.arrive('3');
    expect(codeOf(arrive('4')(world))).toBe('hub_full');
  });

  it('bytes in a name counts UTF-8, of members, rooms and variables', () => {
    const world = new HubWorld({ limits: { maxNameBytes: 4 } });
    world.arrive('1', 'éé');
    for (const act of [rename('1', 'ééé'), join('1', 'ééé')]) expect(codeOf(act(world))).toBe('bad_name');
    fine(world.hub.join(world.ask('1'), 'red'));
    for (const act of [setVariable('12345'), join('1', '12345')]) expect(codeOf(act(world))).toBe('bad_name');
    expect(codeOf(world.hub.setOwnVariables(world.ask('1'), { '12345': 1 }))).toBe('bad_name');
    fine(setVariable('1234')(world));
    const toLong = { kind: 'rename', name: '1234', to: '12345' } as const;
    expect(codeOf(world.hub.changeRoomVariable(world.ask('1'), { room: 'red', wish: toLong }))).toBe(
      'bad_name',
    );
  });

  it('a member’s own variables holds', () => {
    const world = new HubWorld({ limits: { maxVariables: 2, maxVariableBytes: 50 } });
    world.arrive('1');
    fine(world.hub.setOwnVariables(world.ask('1'), { a: 1, b: 1 }));
    expect(codeOf(world.hub.setOwnVariables(world.ask('1'), { c: 1 }))).toBe('variables_full');
    expect(codeOf(world.hub.setOwnVariables(world.ask('1', { sizeBytes: 51 }), { a: 2 }))).toBe(
      'variables_full',
    );
    fine(world.hub.setOwnVariables(world.ask('1'), { b: 2 }));
  });

  it('one message’s size holds, and what is too large costs nothing', () => {
    const limits = { maxMessageBytes: 100, bytes: { burst: 100, perS: 1 } };
    const world = new HubWorld({ limits });
    world.arrive('1');
    world.nowMs += 100_000;
    expect(denialOf(say(101)(world))?.code).toBe('too_large');
    expect(codeOf(say(100)(world))).toBeUndefined();
    expect(codeOf(say(1)(world))).toBe('too_fast');
  });

  it('messages and bytes a second counts each member by itself, and says how long to wait', () => {
    const limits = {
      messages: { burst: 4, perS: 2 },
      bytes: { burst: 2000, perS: 100 },
      maxMessageBytes: 2000,
    };
    const world = new HubWorld({ limits });
    world.arrive('1');
    world.arrive('2');
    world.nowMs += 60_000;
    for (let index = 0; index < 4; index++) expect(codeOf(say(0)(world))).toBeUndefined();
    expect(denialOf(say(0)(world))).toMatchObject({ code: 'too_fast', retryAfterMs: 500 });
    expect(world.hub.charge(world.ask('2'))).toBeUndefined();
    world.nowMs += 499;
    expect(denialOf(say(0)(world))).toMatchObject({ retryAfterMs: 1 });
    world.nowMs += 1;
    expect(codeOf(say(2000)(world))).toBeUndefined();
    expect(denialOf(say(50)(world))).toMatchObject({ retryAfterMs: 500 });
    expect(denialOf(say(300)(world))).toMatchObject({ retryAfterMs: 3000 });
  });

  it.each(Object.keys(questions))('messages a second counts every question: %s', async (what) => {
    const world = new HubWorld({ limits: { messages: { burst: 2, perS: 0.001 } } });
    world.arrive('1');
    fine(world.hub.join(world.ask('1'), 'red'));
    const outcome = await questions[what]?.(world.hub, world.ask('1'));
    expect(outcome && codeOf(outcome)).toBe('too_fast');
  });

  it.each([
    [{ maxMembers: 0 }, 'hub limits: maxMembers: 0 must be'],
    [{ maxRooms: 1.5 }, 'hub limits: maxRooms: 1.5 must be'],
    [{ identifyMs: Number.NaN }, 'hub limits: identifyMs: NaN must be'],
    [{ messages: { burst: 0, perS: 1 } }, 'hub limits: messages.burst: 0 must be'],
    [{ messages: { burst: 1, perS: 0 } }, 'hub limits: messages.perS: 0 must be'],
    [{ bytes: { burst: 10, perS: 1 } }, 'bytes.burst: 10 is less than maxMessageBytes 1048576'],
  ] as const)('%j is refused at the start', (limits, text) => {
    expect(() => new HubWorld({ limits })).toThrow(text);
    expect(() => new HubWorld({ gateways: { lace: { limits } } })).toThrow(
      text.replace('limits:', 'limits of lace:'),
    );
  });

  it('nothing is possible, and drones count for none', () => {
    const none = Number.POSITIVE_INFINITY;
    const all = Object.keys(defaultLimits).map((name) =>
      name === 'messages' || name === 'bytes' ? [name, { burst: none, perS: none }] : [name, none],
    );
    const world = new HubWorld({ limits: Object.fromEntries(all) });
    world.arrive('1');
    expect(codeOf(say(1e12)(world))).toBeUndefined();
    expect(codeOf(say(1e12)(world))).toBeUndefined();
    const tight = new HubWorld({
      limits: { maxMembers: 1, maxPerAddress: 1, maxRooms: 1, maxMembersPerRoom: 1 },
    });
    for (let index = 0; index < 20; index++)
      tight.hub.fleet.setDrone({ id: `d${index}`, name: 'same', rooms: [`group ${index % 3}`] });
    tight.arrive('1');
    expect([join('1', 'group 0'), join('1', 'mine')].map((act) => codeOf(act(tight)))).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('a token bucket', () => {
  it('is not fooled by a clock that stands or goes back', () => {
    const bucket = new TokenBucket({ burst: 10, perS: 10 }, 1000);
    expect(bucket.waitMs(10, 500)).toBe(0);
    bucket.take(10);
    expect([bucket.waitMs(1, 500), bucket.waitMs(1, 1000), bucket.waitMs(1, 1050)]).toEqual([100, 100, 50]);
    expect(bucket.waitMs(11, 1e9)).toBe(Number.POSITIVE_INFINITY);
    expect(bucket.waitMs(10, 1e9)).toBe(0);
  });

  it('never keeps a member out of the rooms that its gateway puts it in by itself', () => {
    const world = new HubWorld({ limits: { maxRooms: 1 }, gateways: { lace: { ownRooms: ['default'] } } });
    world.arrive('1');
    world.enter('blue', '1');
    expect(world.hub.join(world.ask('1'), 'green').denied?.code).toBe('rooms_full');
    expect(world.hub.join(world.ask('1'), 'default').denied).toBeUndefined();
  });
});
