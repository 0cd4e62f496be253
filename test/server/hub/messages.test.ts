/** Messages through the hub: who gets them, with which token, in which order, and that one object serves all. */

import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../server/hub/deliveries.js';
import { Hub } from '../../../server/hub/hub.js';
import { codeOf, fine, HubWorld } from './hub-world.js';

const hi = { value: 'hi' };

function worldOf(...ids: readonly string[]): HubWorld {
  const world = new HubWorld();
  for (const id of ids) world.arrive(id, `name ${id}`);
  return world;
}

describe('a message to a room', () => {
  it.each([
    [false, ['2', '3']],
    [true, ['1', '2', '3']],
  ])('goes to all in it, to the sender when it wants so: %s', (echo, to) => {
    const world = worldOf('1', '2', '3', '4');
    world.enter('red', '1', '2', '3');
    world.enter('blue', '4');
    const content = { topic: 6, value: new Uint8Array([1, 2]), marks: { variant: 2 }, isLossy: true };
    const { room } = fine(
      world.hub.sendToRoom(world.ask('1', { correlation: 'token' }), { room: 'red', content, echo }),
    );
    const told = world.take();
    expect(told.map((one) => one.to)).toEqual(to);
    const from = world.hub.member('1');
    expect(told[0]?.delivery).toEqual({ type: 'roomMessage', room, from, content, correlation: 'token' });
    expect(world.events.at(-1)).toMatchObject({
      type: 'message',
      room: { name: 'red' },
      to: undefined,
      content,
    });
  });

  it('is one object for a thousand members', () => {
    const got: Delivery[] = [];
    const limits = { maxMembers: 2000 };
    const hub = new Hub((_, delivery) => got.push(delivery), { limits });
    for (let index = 0; index < 1001; index++) {
      const ask = { by: `${index}`, nowMs: 0, sizeBytes: 0 };
      fine(hub.connect({ id: `${index}`, gateway: 'x', address: `${index}`, nowMs: 0 }));
      fine(hub.identify(ask, 'x'));
      fine(hub.join(ask, 'red'));
    }
    got.length = 0;
    fine(hub.sendToRoom({ by: '0', nowMs: 0, sizeBytes: 200 }, { room: 'red', content: hi }));
    expect(got).toHaveLength(1000);
    expect(new Set(got).size).toBe(1);
  });
});

describe('a private message', () => {
  it('through a room needs both in it', () => {
    const world = worldOf('1', '2', '3');
    world.enter('red', '1', '2');
    const post = (to: string) => world.hub.sendPrivate(world.ask('1'), { to, room: 'red', content: hi });
    expect(fine(post('2')).to.name).toBe('name 2');
    expect(world.take()).toMatchObject([
      { to: '2', delivery: { type: 'privateMessage', room: { name: 'red' }, from: { id: '1' } } },
    ]);
    expect(codeOf(post('3'))).toBe('member_unknown');
    expect(codeOf(world.hub.sendPrivate(world.ask('3'), { to: '1', room: 'red', content: hi }))).toBe(
      'not_in_room',
    );
    expect(world.told()).toEqual([]);
  });

  it('can be to oneself, after one’s own answers when the gateway says so', () => {
    const order: string[] = [];
    const hub = new Hub((_, { type }) => order.push(type));
    fine(hub.connect({ id: '1', gateway: 'x', address: '', nowMs: 0 }));
    const ask = { by: '1', nowMs: 0, sizeBytes: 1 };
    fine(hub.identify(ask, 'x'));
    hub.together(() => {
      fine(hub.sendPrivate(ask, { to: '1', content: hi }));
      order.push('answer');
    });
    expect(order).toEqual(['answer', 'privateMessage']);
  });

  it.each([
    ['at the same gateway', 'same', undefined],
    ['in the same room', 'bridged', undefined],
    ['that is a drone', 'drone', undefined],
    ['at another gateway', 'far', 'member_unknown'],
    ['that is nobody', 'nobody', 'member_unknown'],
  ])('goes directly to one %s', (_, to, code) => {
    const world = new HubWorld({ bridges: [{ room: 'lobby', gateways: 'all' }] });
    world.arrive('1', 'Ann');
    world.arrive('same', 'x');
    world.arrive('bridged', 'x', { gateway: 'b' });
    world.arrive('far', 'x', { gateway: 'b' });
    world.hub.fleet.setDrone({ id: 'drone', name: 'c1', rooms: ['red'] });
    world.enter('lobby', '1', 'bridged');
    const ask = world.ask('1', { correlation: 5 });
    expect(codeOf(world.hub.sendPrivate(ask, { to, content: hi }))).toBe(code);
    expect(
      world.take().map((told) => [told.to, 'correlation' in told.delivery && told.delivery.correlation]),
    ).toEqual(code === undefined ? [[to, 5]] : []);
    expect(world.hub.findNamed('1', 'x').map(({ id }) => id)).toEqual(['same', 'bridged']);
    expect(world.hub.findNamed('1', 'x', 'lobby').map(({ id }) => id)).toEqual(['bridged']);
    expect(world.hub.findNamed('same', 'x', 'lobby')).toEqual([]);
    expect(world.hub.findNamed('1', 'X')).toEqual([]);
  });
});

