/** Specifications as peers send them: ours read back to the same, those of old drones to what they mean. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { type OptionSpec, parseWireSpec, type SectionSpec, specToWire } from '../../../lib/config/index.js';
import { parseOptionSpec } from '../../../lib/config/parse-spec.js';
import { readForm } from '../../../lib/config/spec-form.js';
import type { WireValue } from '../../../lib/config/wire-value.js';
import { serverConfigSpec } from '../../../server/config-spec.js';

function optionsOf(spec: SectionSpec, path = ''): [string, OptionSpec][] {
  return [
    ...[...spec.options].map(([name, option]): [string, OptionSpec] => [`${path}/${name}`, option]),
    ...(spec.anyOption ? [[`${path}/*`, spec.anyOption] as [string, OptionSpec]] : []),
    ...[...spec.sections].flatMap(([name, inner]) => optionsOf(inner, `${path}/${name}`)),
    ...(spec.anySection ? optionsOf(spec.anySection, `${path}/*`) : []),
  ];
}

const toWire = (value: unknown) => JSON.parse(JSON.stringify(value)) as WireValue;

describe('a specification of ours that went over the wire', () => {
  it.each([
    ['drone', droneConfigSpec],
    ['server', serverConfigSpec],
  ])('of the %s is the same in its text, its defaults and what it takes', (_, spec) => {
    const read = parseWireSpec(toWire(specToWire(spec)));
    expect(specToWire(read)).toEqual(specToWire(spec));
    const before = optionsOf(spec);
    const after = new Map(optionsOf(read));
    expect([...after.keys()]).toEqual(before.map(([path]) => path));
    for (const [path, option] of before) {
      const copy = after.get(path);
      const raw = option.write(option.default);
      const again = copy?.read(toWire(raw));
      if (option.text === 'force_list') continue;
      expect([path, again === undefined ? undefined : copy?.write(again)]).toEqual([path, raw]);
      if (option.text.startsWith('mixed_list')) continue;
      expect([path, copy?.write(copy.default)]).toEqual([path, raw]);
    }
  });

  it('takes every number and refuses every bound that the specification itself takes and refuses', () => {
    const read = new Map(optionsOf(parseWireSpec(toWire(specToWire(droneConfigSpec)))));
    const numeric = optionsOf(droneConfigSpec).filter(([, { text }]) =>
      /^(float|integer|boolean|option)\(/.test(text),
    );
    expect(numeric.length).toBeGreaterThan(50);
    const values = fc.oneof(
      fc.double({ noNaN: true, min: -10, max: 2000 }),
      fc.integer({ min: -5, max: 70_000 }),
      fc.constantFrom('true', 'off', 'land', 'auto', '1e3', 'x', ''),
    );
    fc.assert(
      fc.property(fc.constantFrom(...numeric), values, ([path, option], value) => {
        expect(read.get(path)?.read(value)).toEqual(option.read(value));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the forms of old drones', () => {
  it.each<[string, WireValue, unknown, unknown]>([
    ['integer(default=25000, min=1)', '25', 25, 25000],
    ['integer(1, 9, default=3)', 10, undefined, 3],
    ['integer(min=5)', '4', undefined, 5],
    ["float(default='1.0')", '2', 2, 1],
    ['float(default=0.45, min=0, max=1)', 1.01, undefined, 0.45],
    ['boolean(default=True)', 'False', false, true],
    ['string(default=/hostname, max=63)', 'x'.repeat(64), undefined, '/hostname'],
    ['string(default=map)', 12, '12', 'map'],
    ["string(min=2, default='ab')", 'a', undefined, 'ab'],
    ['string(default="a, b (c) = d")', 'x', 'x', 'a, b (c) = d'],
    ['string', 'x', 'x', ''],
    ['option(a, b, default=b)', 'a', 'a', 'b'],
    ['option("a b", \'c\', default="c")', 'b', undefined, 'c'],
    ['ip_addr(default=192.168.1.101)', '10.0.0.256', undefined, '192.168.1.101'],
    ['ip_addr(default=192.168.1.101)', '10.0.0.25', '10.0.0.25', '192.168.1.101'],
    ['float_list(default=list(0.0, 0, 1.5), min=3, max=3)', '1, 2, 3', [1, 2, 3], [0, 0, 1.5]],
    ['float_list(default=list(0.0, 0, 1.5), min=3, max=3)', [1, 2], undefined, [0, 0, 1.5]],
    ['int_list(min=1)', [], undefined, []],
    ['string_list(default=list(\'a\', "b, c"))', 'x', ['x'], ['a', 'b, c']],
    ['list(default=list())', 'x, "y, z"', ['x', 'y, z'], []],
    ['list', 'a "b" c, "', undefined, []],
    ['force_list', '/bin/true', ['/bin/true'], []],
    ["mixed_list('boolean', 'integer')", 'true, 80', [true, 80], [false, 0]],
    ['preset_param(default=list(True, 75))', ['false', '10'], [false, 10], [true, 75]],
    ['float(default=None)', 'x', undefined, 0],
  ])('%s reads %j as %j, its default as %j', (text, value, expected, fallback) => {
    const option = parseOptionSpec(text);
    expect([option.read(value), option.default, option.text]).toEqual([expected, fallback, text]);
  });

  it.each([
    'telepathy(strength=3)',
    'float(default=nan)',
    'integer(min=low)',
    'option()',
    'mixed_list(telepathy)',
    'string(default="open)',
    'float(default=1.0) trailing',
    '(',
    '',
    `string(default=${'x'.repeat(5000)})`,
  ])('%s is not known: any text is taken, and said so', (text) => {
    const option = parseOptionSpec(text);
    expect(option.about).toContain('not known');
    expect([option.read('x, y'), option.read(['x', 5]), option.read(true), option.read(null)]).toEqual([
      'x, y',
      ['x', '5'],
      'true',
      undefined,
    ]);
    expect(option.write(['x', '5'])).toEqual(['x', '5']);
  });

  it('nest as sections do, with names at will, wrapped, with comments, or split at commas', () => {
    const spec = parseWireSpec({
      initial_comment: ['# x'],
      final_comment: [],
      id: { __value__: 'string(default=a)', comments: ['# the name', '#of it'] },
      mode: ['option(a', 'b', 'default=b)'],
      nothing: null,
      PRESETS: { current: 'string(default="DEFAULT")', __many__: { ___many___: 'preset_param' } },
    });
    expect([...spec.options.keys(), ...spec.sections.keys()]).toEqual(['id', 'mode', 'PRESETS']);
    expect(spec.options.get('id')?.about).toBe('the name of it');
    expect(spec.options.get('mode')?.default).toBe('b');
    const presets = spec.sections.get('PRESETS');
    expect([...(presets?.options.keys() ?? [])]).toEqual(['current']);
    expect(presets?.anySection?.anyOption?.read('true, 5')).toEqual([true, 5]);
  });

  it('never fail, whatever is sent', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseWireSpec(toWire(value)).kind).toBe('section');
      }),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'list(a,=")\' 1min') }), (text) => {
        expect(parseOptionSpec(text).kind).toBe('option');
      }),
      { numRuns: 200 },
    );
    let deep: WireValue = 'string';
    for (let depth = 0; depth < 2000; depth++) deep = { s: deep };
    expect(parseWireSpec(deep).sections.size).toBe(1);
  });

  it('are taken apart into their arguments', () => {
    const form = readForm(' mixed_list( \'a\', b c ,default = list(1,"2"), min=) ');
    expect(form?.positional).toEqual(['a', 'b c']);
    expect([...(form?.named ?? [])]).toEqual([
      ['default', ['1', '2']],
      ['min', ''],
    ]);
    expect([readForm('x()')?.positional, readForm('x(')]).toEqual([[], undefined]);
  });
});

it('of a peer that sends no end of it is read as far as anybody has written', () => {
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`o${n}`, 'string']));
  expect(parseWireSpec({ A: many }).sections.get('A')?.options.size).toBeLessThan(4000);
  const kind = `mixed_list(${Array.from({ length: 400 }, () => 'integer').join(',')})`;
  const long = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`o${n}`, kind]));
  const { options } = parseWireSpec(long);
  expect(options.size).toBeGreaterThan(10);
  expect(options.size).toBeLessThan(50);
});
