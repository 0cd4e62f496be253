/** Members of the hub: coming, saying who they are, being late, going. */

import { describe, expect, it } from 'vitest';
import { codeOf, denialOf, fine, HubWorld } from './hub-world.js';

const strict = {
  gateways: { strict: { needsLogin: true, highestRole: 'operator', limits: { loginMs: 5000 } } },
} as const;

describe('a member of the hub', () => {
  it('is a guest without a name until it logs in, and each step is an event', () => {
    const { hub, events, ...world } = new HubWorld();
    expect(fine(hub.connect({ id: '7', gateway: 'cloud', address: '10.0.0.9', nowMs: 0 })).member).toEqual({
      id: '7',
      name: undefined,
      role: 'guest',
      gateway: 'cloud',
      latencyMs: undefined,
    });
    const ask = { by: '7', nowMs: world.nowMs, sizeBytes: 1 };
    expect(fine(hub.identify(ask, 'scratch')).member.gateway).toBe('scratch');
    expect(fine(hub.login(ask, { name: 'Ann', role: 'guest' })).member.name).toBe('Ann');
    hub.disconnect('7', 'closed by peer');
    expect(hub.member('7')).toBeUndefined();
    const told = events.map((event) => [event.type, 'member' in event && event.member.name]);
    expect(told).toEqual([
      ['connected', undefined],
      ['identified', undefined],
      ['login', 'Ann'],
      ['disconnected', 'Ann'],
    ]);
    expect(events[0]).toMatchObject({ address: '10.0.0.9' });
    expect(events[3]).toMatchObject({ reason: 'closed by peer' });
  });

  it('gets the message of the day of its gateway, or else of the hub', () => {
    const { hub, ...world } = new HubWorld({ motd: 'Hello', gateways: { own: { motd: 'Hi' } } });
    const motds = ['own', 'other'].map((gateway) => {
      fine(hub.connect({ id: gateway, gateway, address: '', nowMs: world.nowMs }));
      return fine(hub.identify({ by: gateway, nowMs: 0, sizeBytes: 0 }, gateway)).motd;
    });
    expect(motds).toEqual(['Hi', 'Hello']);
  });

  it('is refused an id that somebody has', () => {
    const world = new HubWorld();
    world.arrive('1');
    expect(codeOf(world.hub.connect({ id: '1', gateway: 'x', address: '', nowMs: 0 }))).toBe('id_taken');
    expect(world.hub.member('1')?.gateway).toBe('lace');
  });

  it.each([
    'identify',
    'login',
    'rename',
    'join',
    'leave',
    'list',
    'send',
    'variable',
    'own',
    'kick',
    'charge',
  ])('that is not connected is served nothing: %s', (what) => {
    const { hub, ...world } = new HubWorld();
    const ask = { by: 'nobody', nowMs: world.nowMs, sizeBytes: 0 };
    const wish = { kind: 'set', name: 'v', value: 1 } as const;
    const denied = {
      identify: () => hub.identify(ask, 'lace'),
      login: () => hub.login(ask, { name: 'x', role: 'guest' }),
      rename: () => hub.rename(ask, 'x'),
      join: () => hub.join(ask, 'r'),
      leave: () => hub.leave(ask, 'r'),
      list: () => hub.list(ask),
      send: () => hub.sendToRoom(ask, { room: 'r', content: { value: 1 } }),
      variable: () => hub.changeRoomVariable(ask, { room: 'r', wish }),
      own: () => hub.setOwnVariables(ask, {}),
      kick: () => hub.kick(ask, 'r', 'x'),
      charge: () => hub.charge(ask) ?? {},
    }[what];
    expect(denied && codeOf(denied())).toBe('not_connected');
  });

  it('is served no room before its protocol is known, and its protocol never changes', () => {
    const { hub, ...world } = new HubWorld();
    fine(hub.connect({ id: '1', gateway: 'lace', address: '', nowMs: 0 }));
    const ask = { by: '1', nowMs: world.nowMs, sizeBytes: 0 };
    expect(codeOf(hub.join(ask, 'r'))).toBe('not_identified');
    expect(codeOf(hub.login(ask, { name: 'x', role: 'guest' }))).toBe('not_identified');
    fine(hub.identify(ask, 'lace'));
    expect(codeOf(hub.identify(ask, 'cloud'))).toBe('already_identified');
    expect(hub.member('1')?.gateway).toBe('lace');
    fine(hub.join(ask, 'r'));
  });

  it('logs in once, before anything else where its gateway wants that', () => {
    const world = new HubWorld(strict);
    world.arrive('1', undefined, { gateway: 'strict' });
    const ask = world.ask('1');
    expect(codeOf(world.hub.join(ask, 'r'))).toBe('login_required');
    expect(codeOf(world.hub.rename(ask, 'x'))).toBe('login_required');
    fine(world.hub.login(ask, { name: 'Ann', role: 'guest' }));
    fine(world.hub.join(ask, 'r'));
    expect(codeOf(world.hub.login(ask, { name: 'Bob', role: 'guest' }))).toBe('already_logged_in');
    fine(world.hub.rename(ask, 'Bob'));
    expect(world.hub.member('1')?.name).toBe('Bob');
  });

  it('acts only where its gateway says that it can', () => {
    const world = new HubWorld(strict);
    world.arrive('1');
    const asOperator = { name: 'Ann', role: 'operator' } as const;
    expect(codeOf(world.hub.login(world.ask('1'), asOperator))).toBe('not_allowed');
    expect(codeOf(world.hub.setRole('1', 'operator'))).toBe('not_allowed');
    world.arrive('2', undefined, { gateway: 'strict' });
    expect(fine(world.hub.login(world.ask('2'), asOperator)).member.role).toBe('operator');
  });

  it('has its new name and role told to the others in each of its rooms, its latency to nobody', () => {
    const world = new HubWorld(strict);
    for (const id of ['1', '2']) world.arrive(id, `name ${id}`, { gateway: 'strict' });
    world.enter('r', '1', '2');
    world.enter('s', '1', '2');
    fine(world.hub.rename(world.ask('1'), 'Zoe'));
    const renamed = world.take();
    expect(renamed.map(({ to }) => to)).toEqual(['2', '2']);
    expect(renamed[0]?.delivery).toMatchObject({
      type: 'renamed',
      before: 'name 1',
      member: { name: 'Zoe' },
      room: { name: 'r' },
    });
    fine(world.hub.setRole('1', 'operator'));
    expect(world.told()).toEqual(['2 changed', '2 changed']);
    fine(world.hub.setRole('1', 'operator'));
    world.hub.setLatency('1', 12.5);
    fine(world.hub.rename(world.ask('1'), 'Zoe'));
    expect(world.told()).toEqual([]);
    expect(world.hub.roster('2', 'r')[0]).toMatchObject({ name: 'Zoe', role: 'operator', latencyMs: 12.5 });
  });
});