describe('deliveries', () => {
  it('come in the order of what happened, whatever who is told asks meanwhile', () => {
    const got: string[] = [];
    const hub: Hub = new Hub((to, delivery) => {
      got.push(`${to} ${delivery.type}`);
      if (to === '2' && delivery.type === 'roomMessage') hub.disconnect('4', 'reads too slowly');
    });
    for (const by of ['1', '2', '3', '4']) {
      const ask = { by, nowMs: 0, sizeBytes: 0 };
      fine(hub.connect({ id: by, gateway: 'x', address: '', nowMs: 0 }));
      fine(hub.identify(ask, 'x'));
      fine(hub.join(ask, 'red'));
    }
    got.length = 0;
    fine(hub.sendToRoom({ by: '1', nowMs: 0, sizeBytes: 0 }, { room: 'red', content: hi }));
    expect(got).toEqual(['2 roomMessage', '3 roomMessage', '1 left', '2 left', '3 left']);
  });

  it('that fail for one reach the others, and are an event', () => {
    const got: string[] = [];
    const hub = new Hub((to) => {
      if (to === '2') throw new Error('socket is closed');
      got.push(to);
    });
    const events: unknown[] = [];
    hub.listen('log', (event) => events.push(event));
    for (const by of ['1', '2', '3']) {
      fine(hub.connect({ id: by, gateway: 'x', address: '', nowMs: 0 }));
      fine(hub.identify({ by, nowMs: 0, sizeBytes: 0 }, 'x'));
      fine(hub.join({ by, nowMs: 0, sizeBytes: 0 }, 'red'));
    }
    got.length = 0;
    fine(hub.sendToRoom({ by: '1', nowMs: 0, sizeBytes: 0 }, { room: 'red', content: hi }));
    expect(got).toEqual(['3']);
    expect(events.at(-1)).toEqual({
      type: 'error',
      source: 'delivery',
      text: 'could not deliver "roomMessage": socket is closed',
      memberId: '2',
    });
  });

  it('go out even when the work that caused them fails', () => {
    const world = worldOf('1', '2');
    world.enter('red', '1', '2');
    const work = () => {
      fine(world.hub.sendToRoom(world.ask('1'), { room: 'red', content: hi }));
      throw new Error('a gateway’s own mistake');
    };
    expect(() => world.hub.together(work)).toThrow('own mistake');
    expect(world.told()).toEqual(['2 roomMessage']);
  });

  it('by a drone’s name is for the drone, whoever was called so before it came', () => {
    const world = new HubWorld();
    world.arrive('1', 'Ann');
    world.arrive('thief', 'c1');
    world.enter('show', '1', 'thief');
    expect(world.hub.findNamed('1', 'c1').map(({ id }) => id)).toEqual(['thief']);
    world.hub.fleet.setDrone({ id: 'drone:c1', name: 'c1', rooms: ['show'] });
    expect(world.hub.findNamed('1', 'c1').map(({ id }) => id)).toEqual(['drone:c1']);
    expect(world.hub.findNamed('1', 'c1', 'show').map(({ id }) => id)).toEqual(['drone:c1']);
  });
});
