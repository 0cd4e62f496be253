/** What is taken for an argument, and what is refused with which words. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../lib/errors.js';
import type { ArgumentSpec } from '../../../lib/operations/operation.js';
import { checkArguments, expectation, readArgument } from '../../../lib/operations/read-arguments.js';

const height: ArgumentSpec = { name: 'z', kind: 'number', min: -5, max: 5, about: 'height, m' };
const minutes: ArgumentSpec = {
  ...{ name: 'minutes', kind: 'number', min: 0, minExcluded: true, max: 60, default: 10 },
  about: 'how long',
};
const scope: ArgumentSpec = {
  ...{ name: 'scope', kind: 'choice', choices: ['live', 'lights'], default: 'live' },
  about: 'what',
};
const force: ArgumentSpec = { name: 'force', kind: 'flag', default: false, about: 'even so' };
const path: ArgumentSpec = { name: 'path', kind: 'path', of: 'any', about: 'the show' };
const reason: ArgumentSpec = { name: 'why', kind: 'text', maxLength: 5, mayBeMissing: true, about: 'why' };
const all = [height, minutes, scope, force, path, reason];

describe('typed values', () => {
  it('are filled up with defaults', () => {
    expect(checkArguments(all, { z: 1, path: '/a' })).toEqual({
      ...{ z: 1, minutes: 10, scope: 'live', force: false, path: '/a' },
    });
    expect(checkArguments(all, { z: 1, path: '/a', why: null, minutes: null })).toMatchObject({
      minutes: 10,
    });
  });

  it.each<[ArgumentSpec, unknown, RegExp]>([
    [height, 6, /^z: height, m: a number from -5 to 5, not 6$/],
    [height, '1', /not "1"/],
    [height, Number.NaN, /not null|not NaN/],
    [minutes, 0, /a number above 0, at most 60/],
    [scope, 'dead', /live or lights/],
    [force, 'yes', /yes or no/],
    [path, 'a', /an absolute path/],
    [path, '/a\0b', /an absolute path/],
    [path, `/${'a'.repeat(5000)}`, /an absolute path/],
    [reason, '', /at most 5 letters/],
    [reason, 'abcdef', /at most 5 letters/],
    [reason, 5, /at most 5 letters/],
  ])('%j refuses %j', (spec, value, message) => {
    expect(() => checkArguments([spec], { [spec.name]: value })).toThrow(message);
  });

  it('are missed only where they must be given', () => {
    expect(() => checkArguments([height], {})).toThrow('z is missing: height, m');
    expect(checkArguments([reason], {})).toEqual({});
  });
});

describe('typed text', () => {
  it('becomes a value', () => {
    expect(readArgument(height, ' 2,5 ')).toBe(2.5);
    expect(readArgument(force, 'Yes')).toBe(true);
    expect(readArgument(force, 'off')).toBe(false);
    expect(readArgument(scope, 'lights')).toBe('lights');
    expect(readArgument(path, '/a b')).toBe('/a b');
    expect(readArgument(height, '  ')).toBeUndefined();
    for (const text of ['1x', '.', '0x10000', 'Infinity', '1e9'])
      expect(() => readArgument(height, text)).toThrow(/a number from -5 to 5/);
  });

  it('that is no number is refused as it was typed', () => {
    expect(() => readArgument(height, 'zz')).toThrow('not "zz"');
  });

  it('of any kind is a value that is taken as it is, or a sentence', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.string(), (spec, text) => {
        try {
          const value = readArgument(spec, text);
          if (value !== undefined)
            expect(checkArguments([spec], { [spec.name]: value })[spec.name]).toBe(value);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          expect((error as UsageError).message).toContain(expectation(spec));
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
