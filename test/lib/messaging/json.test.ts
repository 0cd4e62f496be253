import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson, isJsonObject, parseJson } from '../../../lib/messaging/json.js';

describe('parseJson', () => {
  it.each([
    ['NaN', Number.NaN],
    ['[NaN,Infinity,-Infinity]', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['{"a": NaN , "b":[ -Infinity ]}', { a: Number.NaN, b: [Number.NEGATIVE_INFINITY] }],
    ['{"NaN":NaN,"Infinity" : 1}', { NaN: Number.NaN, Infinity: 1 }],
    ['["NaN","-Infinity","a NaN, b",NaN]', ['NaN', '-Infinity', 'a NaN, b', Number.NaN]],
    ['["N","S","","\\"NaN\\"",NaN]', ['N', 'S', '', '"NaN"', Number.NaN]],
    ['["\\\\",NaN,"\\\\\\"NaN"]', ['\\', Number.NaN, '\\"NaN']],
  ])('reads %s', (text, expected) => {
    expect(parseJson(text)).toEqual(expected);
  });

  it.each([
    'nan',
    '{NaN:1}',
    '{NaN :1}',
    '-NaN',
    '+Infinity',
    '--Infinity',
    '1.Infinity',
    '1e-Infinity',
    '1e+Infinity',
    'NaN1',
    '1NaN',
    'NaNNaN',
    '"a"NaN',
    '["NaN]',
    '[NaN',
    '"Infinity',
  ])('refuses %s, which is not JSON with bare words either', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('lets a key called __proto__ change nothing but its own object', () => {
    for (const text of ['{"__proto__":{"polluted":1},"x":1}', '{"__proto__":{"polluted":1},"x":NaN}']) {
      const value = parseJson(text);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(isJsonObject(value) && value.polluted).toBeUndefined();
    }
    expect({}).not.toHaveProperty('polluted');
  });

  it('reads a megabyte of quotes and backslashes that never ends without looking at it again and again', () => {
    const text = `[NaN,"${'\\"'.repeat(500_000)}`;
    expect(() => parseJson(text)).toThrow(SyntaxError);
    expect(parseJson(`[NaN,"${'\\"'.repeat(500_000)}"]`)).toEqual([Number.NaN, '"'.repeat(500_000)]);
  });
});

describe('formatJson', () => {
  it.each([
    [Number.NaN, 'NaN'],
    [[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null, 1.5], '[Infinity,-Infinity,null,1.5]'],
    [{ a: { b: [Number.NaN, 'NaN'] }, c: undefined, d: 'null' }, '{"a":{"b":[NaN,"NaN"]},"d":"null"}'],
    [[undefined, Number.NaN], '[null,NaN]'],
    [undefined, 'null'],
    [null, 'null'],
    [{ at: new Date(0), n: null }, '{"at":"1970-01-01T00:00:00.000Z","n":null}'],
    ['ü "q" null', '"ü \\"q\\" null"'],
  ])('writes %j with bare words', (value, text) => {
    expect(formatJson(value)).toBe(text);
  });

  it('refuses what JSON can not hold', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => formatJson(circle)).toThrow(TypeError);
    expect(() => formatJson([1n])).toThrow(TypeError);
  });
});

describe('both together', () => {
  const word = fc.constantFrom(
    'NaN',
    'Infinity',
    '-Infinity',
    'N',
    'S',
    'null',
    '"',
    '\\',
    ':',
    ' ',
    '\u2028',
  );
  const tricky = fc
    .array(fc.oneof(word, fc.string({ unit: 'binary' })), { maxLength: 5 })
    .map((parts) => parts.join(''));
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      fc.double().map((number) => (Object.is(number, -0) ? 0 : number)),
      tricky,
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(tricky, tie('any'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).any;

  it('bring back every value as it was, whatever its strings say', () => {
    fc.assert(
      fc.property(value, (original) => {
        expect(parseJson(formatJson(original))).toEqual(original);
      }),
      { numRuns: 500 },
    );
  });

  it('never accept text without bare words that JSON.parse refuses, nor read it differently', () => {
    fc.assert(
      fc.property(fc.oneof(tricky, fc.json()), (text) => {
        const marked = `[${text},NaN]`;
        const strict = attempt(() => JSON.parse(marked.replace(/NaN\]$/, '0]')));
        if (text.includes('NaN') || text.includes('Infinity')) return;
        const ours = attempt(() => parseJson(marked));
        expect(ours === undefined).toBe(strict === undefined);
        if (Array.isArray(ours) && Array.isArray(strict))
          expect(ours.slice(0, -1)).toEqual(strict.slice(0, -1));
      }),
      { numRuns: 500 },
    );
  });
});

function attempt(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return undefined;
  }
}

describe('nesting', () => {
  const nested = (depth: number, [open, close]: readonly string[]) =>
    `{"a":"]}${'['.repeat(300)}\\"","b":${open?.repeat(depth)}NaN${close?.repeat(depth)}}`;
  it.each([
    ['lists', ['[', ']']],
    ['objects', ['{"x":', '}']],
    ['both', ['[{"[":', '}]']],
  ])('of %s ends at a hundred, brackets in texts not counted', (what, brackets) => {
    const deepest = what === 'both' ? 49 : 99;
    expect(parseJson(nested(deepest, brackets))).toHaveProperty('b');
    expect(() => parseJson(nested(deepest + 1, brackets))).toThrow(/more than 100 deep/);
  });

  it('of a megabyte of brackets is refused at once, and nothing overflows', () => {
    const startMs = performance.now();
    for (const text of [`[NaN,${'['.repeat(500_000)}${']'.repeat(500_000)}]`, '[{"a":'.repeat(160_000)])
      expect(() => parseJson(text)).toThrow(SyntaxError);
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
});
