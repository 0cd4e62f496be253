/** The fleet in the hub: drones as members, groups as rooms that all gateways see, state as variables. */

import { describe, expect, it } from 'vitest';
import { showRoom } from '../../../server/hub/fleet-side.js';
import { codeOf, fine, HubWorld } from './hub-world.js';

function worldOfTwoGateways(): HubWorld {
  const world = new HubWorld();
  world.arrive('a', 'Ann', { gateway: 'a' });
  world.arrive('b', 'Bob', { gateway: 'b' });
  return world;
}

const drone = (id: string, ...rooms: readonly string[]) => ({ id, name: `copter ${id}`, rooms });

describe('the room show', () => {
  it('is always there, in all gateways, without an owner, and can not be closed', () => {
    const world = worldOfTwoGateways();
    world.hub.fleet.closeRoom(showRoom);
    world.hub.fleet.setRoomVariables('show', { state: 'ready' });
    for (const id of ['a', 'b']) {
      const joined = fine(world.hub.join(world.ask(id), 'show'));
      expect(joined.room).toMatchObject({ isFleets: true, ownerId: undefined, isHidden: false });
      expect(joined.variables).toEqual([['state', 'ready']]);
    }
    expect(world.told()).toEqual(['a joined']);
    world.hub.fleet.sendToRoom('show', { value: 'cue 3' });
    const told = world.take();
    expect(told.map(({ to }) => to)).toEqual(['a', 'b']);
    expect(told[0]?.delivery).toMatchObject({ type: 'roomMessage', from: undefined });
    expect(world.events.at(-1)).toMatchObject({ type: 'message', from: undefined, room: { name: 'show' } });
    for (const id of ['a', 'b']) fine(world.hub.leave(world.ask(id), 'show'));
    expect(fine(world.hub.join(world.ask('a'), 'show')).variables).toEqual([['state', 'ready']]);
  });
});

