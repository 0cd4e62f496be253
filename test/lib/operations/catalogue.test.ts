/** The catalogue is fit to make menus, forms and command lines from. */
import { describe, expect, it } from 'vitest';
import { isCommand, isOperation, operationNames, operations } from '../../../lib/operations/catalogue.js';
import { ctlArguments } from '../../../lib/operations/ctl-arguments.js';

describe('every operation', () => {
  it.each(operationNames)('%s has a title, a sentence, and arguments that can be told apart', (name) => {
    const { title, help, arguments: specs } = operations[name];
    expect(title.length > 2 && title.length <= 34).toBe(true);
    expect(help).toMatch(/^[A-Z].*\.$/);
    const names = specs.map((spec) => spec.name);
    expect(new Set(names).size).toBe(names.length);
    for (const spec of specs) {
      expect(['ids', 'all', 'select', 'json', 'host', 'port', 'user', 'token']).not.toContain(spec.name);
      expect(spec.name).toMatch(/^[a-z_]+$/);
    }
    const positional = specs.map(({ isPositional }) => isPositional === true);
    expect(positional).toEqual([...positional].sort().reverse());
  });

  it('has a title of its own', () => {
    const titles = operationNames.map((name) => operations[name].title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('that can hurt somebody is asked for twice', () => {
    for (const name of ['takeoff', 'takeoff_z', 'flip'] as const)
      expect([name, operations[name].confirm]).toEqual([name, 'y']);
    for (const name of ['kill', 'disarm', 'emergency_land'] as const)
      expect([name, typeof operations[name].confirm]).toEqual([name, 'object']);
    for (const name of ['land', 'stop', 'pause'] as const)
      expect([name, operations[name].confirm]).toEqual([name, undefined]);
  });

  it('is known by its own name only', () => {
    for (const name of ['toString', '__proto__', 'LAND', '']) expect(isOperation(name)).toBe(false);
    expect([isCommand('land'), isCommand('list'), isCommand('telemetry')]).toEqual([true, false, false]);
  });
});

it('one option of the command line stands for all arguments of a name', () => {
  const flags = ctlArguments().map((argument) => argument.flags);
  expect(new Set(flags).size).toBe(flags.length);
  expect(ctlArguments().find((argument) => argument.flags === '--delay <value>')?.about).toBe(
    'with start: seconds until it starts; at least 4, for lights alone 0; default 10',
  );
});
