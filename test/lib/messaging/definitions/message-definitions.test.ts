import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseTypedDefinitions, typedDefinitionsOf } from '../../../../lib/messaging/definitions/grammar.js';
import {
  type FieldValue,
  type MessageSchema,
  readDefinitionsFile,
  readMessageDefinitions,
} from '../../../../lib/messaging/index.js';

const all = readMessageDefinitions('All i=int f=float s=str b=bytes l=?f d=?d t=bool j=json\nStop');

const good = {
  i: -5,
  f: Number.NaN,
  s: 'hé',
  b: new Uint8Array([0, 9]),
  l: [0.1, 2],
  d: Float64Array.of(0.1),
  t: false,
  j: { a: [1, null, 'x'] },
};

describe('definitions of room messages', () => {
  it('come from a text or an object, with the same meaning', () => {
    const fromObject = readMessageDefinitions({ Move: { x: 'float', y: 'float' }, Stop: {} });
    const fromText = readMessageDefinitions('# the fleet\nMove x=float y=float # to there\n\nStop');
    expect(fromText.names).toEqual(['Move', 'Stop']);
    expect(fromObject.names).toEqual(fromText.names);
    for (const name of fromText.names) expect(fromObject.lineOf(name)).toBe(fromText.lineOf(name));
    expect(fromText.lineOf('Move')).toBe('Move x=float y=float');
    expect(fromText.lineOf('Stop')).toBe('Stop');
    expect(fromText.lineOf('None')).toBeUndefined();
    expect([fromText.has('Stop'), fromText.has('toString')]).toEqual([true, false]);
  });

  it('say what was read and hardly meant', () => {
    expect(readMessageDefinitions('A x=int x=str', 'a.txt').notes).toEqual([
      'a.txt, line 1: argument x of A is given more than once: the last type, str, counts',
    ]);
  });

  it.each([
    ['A x', 'fleet.txt, line 1: arguments must be given as name=type without blanks, not "x"'],
    ['\nA x=double', 'fleet.txt, line 2: unknown type "double" of x: one of int, float, str, bytes, ?f, ?d'],
    ['A\nA', 'fleet.txt, line 2: duplicate definition A: it is defined in line 1 already'],
    ['1A', 'fleet.txt, line 1: "1A" can not name a message'],
  ])('with a mistake name file, line and word: %j', (text, message) => {
    expect(() => readMessageDefinitions(text, 'fleet.txt')).toThrow(message);
  });

  it('as an object with a mistake name message and word', () => {
    const schema = { A: { x: 'double' } } as unknown as MessageSchema;
    expect(() => readMessageDefinitions(schema)).toThrow('message "A": unknown type "double" of x');
  });

  it('come from a file, whose name errors tell', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'definitions-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'fleet.txt');
    writeFileSync(path, 'Move x=float\nStop y');
    await expect(readDefinitionsFile(path)).rejects.toThrow(`${path}, line 2`);
    writeFileSync(path, 'Move x=float\nStop');
    expect((await readDefinitionsFile(path)).names).toEqual(['Move', 'Stop']);
    await expect(readDefinitionsFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'bad_config' });
  });

  it('may have the types that a protocol has, and no others', () => {
    const options = { source: 'here', types: ['u8', 'text'] as const };
    expect(parseTypedDefinitions('A x=u8', options).messages).toEqual([
      { name: 'A', argumentTypes: new Map([['x', 'u8']]) },
    ]);
    expect(() => parseTypedDefinitions('A x=int', options)).toThrow('one of u8, text is expected');
    expect(typedDefinitionsOf({ A: { x: 'text' } }, options.types)[0]?.argumentTypes.get('x')).toBe('text');
  });
});

describe('a typed message', () => {
  it('goes out with plain lists and comes in with typed ones', () => {
    const sent = all.fit('All', good);
    expect(sent).toEqual({ ...good, d: [0.1] });
    expect(all.read('All', sent)).toEqual({ ...good, l: Float32Array.of(0.1, 2), d: Float64Array.of(0.1) });
    expect(all.fit('Stop', {})).toEqual({});
  });

  it.each<[string, FieldValue]>([
    ['i', 0.5],
    ['i', 2 ** 31],
    ['i', '1'],
    ['f', '1'],
    ['f', null],
    ['s', 1],
    ['s', '\ud800'],
    ['b', 'text'],
    ['l', [1, '2']],
    ['l', [1e300]],
    ['l', 1],
    ['d', [null]],
    ['t', 1],
    ['j', new Uint8Array([1])],
    ['j', { deep: [new Uint8Array([1])] }],
    ['j', undefined as unknown as FieldValue],
  ])('is refused where %s is %j, both ways', (key, value) => {
    const fields = { ...good, d: [1], [key]: value };
    const told = `All.${key} ${value === undefined ? 'is missing' : 'does not fit'}: `;
    expect(() => all.fit('All', fields)).toThrow(told);
    expect(() => all.read('All', fields)).toThrow(expect.objectContaining({ code: 'bad_message' }));
  });

  it('is refused when json lies too deep, is a circle, or what JSON can not say', () => {
    const deep = (levels: number): FieldValue => (levels === 0 ? 1 : [deep(levels - 1) as never]);
    expect(all.fit('All', { ...good, j: deep(60) })).toBeDefined();
    expect(() => all.fit('All', { ...good, j: deep(61) })).toThrow('All.j does not fit');
    const circle: { [key: string]: FieldValue } = {};
    circle.me = circle as FieldValue;
    expect(() => all.fit('All', { ...good, j: circle as FieldValue })).toThrow('All.j does not fit');
    expect(() => all.fit('All', { ...good, j: [undefined as never] })).toThrow('All.j does not fit');
  });

  it.each<[string, FieldValue, string]>([
    ['Stop', { x: 1 }, 'Stop has no argument "x"; it takes none'],
    ['All', { x: 1 }, 'All has no argument "x"; it takes i=int f=float'],
    ['All', [1], 'All is no object of arguments'],
    ['All', null, 'All is no object of arguments'],
    ['All', new Uint8Array([1]), 'All is no object of arguments'],
    ['None', {}, 'no message is called "None"; known are All, Stop'],
    ['toString', {}, 'no message is called "toString"'],
  ])('%s with %j is refused', (name, fields, message) => {
    expect(() => all.fit(name, fields)).toThrow(message);
  });
});