describe('a drone', () => {
  it('is a member of its groups, seen from every gateway, as it comes, moves, is renamed and goes', () => {
    const world = worldOfTwoGateways();
    const { fleet } = world.hub;
    fleet.setDrone(drone('1', 'red'));
    world.enter('red', 'a', 'b');
    expect(world.hub.roster('b', 'red')[0]).toEqual({
      id: '1',
      name: 'copter 1',
      role: 'drone',
      gateway: 'fleet',
      latencyMs: undefined,
    });
    fleet.setDrone(drone('2', 'red', 'blue'));
    fleet.setDrone(drone('2', 'red', 'blue'));
    expect(world.told()).toEqual(['a joined', 'b joined']);
    fleet.setDrone({ ...drone('2', 'red'), name: 'copter 9' });
    expect(world.told()).toEqual(['a renamed', 'b renamed']);
    fleet.setDrone(drone('1', 'blue'));
    expect(world.told()).toEqual(['a left', 'b left']);
    world.hub.setLatency('2', 40);
    fleet.removeDrone('2');
    fleet.removeDrone('2');
    const gone = world.take();
    expect(gone).toMatchObject([
      { to: 'a', delivery: { type: 'left', cause: 'disconnected', member: { latencyMs: 40 } } },
      { to: 'b' },
    ]);
    expect(world.hub.roster('a', 'red').map(({ id }) => id)).toEqual(['a', 'b']);
    expect(world.hub.sizes).toMatchObject({ members: 3, rooms: 3 });
  });

  it('has its telemetry told as changes to who shares a room with it, and not to other drones', () => {
    const world = worldOfTwoGateways();
    const { fleet } = world.hub;
    fleet.setDrone(drone('1', 'red', 'show'));
    fleet.setDrone(drone('2', 'red', 'show'));
    world.enter('red', 'a');
    world.enter('show', 'a');
    fleet.setDroneVariables('1', { battery: 80, mode: 'HOLD' });
    fleet.setDroneVariables('1', { battery: 79, mode: 'HOLD' });
    fleet.setDroneVariables('1', { battery: 79, mode: 'HOLD' });
    fleet.setDroneVariables('3', { battery: 1 });
    fleet.setDroneVariables('a', { battery: 1 });
    const told = world.take().map(({ to, delivery }) => [to, 'changed' in delivery && delivery.changed]);
    expect(told).toEqual([
      ['a', { battery: 80, mode: 'HOLD' }],
      ['a', { battery: 79 }],
    ]);
    expect(world.hub.variablesOf('a', '1')).toContainEqual(['battery', 79]);
    expect([world.hub.variablesOf('b', '1'), world.hub.variablesOf('a', 'a')]).toEqual([[], []]);
  });

  it('hears what is said to it alone; what is said to its group is for visitors and an event', () => {
    const world = worldOfTwoGateways();
    world.hub.fleet.setDrone(drone('1', 'red'));
    world.enter('red', 'a', 'b');
    fine(world.hub.sendToRoom(world.ask('a'), { room: 'red', content: { value: 'hi' } }));
    expect(world.told()).toEqual(['b roomMessage']);
    expect(world.events.at(-1)).toMatchObject({ type: 'message', from: { id: 'a' }, room: { name: 'red' } });
    fine(world.hub.sendPrivate(world.ask('b'), { to: '1', content: { value: 'hi' } }));
    expect(world.told()).toEqual(['1 privateMessage']);
    world.hub.fleet.sendTo('b', { value: 'hi' });
    world.hub.fleet.sendTo('nobody', { value: 'hi' });
    expect(world.take()).toMatchObject([{ to: 'b', delivery: { type: 'privateMessage', from: undefined } }]);
  });

  it('is neither disconnected nor given a role from outside, and no visitor has its id', () => {
    const world = worldOfTwoGateways();
    world.hub.fleet.setDrone(drone('1', 'red'));
    world.hub.disconnect('1', 'pulled');
    expect(world.hub.member('1')).toBeDefined();
    expect(codeOf(world.hub.setRole('1', 'guest'))).toBe('not_allowed');
    expect(codeOf(world.hub.sendToRoom(world.ask('1'), { room: 'red', content: { value: 1 } }))).toBe(
      'not_allowed',
    );
    expect(codeOf(world.hub.connect({ id: '1', gateway: 'a', address: '', nowMs: 0 }))).toBe('id_taken');
    world.hub.fleet.removeDrone('a');
    expect(world.hub.member('a')).toBeDefined();
    expect(() => world.hub.fleet.setDrone(drone('a'))).toThrow('a visitor of the hub has this id');
  });
});

describe('a room of the fleet', () => {
  it('takes its name from visitors’ rooms: those are closed, and their members may come in by the door', () => {
    const world = worldOfTwoGateways();
    fine(world.hub.join(world.ask('a'), 'red', { isHidden: true }));
    world.enter('red', 'b');
    world.hub.fleet.setDrone(drone('1', 'red'));
    const told = world.take();
    expect(told.map(({ to }) => to)).toEqual(['a', 'b']);
    expect(told[0]?.delivery).toMatchObject({ type: 'removed', reason: 'the fleet has taken its name' });
    expect(world.hub.sizes).toMatchObject({ visitorsRooms: 0, rooms: 2 });
    world.enter('red', 'a', 'b');
    expect(world.hub.roster('a', 'red').map(({ id }) => id)).toEqual(['1', 'a', 'b']);
  });

  it('stays while it is empty, until the fleet closes it', () => {
    const world = worldOfTwoGateways();
    world.hub.fleet.openRoom('red');
    world.hub.fleet.openRoom('red');
    world.enter('red', 'a');
    fine(world.hub.leave(world.ask('a'), 'red'));
    expect(fine(world.hub.list(world.ask('b'))).rooms.map(({ room }) => room.name)).toEqual(['show', 'red']);
    world.enter('red', 'a');
    world.hub.fleet.closeRoom('red');
    world.hub.fleet.closeRoom('red');
    expect(world.told()).toEqual(['a removed']);
    expect(fine(world.hub.join(world.ask('a'), 'red')).room).toMatchObject({ isFleets: false, ownerId: 'a' });
  });
});
