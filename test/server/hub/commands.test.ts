/** Commands and plugins: who may call what with what, switching off while running, and plugins that are wrong. */

import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../lib/errors.js';
import type { ArgumentType, CommandDefinition, HubCommand } from '../../../server/hub/commands.js';
import type { HubValue } from '../../../server/hub/hub-types.js';
import type { Plugin } from '../../../server/hub/plugins.js';
import { codeOf, denialOf, fine, HubWorld } from './hub-world.js';

function command(name: string, more: Partial<CommandDefinition> = {}, run?: HubCommand['run']): HubCommand {
  return {
    definition: { name, about: 'for tests', role: 'guest', args: {}, ...more },
    run: run ?? (({ member, args }) => ({ by: member.id, ...args })),
  };
}

function worldWith(...commands: readonly HubCommand[]): HubWorld {
  const world = new HubWorld({ gateways: { desk: { highestRole: 'operator' } } });
  world.arrive('1', 'Ann');
  world.arrive('boss', 'Bob', { gateway: 'desk', role: 'operator' });
  world.events.length = 0;
  world.hub.addPlugin({ name: 'lights', commands });
  return world;
}

describe('a command', () => {
  it('gets who calls and with what, and its answer goes back', async () => {
    const world = worldWith(command('cue', { args: { number: 'int' } }));
    expect(fine(await world.hub.run(world.ask('1'), 'cue', { number: 3 })).answer).toEqual({
      by: '1',
      number: 3,
    });
    expect(world.hub.commands.map(({ name }) => name)).toEqual(['cue']);
  });

  it('for operators is for them', async () => {
    const world = worldWith(command('land', { role: 'operator' }));
    const asGuest = await world.hub.run(world.ask('1'), 'land', {});
    expect(denialOf(asGuest)).toEqual({ code: 'not_allowed', reason: 'the command "land" is for operators' });
    expect(fine(await world.hub.run(world.ask('boss'), 'land', {})).answer).toEqual({ by: 'boss' });
  });

  it.each<[ArgumentType, HubValue, boolean]>([
    ['int', 2 ** 31 - 1, true],
    ['int', -(2 ** 31), true],
    ['int', 2 ** 31, false],
    ['int', 1.5, false],
    ['int', '1', false],
    ['float', 1.5, true],
    ['float', Number.NaN, false],
    ['str', '', true],
    ['str', 5, false],
    ['bytes', new Uint8Array(), true],
    ['bytes', 'abc', false],
    ['?f', [], true],
    ['?f', [1, 2.5], true],
    ['?f', [1, '2'], false],
    ['?d', [1, Number.POSITIVE_INFINITY], false],
    ['?d', 5, false],
    ['bool', false, true],
    ['bool', 0, false],
    ['json', null, true],
    ['json', { a: [1] }, true],
    ['json', new Uint8Array(), false],
  ])('takes for %s the value %j: %s', async (type, value, isTaken) => {
    const world = worldWith(command('c', { args: { x: type } }));
    const code = codeOf(await world.hub.run(world.ask('1'), 'c', { x: value }));
    expect(code).toBe(isTaken ? undefined : 'bad_arguments');
  });

  it.each([
    [{}, '"c": "x" (int) is missing'],
    [{ x: 'a' }, '"c": "x" must be int'],
    [{ x: 1, y: 2 }, '"c": there is no argument "y"'],
    [JSON.parse('{"x": 1, "__proto__": 2}'), '"c": there is no argument "__proto__"'],
  ])('called with %j says what is wrong', async (args, reason) => {
    const world = worldWith(command('c', { args: { x: 'int' } }));
    expect(denialOf(await world.hub.run(world.ask('1'), 'c', args))).toEqual({
      code: 'bad_arguments',
      reason,
    });
  });

  it('that is not there says so', async () => {
    const world = worldWith();
    expect(codeOf(await world.hub.run(world.ask('1'), 'toString', {}))).toBe('command_unknown');
  });

  it('refuses with its own words; one that fails is named, and the hub goes on', async () => {
    const refuses = command('refuses', {}, async () =>
      Promise.reject(new RefusedError('busy', 'not in flight')),
    );
    const fails = command('fails', {}, () => {
      throw new Error('undefined is not a function');
    });
    const world = worldWith(refuses, fails);
    const outcomes = await Promise.all(
      ['refuses', 'fails'].map((name) => world.hub.run(world.ask('1'), name, {})),
    );
    expect(outcomes.map(denialOf)).toEqual([
      { code: 'refused', reason: 'not in flight' },
      { code: 'command_failed', reason: 'the command fails of lights failed' },
    ]);
    const text = 'undefined is not a function';
    expect(world.events).toEqual([{ type: 'error', source: 'command fails of lights', text, memberId: '1' }]);
  });
});

