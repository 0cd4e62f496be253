/** Rooms of the hub: who is in them, who may put whom out, when they end, and which gateways see them. */

import { describe, expect, it } from 'vitest';
import { codeOf, denialOf, fine, HubWorld } from './hub-world.js';

function worldOf(...ids: readonly string[]): HubWorld {
  const world = new HubWorld({ gateways: { desk: { highestRole: 'operator' } } });
  for (const id of ids) world.arrive(id, `name ${id}`);
  return world;
}

const names = (world: HubWorld, by: string) =>
  fine(world.hub.list(world.ask(by))).rooms.map(({ room, memberCount }) => `${room.name} ${memberCount}`);

describe('a room', () => {
  it('is made by who joins first, its owner; who comes gets the roster, the others the news', () => {
    const world = worldOf('1', '2');
    const first = fine(world.hub.join(world.ask('1'), 'red'));
    expect(first.room).toMatchObject({ name: 'red', ownerId: '1', isHidden: false, isFleets: false });
    const second = fine(world.hub.join(world.ask('2'), 'red'));
    expect(second.room.ownerId).toBe('1');
    expect(second.roster.map(({ id }) => id)).toEqual(['1', '2']);
    expect(world.take()).toEqual([
      { to: '1', delivery: { type: 'joined', room: second.room, member: world.hub.member('2') } },
    ]);
    expect(codeOf(world.hub.join(world.ask('2'), 'red'))).toBe('already_in_room');
    expect(world.hub.roomsOf('2').map(({ name }) => name)).toEqual(['red']);
  });

  it('ends with its last member, its variables with it', () => {
    const world = worldOf('1', '2');
    world.enter('red', '1', '2');
    const wish = { kind: 'set', name: 'v', value: 1 } as const;
    fine(world.hub.changeRoomVariable(world.ask('1'), { room: 'red', wish }));
    world.take();
    fine(world.hub.leave(world.ask('1'), 'red'));
    expect(world.take()).toMatchObject([{ to: '2', delivery: { type: 'left', cause: 'left' } }]);
    world.hub.disconnect('2', 'gone');
    expect(world.hub.sizes).toMatchObject({ visitorsRooms: 0, rooms: 1 });
    expect(fine(world.hub.join(world.ask('1'), 'red')).variables).toEqual([]);
  });

  it('has no owner after its owner left, even when that one comes back', () => {
    const world = worldOf('1', '2');
    world.enter('red', '1', '2');
    fine(world.hub.leave(world.ask('1'), 'red'));
    expect(fine(world.hub.join(world.ask('1'), 'red')).room.ownerId).toBeUndefined();
    expect(codeOf(world.hub.kick(world.ask('1'), 'red', '2'))).toBe('not_owner');
  });

  it.each(['leaves', 'is disconnected', 'is put out'])(
    'that closes with its owner does so when it %s',
    (how) => {
      const world = worldOf('1', '2', '3');
      world.arrive('boss', 'boss', { gateway: 'desk', role: 'operator' });
      fine(world.hub.join(world.ask('1'), 'red', { closesWithOwner: true }));
      world.enter('red', '2', '3');
      if (how === 'leaves') fine(world.hub.leave(world.ask('1'), 'red'));
      else if (how === 'is disconnected') world.hub.disconnect('1', 'gone');
      else fine(world.hub.kick(world.ask('1'), 'red', '1'));
      const told = world.take().filter(({ to }) => to !== '1');
      expect(told.map(({ to }) => to)).toEqual(['2', '3']);
      expect(told[0]?.delivery).toMatchObject({
        type: 'removed',
        cause: 'closed',
        reason: 'its owner has left',
      });
      expect(told[0]?.delivery).toBe(told[1]?.delivery);
      expect(world.hub.roomsOf('2')).toEqual([]);
      expect(world.hub.sizes).toMatchObject({ visitorsRooms: 0 });
    },
  );

  it('that closes with its owner stays when another leaves', () => {
    const world = worldOf('1', '2');
    fine(world.hub.join(world.ask('1'), 'red', { closesWithOwner: true }));
    world.enter('red', '2');
    fine(world.hub.leave(world.ask('2'), 'red'));
    expect(world.told()).toEqual(['1 left']);
  });

  it('that is hidden is listed to its members alone, and can be joined by who knows its name', () => {
    const world = worldOf('1', '2');
    fine(world.hub.join(world.ask('1'), 'dark', { isHidden: true }));
    fine(world.hub.join(world.ask('1'), 'light'));
    expect(names(world, '1')).toEqual(['show 0', 'dark 1', 'light 1']);
    expect(names(world, '2')).toEqual(['show 0', 'light 1']);
    fine(world.hub.join(world.ask('2'), 'dark'));
    expect(names(world, '2')).toEqual(['show 0', 'dark 2', 'light 1']);
  });

  it('that one is not in can not be told from one that is not there', () => {
    const world = worldOf('1', '2');
    world.enter('red', '1');
    const asked = (room: string) => [
      denialOf(world.hub.leave(world.ask('2'), room)),
      denialOf(world.hub.kick(world.ask('2'), room, '1')),
      denialOf(world.hub.sendToRoom(world.ask('2'), { room, content: { value: 1 } })),
      world.hub.roster('2', room),
    ];
    const denied = { code: 'not_in_room', reason: 'not in the room "red"' };
    expect(asked('red')).toEqual([denied, denied, denied, []]);
    expect(asked('blue').map((answer) => JSON.stringify(answer).replace('blue', 'red'))).toEqual(
      asked('red').map((answer) => JSON.stringify(answer)),
    );
  });
});

