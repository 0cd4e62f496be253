/** Variables of rooms and members: last values, told to whom they concern, unchanged ones dropped by choice. */

import { describe, expect, it } from 'vitest';
import type { VariableWish } from '../../../server/hub/variable-desk.js';
import { Tally, VariableStore } from '../../../server/hub/variable-store.js';
import { codeOf, fine, HubWorld } from './hub-world.js';

const set = (name: string, value: number | readonly number[]): VariableWish => ({ kind: 'set', name, value });

function worldOf(...ids: readonly string[]): HubWorld {
  const world = new HubWorld();
  for (const id of ids) world.arrive(id, `name ${id}`);
  world.enter('red', ...ids);
  return world;
}

function change(world: HubWorld, wish: VariableWish, more: { echo?: boolean; dropUnchanged?: boolean } = {}) {
  return world.hub.changeRoomVariable(world.ask('1', { correlation: 'c' }), { room: 'red', wish, ...more });
}

const changes = (world: HubWorld) =>
  world.take().map(({ to, delivery }) => [to, delivery.type === 'roomVariable' && delivery.change]);

describe('variables of a room', () => {
  it('are created, set, renamed and deleted; the others are told, and who comes later gets the last values', () => {
    const world = worldOf('1', '2');
    world.arrive('3');
    const steps: [VariableWish, unknown, unknown][] = [
      [set('a', 1), { kind: 'created', name: 'a', value: 1 }, [['a', 1]]],
      [set('a', 2), { kind: 'set', name: 'a', value: 2 }, [['a', 2]]],
      [
        set('b', 3),
        { kind: 'created', name: 'b', value: 3 },
        [
          ['a', 2],
          ['b', 3],
        ],
      ],
      [{ kind: 'rename', name: 'a', to: 'b' }, { kind: 'renamed', name: 'a', to: 'b' }, [['b', 2]]],
      [{ kind: 'delete', name: 'b' }, { kind: 'deleted', name: 'b' }, []],
    ];
    for (const [wish, told, held] of steps) {
      expect(fine(change(world, wish)).isTold).toBe(true);
      expect(changes(world)).toEqual([['2', told]]);
      expect(fine(world.hub.join(world.ask('3'), 'red')).variables).toEqual(held);
      fine(world.hub.leave(world.ask('3'), 'red'));
      world.take();
    }
  });

  it('that are not there can be neither renamed nor deleted', () => {
    const world = worldOf('1', '2');
    expect(codeOf(change(world, { kind: 'rename', name: 'a', to: 'b' }))).toBe('variable_unknown');
    expect(codeOf(change(world, { kind: 'delete', name: 'a' }))).toBe('variable_unknown');
    expect(changes(world)).toEqual([]);
  });

  it('are told to who sets them when it wants so, with its token', () => {
    const world = worldOf('1', '2');
    fine(change(world, set('a', 1), { echo: true }));
    const told = world.take();
    expect(told.map(({ to }) => to)).toEqual(['1', '2']);
    expect(told[0]?.delivery).toBe(told[1]?.delivery);
    expect(told[0]?.delivery).toMatchObject({ correlation: 'c', from: { id: '1' }, room: { name: 'red' } });
  });

  it.each([
    [true, [false, false, true]],
    [false, [true, true, true]],
  ])('with the value that they have are dropped by choice: %s', (dropUnchanged, isTold) => {
    const world = worldOf('1', '2');
    fine(change(world, set('a', [1, 2]), { dropUnchanged }));
    world.take();
    const again = [
      [1, 2],
      [1, 2],
      [2, 1],
    ].map((value) => fine(change(world, set('a', value), { dropUnchanged })));
    expect(again.map((outcome) => outcome.isTold)).toEqual(isTold);
    expect(changes(world)).toHaveLength(isTold.filter(Boolean).length);
  });

  it('of the fleet are set by the fleet alone, and are no secret', () => {
    const world = worldOf('1');
    world.enter('show', '1');
    const asked = world.hub.changeRoomVariable(world.ask('1'), { room: 'show', wish: set('state', 9) });
    expect(codeOf(asked)).toBe('not_allowed');
    world.hub.fleet.setRoomVariables('show', { state: 'ready', cue: 3 });
    world.hub.fleet.setRoomVariables('show', { state: 'ready', cue: 4 });
    world.hub.fleet.setRoomVariables('elsewhere', { state: 'x' });
    expect(changes(world)).toEqual([
      ['1', { kind: 'created', name: 'state', value: 'ready' }],
      ['1', { kind: 'created', name: 'cue', value: 3 }],
      ['1', { kind: 'set', name: 'cue', value: 4 }],
    ]);
  });
});

describe('variables of a member', () => {
  it('are told once to each who shares any room with it, changes alone', () => {
    const world = worldOf('1', '2', '3');
    world.arrive('4');
    world.enter('blue', '1', '2', '4');
    world.arrive('5');
    fine(world.hub.setOwnVariables(world.ask('1'), { x: 1, y: 2 }));
    const told = world.take();
    expect(told.map(({ to }) => to)).toEqual(['2', '3', '4']);
    expect(new Set(told.map(({ delivery }) => delivery)).size).toBe(1);
    fine(world.hub.setOwnVariables(world.ask('1'), { x: 1, y: 3 }));
    expect(world.take()[0]?.delivery).toEqual({
      type: 'memberVariables',
      member: world.hub.member('1'),
      changed: { y: 3 },
    });
    expect(fine(world.hub.setOwnVariables(world.ask('1'), { y: 3 })).isTold).toBe(false);
    expect(world.take()).toEqual([]);
    const held = [
      ['x', 1],
      ['y', 3],
    ];
    expect(['1', '4', '5'].map((by) => world.hub.variablesOf(by, '1'))).toEqual([held, held, []]);
  });

  it('may be called whatever an object has of its own', () => {
    const world = worldOf('1', '2');
    const values = JSON.parse('{"__proto__": 1, "constructor": 2}');
    fine(world.hub.setOwnVariables(world.ask('1'), values));
    expect(world.hub.variablesOf('2', '1')).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    const [told] = world.take();
    expect(JSON.stringify(told?.delivery.type === 'memberVariables' && told.delivery.changed)).toBe(
      '{"__proto__":1,"constructor":2}',
    );
  });
});

describe('what holds variables', () => {
  it('counts names and bytes, what is replaced set off', () => {
    const tally = new Tally();
    const store = new VariableStore(tally);
    const bounds = { maxVariables: 2, maxVariableBytes: 100 };
    store.set('a', 1, 60);
    expect([40, 41].map((bytes) => store.haveSpace(['b'], bytes, bounds))).toEqual([true, false]);
    expect([100, 101].map((bytes) => store.haveSpace(['a'], bytes, bounds))).toEqual([true, false]);
    store.set('b', 1, 30);
    expect([['c'], ['a', 'b']].map((names) => store.haveSpace(names, 1, bounds))).toEqual([false, true]);
    store.rename('a', 'b');
    expect([40, 41].map((bytes) => store.haveSpace(['c'], bytes, bounds))).toEqual([true, false]);
    store.rename('b', 'b');
    expect(tally.bytes).toBe(60);
    store.delete('b');
    store.delete('b');
    expect(tally.bytes).toBe(0);
    expect([100, 101].map((bytes) => store.haveSpace(['c'], bytes, bounds))).toEqual([true, false]);
    expect(store.entries()).toEqual([]);
  });
});
