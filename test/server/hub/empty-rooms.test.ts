import { describe, expect, it } from 'vitest';
import { codeOf, fine, HubWorld } from './hub-world.js';

const keeping = { gateways: { scratch: { limits: { keepEmptyMs: 1000, maxRooms: 2 } } } };

function leftRoom(world: HubWorld, room: string, id = `visitor of ${room}`): void {
  world.arrive(id, id, { gateway: 'scratch' });
  world.enter(room, id);
  fine(world.hub.changeRoomVariable(world.ask(id), { room, wish: { kind: 'set', name: 'x', value: room } }));
  world.hub.disconnect(id, 'gone');
}

describe('a room that all have left', () => {
  it('is no more, where nothing else is said', () => {
    const world = new HubWorld();
    leftRoom(world, 'red');
    expect(world.hub.sizes.visitorsRooms).toBe(0);
  });

  it('stays with its variables for who comes back in time', () => {
    const world = new HubWorld(keeping);
    leftRoom(world, 'red');
    world.hub.due(world.nowMs);
    world.hub.due(world.nowMs + 999);
    world.arrive('b', 'b', { gateway: 'scratch' });
    expect(fine(world.hub.join(world.ask('b'), 'red')).variables).toEqual([['x', 'red']]);
    world.hub.due(world.nowMs + 5000);
    expect(world.hub.sizes.visitorsRooms).toBe(1);
  });

  it('is no more when its time is over', () => {
    const world = new HubWorld(keeping);
    leftRoom(world, 'red');
    world.hub.due(world.nowMs);
    world.hub.due(world.nowMs + 1000);
    expect(world.hub.sizes.visitorsRooms).toBe(0);
  });

  it('gives way to a room that somebody is in, the one empty for longest first', () => {
    const world = new HubWorld(keeping);
    leftRoom(world, 'red');
    leftRoom(world, 'blue');
    world.arrive('b', 'b', { gateway: 'scratch' });
    fine(world.hub.join(world.ask('b'), 'green'));
    expect(fine(world.hub.join(world.ask('b'), 'blue')).variables).toEqual([['x', 'blue']]);
    expect(codeOf(world.hub.join(world.ask('b'), 'red'))).toBe('rooms_full');
  });

  it('gives way to rooms of its own gateway, and to all when the hub is full', () => {
    const limits = { keepEmptyMs: 1000, maxRooms: 1 };
    const world = new HubWorld({
      limits: { maxRooms: 2 },
      gateways: { scratch: { limits }, lace: { limits } },
    });
    leftRoom(world, 'red');
    world.arrive('l', 'l');
    world.enter('blue', 'l');
    expect(codeOf(world.hub.join(world.ask('l'), 'green'))).toBe('rooms_full');
    expect(world.hub.sizes.visitorsRooms).toBe(2);
    world.arrive('w', 'w', { gateway: 'wevis' });
    fine(world.hub.join(world.ask('w'), 'green'));
    expect(world.hub.sizes.visitorsRooms).toBe(2);
  });

  it('gives way to variables that are set, when all together are as many bytes as are held', () => {
    const world = new HubWorld({ ...keeping, limits: { maxHeldBytes: 25 } });
    leftRoom(world, 'red');
    leftRoom(world, 'blue');
    world.arrive('b', 'b', { gateway: 'scratch' });
    const set = (room: string, name: string) =>
      world.hub.changeRoomVariable(world.ask('b'), { room, wish: { kind: 'set', name, value: 1 } });
    expect(fine(world.hub.join(world.ask('b'), 'blue')).variables).toEqual([['x', 'blue']]);
    fine(set('blue', 'x'));
    expect(world.hub.sizes.visitorsRooms).toBe(2);
    fine(set('blue', 'y'));
    expect(world.hub.sizes.visitorsRooms).toBe(1);
    expect(codeOf(set('blue', 'z'))).toBe('variables_full');
    expect(codeOf(world.hub.setOwnVariables(world.ask('b'), { z: 1 }))).toBe('variables_full');
    fine(world.hub.leave(world.ask('b'), 'blue'));
    fine(world.hub.setOwnVariables(world.ask('b', { sizeBytes: 25 }), { z: 1 }));
    world.hub.disconnect('b', 'gone');
    world.arrive('c', 'c', { gateway: 'scratch' });
    fine(world.hub.setOwnVariables(world.ask('c', { sizeBytes: 25 }), { z: 1 }));
  });

  it('gives its name to a room of the fleet', () => {
    const world = new HubWorld(keeping);
    leftRoom(world, 'red');
    world.hub.fleet.openRoom('red');
    expect(world.hub.sizes.visitorsRooms).toBe(0);
    world.hub.due(world.nowMs);
    world.hub.due(world.nowMs + 5000);
    expect(world.hub.sizes.rooms).toBe(2);
  });
});

describe('a question that is part of a message', () => {
  it('is not counted again', () => {
    const world = new HubWorld({ limits: { messages: { burst: 3, perS: 1 } } });
    world.arrive('a', 'a');
    fine(world.hub.join(world.ask('a'), 'red'));
    expect(codeOf(world.hub.list(world.ask('a')))).toBe('too_fast');
    fine(world.hub.list(world.ask('a', { isCounted: true })));
  });
});