describe('putting out', () => {
  it('is for the owner: the one is told why, the others that it left', () => {
    const world = worldOf('1', '2', '3');
    world.enter('red', '1', '2', '3');
    expect(codeOf(world.hub.kick(world.ask('2'), 'red', '3'))).toBe('not_owner');
    expect(codeOf(world.hub.kick(world.ask('1'), 'red', 'nobody'))).toBe('member_unknown');
    expect(fine(world.hub.kick(world.ask('1'), 'red', '3')).target.id).toBe('3');
    expect(world.take()).toMatchObject([
      { to: '3', delivery: { type: 'removed', cause: 'kicked', reason: 'put out by name 1' } },
      { to: '1', delivery: { type: 'left', cause: 'kicked', member: { id: '3' } } },
      { to: '2', delivery: { type: 'left', cause: 'kicked', member: { id: '3' } } },
    ]);
    expect(codeOf(world.hub.kick(world.ask('1'), 'red', '3'))).toBe('member_unknown');
  });

  it('is for every operator in the room, but no drone is put out', () => {
    const world = worldOf('1');
    world.arrive('boss', 'boss', { gateway: 'desk', role: 'operator' });
    world.hub.fleet.setDrone({ id: 'd', name: 'd', rooms: ['red'] });
    expect(codeOf(world.hub.kick(world.ask('boss'), 'red', '1'))).toBe('not_in_room');
    world.enter('red', '1', 'boss');
    expect(codeOf(world.hub.kick(world.ask('1'), 'red', 'boss'))).toBe('not_owner');
    expect(codeOf(world.hub.kick(world.ask('boss'), 'red', 'd'))).toBe('not_allowed');
    fine(world.hub.kick(world.ask('boss'), 'red', '1'));
    expect(world.hub.roomsOf('1')).toEqual([]);
  });
});

describe('rooms of one name at several gateways', () => {
  const bridges = [
    { room: 'lobby', gateways: ['a', 'b'] },
    { room: 'hall', gateways: 'all' },
  ] as const;

  it.each([
    ['lobby', ['a', 'b'], 'c'],
    ['hall', ['a', 'b', 'c'], undefined],
    ['red', ['a'], 'b'],
  ] as const)('are one where they are bridged, and else strangers: %s', (room, together, stranger) => {
    const world = new HubWorld({ bridges });
    for (const gateway of ['a', 'b', 'c']) world.arrive(gateway, gateway, { gateway });
    for (const id of ['a', 'b', 'c']) fine(world.hub.join(world.ask(id), room));
    world.take();
    fine(world.hub.sendToRoom(world.ask('a'), { room, content: { value: 'hi' }, echo: true }));
    expect(world.told()).toEqual(together.map((id) => `${id} roomMessage`));
    expect(world.hub.roster('a', room).map(({ id }) => id)).toEqual(together);
    if (stranger !== undefined) expect(world.hub.roster(stranger, room)).toHaveLength(1);
  });

  it('are listed only in reach', () => {
    const world = new HubWorld({ bridges });
    for (const gateway of ['a', 'b', 'c']) world.arrive(gateway, gateway, { gateway });
    for (const room of ['lobby', 'hall', 'red']) fine(world.hub.join(world.ask('a'), room));
    expect(names(world, 'b')).toEqual(['show 0', 'lobby 1', 'hall 1']);
    expect(names(world, 'c')).toEqual(['show 0', 'hall 1']);
  });

  it.each([
    [
      ['a', 'b'],
      ['b', 'c'],
    ],
    ['all', ['b']],
    [['b'], 'all'],
  ] as const)('can not be on two bridges: %s and %s', (one, other) => {
    const two = [
      { room: 'lobby', gateways: one },
      { room: 'lobby', gateways: other },
    ];
    expect(() => new HubWorld({ bridges: two })).toThrow('bridge "lobby"');
  });

  it('can be on bridges beside each other', () => {
    const apart = [
      { room: 'lobby', gateways: ['a'] },
      { room: 'lobby', gateways: ['b', 'c'] },
    ];
    const world = new HubWorld({ bridges: apart });
    for (const gateway of ['a', 'b', 'c']) world.arrive(gateway, gateway, { gateway });
    for (const id of ['a', 'b', 'c']) fine(world.hub.join(world.ask(id), 'lobby'));
    expect(world.hub.roster('c', 'lobby').map(({ id }) => id)).toEqual(['b', 'c']);
  });
});
