/** Files that are no show, or a broken one: each is refused in words, soon, and never with a crash. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShowError } from '../../../../lib/errors.js';
import { importShow } from '../../../../lib/show/import-show.js';
import { bytesOf, file, folder, importOptions, refusal } from './sources.js';

const skybrush = 'Time [msec],x [m],y [m],z [m],Red,Green,Blue';
const mds = 'idx,t,px,py,pz,vx,vy,vz,ax,ay,az,yaw,mode,ledr,ledg,ledb';
const mdsRow = (i: number, t: number | string, px: number | string = 0) =>
  `${i},${t},${px},0,0,0,0,0,0,0,0,0,70,0,0,0`;

describe('a broken table', () => {
  it.each([
    ['a.csv, line 3: x "NaN" is wrong'.replace('x', 'xm'), `${skybrush}\n0,0,0,0,0,0,0\n100,NaN,0,0,0,0,0\n`],
    ['a.csv, line 2: zm "Infinity"', `${skybrush}\n0,0,0,Infinity,0,0,0\n`],
    ['a.csv, line 2: ym "1e999"', `${skybrush}\n0,0,1e999,0,0,0,0\n`],
    ['a.csv, line 2: ym ""', `${skybrush}\n0,0,,0,0,0,0\n`],
    ['a.csv, line 2: red "0x10"', `${skybrush}\n0,0,0,0,0x10,0,0\n`],
    ['a.csv, line 2: colour 256 is wrong', `${skybrush}\n0,0,0,0,256,0,0\n`],
    ['a.csv, line 1: column zm is missing', 'Time [msec],x [m],y [m]\n0,0,0\n'],
    ['column blue is missing', 'Time [msec],x [m],y [m],z [m],Red,Green\n0,0,0,0,0,0\n'],
    ['column "x [m]" is there twice', 'Time [msec],x [m],x [m],y [m],z [m]\n0,0,0,0,0\n'],
    ['a.csv: there are no rows', `${skybrush}\n`],
    [
      'a.csv, line 4: expected 7 cells as in the first row, found 6',
      `${skybrush}\n0,0,0,0,0,0,0\n\n9,0,0,0,0,0\n`,
    ],
    [
      'a.csv, line 3: expected 7 cells as in the first row, found 8',
      `${skybrush}\n0,0,0,0,0,0,0\n9,0,0,0,0,0,0,0`,
    ],
    ['line 3: timemsec 0 does not come after 0', `${skybrush}\n0,0,0,0,0,0,0\n0,0,0,0,0,0,0\n`],
    ['line 3: timemsec 50 does not come after 100', `${skybrush}\n100,0,0,0,0,0,0\n50,0,0,0,0,0,0\n`],
    ['line 2: timemsec -250 is negative', `${skybrush}\n-250,0,0,0,0,0,0\n`],
    ['line 3: t 0.05 does not come after 0.05', `${mds}\n${mdsRow(0, 0.05)}\n${mdsRow(1, 0.05)}\n`],
    ['line 2: t -1 is negative', `${mds}\n${mdsRow(0, -1)}\n`],
    ['line 2: px "nan" is wrong', `${mds}\n${mdsRow(0, 0, 'nan')}\n`],
    ['line 2: expected 16 cells as in the first row, found 3', `${mds}\n0,0,1`],
    ['column pz is missing', 'idx,t,px,py\n0,0,0,0\n'],
    ['column vz is missing, expected all of vx, vy, vz', 't,px,py,pz,vx,vy\n0,0,0,0,0,0\n'],
    ['a.csv, line 2: z "inf" is wrong', '1,0,0,0,0,0,0,0\n2,0,0,inf,0,0,0,0\n'],
    ['a.csv, line 2: expected 8 cells', '1,0,0,0,0,0,0,0\n2,0,0,0,0\n'],
    ['a: trajectory at 90000 s is more than a day', `${skybrush}\n90000000,0,0,0,0,0,0\n`],
    [
      'a, 0.1 s: (10001, 0, 0) is more than 10000 m away',
      `${skybrush}\n0,0,0,0,0,0,0\n100,10001,0,0,0,0,0\n`,
    ],
  ])('is refused with its place: %s', (message, text) => {
    expect(refusal(folder({ 'a.csv': text }))).toContain(message);
  });

  it('is named together with all the others', () => {
    const text = refusal(folder({ 'a.csv': `${skybrush}\n`, 'b.csv': `${skybrush}\n0\n`, 'c.csv': '' }));
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^a\.csv: there are no rows/),
      expect.stringMatching(/^b\.csv, line 2: expected 7 cells/),
      'c.csv: the file is empty',
    ]);
  });

  it('may be cut off anywhere: it is read or refused, with the file named', () => {
    const whole = `${mds}\n${mdsRow(0, 0)}\n${mdsRow(1, 0.05, 0.25)}\n`;
    for (let length = 20; length <= whole.length; length++)
      expect(refusal(folder({ 'a.csv': whole.slice(0, length) }))).toMatch(/^$|a\.csv/);
  });
});

describe('a file that is too much', () => {
  it('is refused at once when it is one endless line', () => {
    const bytes = new Uint8Array(60 * 2 ** 20).fill(0x31);
    bytes.set(bytesOf(`${skybrush}\n0,0,0,0,0,0,0,`));
    const startMs = performance.now();
    expect(refusal(file('a.csv', bytes))).toContain('a.csv, line 2: the line is longer than 65536 bytes');
    bytes.fill(0x31).set(bytesOf('1,0,0,0,0,0,0,0\r2,2'));
    expect(refusal(file('a.csv', bytes))).toContain('a.csv, line 2: the line is longer than 65536 bytes');
    expect(performance.now() - startMs).toBeLessThan(2000);
  });

  it('is refused at once when it is JSON without bottom or end', () => {
    const bytes = new Uint8Array(60 * 2 ** 20).fill(0x5b);
    const startMs = performance.now();
    bytes.set(bytesOf('{"performances":'));
    expect(refusal(file('a.vviz', bytes))).toContain('a.vviz: this is nested too deeply');
    const endless = bytes.subarray(0, 2 ** 22).fill(0x31);
    endless.set(bytesOf('{"performances":'));
    expect(refusal(file('a.vviz', endless))).toContain('a.vviz: this is not JSON');
    expect(performance.now() - startMs).toBeLessThan(2000);
  });

  it.each(['show.json', 'manifest.json'])('is refused at once when %s holds millions of things', (name) => {
    const head = '{"version":1,"format":"starling-show","swarm":{"drones":[';
    const bytes = new Uint8Array(19_000_000 + head.length);
    for (let at = 0; at < bytes.length; at++) bytes[at] = [0x7b, 0x7d, 0x2c][at % 3] ?? 0;
    bytes.set(bytesOf(head.padEnd(Math.ceil(head.length / 3) * 3)));
    const startMs = performance.now();
    expect(refusal(folder({ [name]: bytes }))).toMatch(/holds too much, to be a show|this is no show/);
    expect(performance.now() - startMs).toBeLessThan(2000);
  });

  it('may have brackets in its texts, but not in each other', () => {
    const brackets = '['.repeat(70);
    const closed = (performances: string) =>
      `{"version":"1","defaultPositionRate":1,"defaultColorRate":1,"performances":${performances}}`;
    expect(refusal(file('a.vviz', closed(`["${brackets}", "\\"${brackets}"]`)))).toContain(
      'performances[0] is "[[[',
    );
    expect(refusal(file('a.vviz', closed(brackets + ']'.repeat(70))))).toContain('nested too deeply');
  });

  it('is refused when it has more lines than any show', () => {
    const bytes = new Uint8Array(600_000).fill(0x0a);
    bytes.set(bytesOf(`${skybrush}\n`));
    expect(refusal(file('a.csv', bytes))).toBe('a.csv: there are more than 500000 lines');
  });

  it('is refused when it has 5001 drones', () => {
    const agentDescription = { homeX: 0, homeY: 0, homeZ: 0, agentTraversal: [] };
    const drones = (count: number) =>
      JSON.stringify({
        version: '1.0',
        defaultPositionRate: 1,
        defaultColorRate: 1,
        performances: Array.from({ length: count }, (_, id) => ({ id, agentDescription })),
      });
    expect(refusal(file('a.vviz', drones(5001)))).toBe('a: the show has 5001 drones, expected 1 to 5000');
  });

  it.each(['a\u0007b', 'n'.repeat(64), ' a', '\u202ea', '..'])('is refused with the name %j', (name) => {
    expect(refusal(folder({ [`x/${name}.csv`]: `${skybrush}\n0,0,0,0,0,0,0\n` }))).toMatch(
      /can not be the name of a drone's part|this is no show/,
    );
  });
});

describe('what is no show', () => {
  it.each([
    ['the folder is empty', folder({})],
    ['a.csv is empty', folder({ 'a.csv': '' })],
    ['found README.md, which begins with "hello"', folder({ 'README.md': 'hello' })],
    [
      'found 2 files, the first of them a.csv, which begins with "Time,x,y"',
      folder({ 'a.csv': 'Time,x,y\n1,2,3', b: '' }),
    ],
    ['which begins with "??"', file('a.bin', Uint8Array.of(0, 1))],
  ])('is told by what was found: %s', (message, source) => {
    const text = refusal(source);
    expect(text).toContain(message);
    expect(text).toContain('expected a .star or .skyc file');
  });

  it('is refused as binary when only its head is text', () => {
    const bytes = bytesOf(`${skybrush}\n0,0,0,0,0,0,0\n\u0000\u0001`);
    expect(refusal(file('a.csv', bytes))).toBe('a.csv: this is not a text file, expected UTF-8 text');
  });

  it('is refused in words when it is JSON that breaks off', () => {
    expect(refusal(file('a.vviz', '{"version":"1.0","performances":[{'))).toContain(
      'a.vviz: this is not JSON',
    );
  });

  it('never makes the import crash, whatever the bytes', () => {
    const heads = ['', `${skybrush}\n`, `${mds}\n`, '1,0,0,0,0,0,0,0\n', '{"performances":['];
    const content = fc.tuple(
      fc.constantFrom(...heads),
      fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.string()),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a.csv', 'b.csv', 'c'), content), (files) => {
        const made = Object.entries(files).map(([name, [head, tail]]) => {
          const end = bytesOf(tail);
          return [name, Uint8Array.of(...bytesOf(head), ...end)] as const;
        });
        try {
          importShow(folder(Object.fromEntries(made)), importOptions);
        } catch (error) {
          expect(error).toBeInstanceOf(ShowError);
        }
      }),
      { numRuns: 150 },
    );
  });
});