describe('names', () => {
  it.each([
    ['allowed', 'ann', undefined],
    ['allowed', 'Ann', undefined],
    ['exact', 'ann', undefined],
    ['exact', 'Ann', 'name_taken'],
    ['folded', 'ann', 'name_taken'],
    ['folded', 'Ａnn', 'name_taken'],
    ['folded', 'anna', undefined],
  ] as const)('that are %s in one room: %s beside Ann is answered %s', (nameClash, name, code) => {
    const world = new HubWorld({ gateways: { lace: { nameClash } } });
    world.arrive('1', 'Ann');
    world.arrive('2', 'Bob');
    world.arrive('3', name);
    world.enter('r', '1', '2');
    expect(codeOf(world.hub.join(world.ask('3'), 'r'))).toBe(code);
    world.hub.disconnect('3', 'gone');
    expect(codeOf(world.hub.rename(world.ask('2'), name))).toBe(code);
  });

  it('clash only within a room', () => {
    const world = new HubWorld({ gateways: { lace: { nameClash: 'folded' } } });
    world.arrive('1', 'Ann');
    world.arrive('2', 'Ann');
    world.enter('r', '1');
    world.enter('s', '2');
    expect(codeOf(world.hub.join(world.ask('2'), 'r'))).toBe('name_taken');
  });

  it('of drones are theirs alone, however they are spelt', () => {
    const world = new HubWorld();
    world.hub.fleet.setDrone({ id: 'd', name: 'Copter-1', rooms: [] });
    world.arrive('1', 'Ann');
    world.arrive('2');
    expect(denialOf(world.hub.rename(world.ask('1'), 'copter-1'))).toEqual({
      code: 'name_taken',
      reason: 'the name "copter-1" is taken',
    });
    expect(codeOf(world.hub.login(world.ask('2'), { name: 'COPTER-1', role: 'guest' }))).toBe('name_taken');
    expect(world.hub.member('2')?.name).toBeUndefined();
  });
});

describe('whoever says nothing', () => {
  it('is overdue from its time on, first with its protocol, then with its login', () => {
    const { hub } = new HubWorld({ ...strict, limits: { identifyMs: 3000 } });
    expect(hub.nextDueMs()).toBeUndefined();
    fine(hub.connect({ id: '1', gateway: 'strict', address: '', nowMs: 100 }));
    expect([hub.nextDueMs(), hub.due(3099)]).toEqual([3100, []]);
    expect(hub.due(3100)).toMatchObject([{ memberId: '1', what: 'identify' }]);
    fine(hub.identify({ by: '1', nowMs: 2000, sizeBytes: 0 }, 'strict'));
    expect([hub.nextDueMs(), hub.due(6999)]).toEqual([7000, []]);
    expect(hub.due(7000)).toEqual([{ memberId: '1', what: 'login', reason: 'no login in time' }]);
    fine(hub.login({ by: '1', nowMs: 7000, sizeBytes: 0 }, { name: 'x', role: 'guest' }));
    expect([hub.nextDueMs(), hub.due(1e9)]).toEqual([undefined, []]);
  });

  it('need not log in where no login is wanted, and is forgotten when it goes', () => {
    const { hub } = new HubWorld({ limits: { identifyMs: 3000 } });
    for (const [id, nowMs] of [
      ['1', 500],
      ['2', 100],
      ['3', 200],
    ] as const)
      fine(hub.connect({ id, gateway: 'free', address: '', nowMs }));
    fine(hub.identify({ by: '2', nowMs: 200, sizeBytes: 0 }, 'free'));
    expect(hub.nextDueMs()).toBe(3200);
    hub.disconnect('3', 'gone');
    expect(hub.due(1e9).map(({ memberId }) => memberId)).toEqual(['1']);
  });
});