describe('switching a command off', () => {
  it('works while running, everywhere or at one gateway, and back', async () => {
    const world = worldWith(command('cue'));
    const { hub } = world;
    const codes = async () =>
      [await hub.run(world.ask('1'), 'cue', {}), await hub.run(world.ask('boss'), 'cue', {})].map(codeOf);
    const off = 'command_disabled';
    expect([hub.switchCommand('cue', false, 'lace'), await codes()]).toEqual([true, [off, undefined]]);
    expect([hub.switchCommand('cue', false), await codes()]).toEqual([true, [off, off]]);
    expect(hub.switchCommand('cue', false)).toBe(false);
    expect([hub.switchCommand('cue', true), await codes()]).toEqual([true, [off, undefined]]);
    expect([hub.switchCommand('cue', true, 'lace'), await codes()]).toEqual([true, [undefined, undefined]]);
    expect(hub.switchCommand('cue', true, 'lace')).toBe(false);
  });

  it('serves the own words of a gateway too', () => {
    const { hub } = worldWith();
    hub.switchCommand('gmsg', false, 'lace');
    expect(hub.switchedOff('1', 'gmsg')?.denied).toEqual({
      code: 'command_disabled',
      reason: 'the command "gmsg" is switched off',
    });
    expect([hub.switchedOff('boss', 'gmsg'), hub.switchedOff('1', 'gvar')]).toEqual([undefined, undefined]);
    expect(hub.switchedOff('nobody', 'gmsg')?.denied.code).toBe('not_connected');
  });
});

describe('a plugin', () => {
  const wrong = (plugin: object) => ({ name: 'p', ...plugin }) as unknown as Plugin;

  it.each([
    [wrong({ name: '' }), 'a plugin without a name'],
    [wrong({ name: 'lights' }), 'plugin "lights": there is one of this name'],
    [wrong({ hooks: { conect: () => undefined } }), 'plugin "p": no hook "conect"; there are connect login'],
    [wrong({ hooks: { join: 'yes' } }), 'plugin "p": its hook "join" is no function'],
    [wrong({ onEvent: 'yes' }), 'plugin "p": its onEvent is no function'],
    [wrong({ commands: [command('cue')] }), 'plugin "p": command "cue": there is one of this name'],
    [wrong({ commands: [command('a'), command('a')] }), 'plugin "p": command "a" twice'],
    [wrong({ commands: [command('2 words')] }), 'plugin "p": command "2 words": a name is letters'],
    [wrong({ commands: [command('a', { role: 'drone' as 'guest' })] }), 'its role must be guest or operator'],
    [
      wrong({ commands: [command('a', { args: { x: 'double' as 'int' } })] }),
      'argument "x": no type "double"',
    ],
    [wrong({ commands: [command('b'), { ...command('a'), run: 5 }] }), 'command "a": its run is no function'],
    [wrong({ commands: [{ run: () => 1 }] }), 'plugin "p": a command without a definition'],
  ])('that can not be is refused by name, and nothing of it stays: %#', (plugin, text) => {
    const world = worldWith(command('cue'));
    expect(() => world.hub.addPlugin(plugin)).toThrow(text);
    expect(world.hub.plugins).toEqual(['lights']);
    expect(world.hub.commands.map(({ name }) => name)).toEqual(['cue']);
    fine(world.hub.join(world.ask('1'), 'red'));
  });

  it('hears what happens, and may keep itself in its hooks', () => {
    const heard: string[] = [];
    const world = worldWith();
    const hooks = {
      word: 'closed',
      list() {
        return { deny: this.word };
      },
    };
    expect(() => world.hub.addPlugin({ name: 'p', hooks })).toThrow('no hook "word"');
    class Guard {
      readonly #word = 'closed';
      list() {
        return { deny: this.#word };
      }
    }
    world.hub.addPlugin({ name: 'q', hooks: new Guard(), onEvent: ({ type }) => void heard.push(type) });
    expect(denialOf(world.hub.list(world.ask('1')))?.reason).toBe('closed');
    world.hub.disconnect('1', 'gone');
    expect(heard).toEqual(['disconnected']);
  });
});
