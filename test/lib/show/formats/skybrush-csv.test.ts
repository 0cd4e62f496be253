/** Skybrush's tables of samples: what they become, and what a show becomes as such tables. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleverShow } from '../../../../lib/show/formats/clever-show.js';
import { exportSkybrushCsv, skybrushCsv } from '../../../../lib/show/formats/skybrush-csv.js';
import {
  colorAt,
  file,
  folder,
  importOptions,
  part,
  placeAt,
  refusal,
  textOf,
  velocityAt,
} from './sources.js';

const header = 'Time [msec],x [m],y [m],z [m],Red,Green,Blue';

function read(files: Record<string, string>) {
  return skybrushCsv.read(folder(files), importOptions);
}

describe('a Skybrush CSV folder', () => {
  it('is taken over unrotated, with seconds for milliseconds', () => {
    const { show, notes } = read({
      'Drone 1.csv': `${header}\n0,1,-2,0,255,0,0\n250,1,-2,0.5,0,0,255\n1000,1,-2,2,0,100,255\n`,
    });
    const drone = part(show, 'Drone 1');
    expect([0, 0.25, 1, 50].map((tS) => placeAt(drone, tS))).toEqual([
      [1, -2, 0],
      [1, -2, 0.5],
      [1, -2, 2],
      [1, -2, 2],
    ]);
    expect(show).toMatchObject({ title: 'mine', cues: [] });
    expect(show.headingDeg).toBeUndefined();
    expect(drone.yaw.timesS).toHaveLength(0);
    expect(notes).toEqual([]);
  });

  it('blends colours from sample to sample and keeps the last', () => {
    const { show } = read({ 'a.csv': `${header}\n0,0,0,0,200,0,0\n250,0,0,1,0,0,100\n500,0,0,2,0,0,100\n` });
    const drone = part(show, 'a');
    expect([0, 0.125, 0.25, 0.4, 77].map((tS) => colorAt(drone, tS))).toEqual([
      [200, 0, 0],
      [100, 0, 50],
      [0, 0, 100],
      [0, 0, 100],
      [0, 0, 100],
    ]);
  });

  it('holds a colour that does not change, and then fades from there', () => {
    const dark = '0,0,0,0,0,0,0\n100,0,0,0,0,0,0\n200,0,0,0,0,0,0\n300,0,0,0,100,0,0\n';
    const drone = part(read({ 'a.csv': `${header}\n${dark}` }).show, 'a');
    expect([0.1, 0.2, 0.25].map((tS) => colorAt(drone, tS)[0])).toEqual([0, 0, 50]);
    expect(drone.lights).toMatchObject({ timesS: Float64Array.of(0, 0.2, 0.3) });
  });

  it('reads both spellings of the names, a byte order mark, line ends of any system, and any order', () => {
    const { show } = read({
      'a.csv': '\ufeffTime_msec,x_m,y_m,z_m,Red,Green,Blue\r\n0,1,2,3,4,5,6\r\n\r\n',
      'b.csv': 'Blue,Green,Red,"z [m]","y [m]","x [m]","Time [msec]"\r6,5,4,3,2,1,0\r',
    });
    for (const slot of ['a', 'b']) {
      expect(placeAt(part(show, slot), 0)).toEqual([1, 2, 3]);
      expect(colorAt(part(show, slot), 0)).toEqual([4, 5, 6]);
    }
  });

  it('is white without colours', () => {
    const { show } = read({ 'a.csv': 'Time [msec],x [m],y [m],z [m]\n0,0,0,0\n100,0,0,1\n' });
    expect(colorAt(part(show, 'a'), 0.05)).toEqual([255, 255, 255]);
  });

  it('stands, dark, at its first sample until its time comes', () => {
    const { show } = read({ 'a.csv': `${header}\n1500.5,0,0,3,9,9,9\n1750.5,0,0,4,9,9,9\n` });
    const drone = part(show, 'a');
    expect(drone.trajectory.startS).toBe(1.5005);
    expect(placeAt(drone, 0)).toEqual([0, 0, 3]);
    expect(velocityAt(drone, 1)).toEqual([0, 0, 0]);
    expect(colorAt(drone, 1.5)).toEqual([0, 0, 0]);
    expect(colorAt(drone, 1.6)).toEqual([9, 9, 9]);
    expect(drone.homeM).toEqual({ x: 0, y: 0, z: 0 });
  });

  it('passes at full speed through the middle of three even samples, and moves evenly about it', () => {
    const { show } = read({ 'a.csv': `${header}\n0,0,0,5,0,0,0\n1000,1,0,5,0,0,0\n2000,2,0,5,0,0,0\n` });
    const drone = part(show, 'a');
    // The spline from rest to rest: 3 (1 + 1) / (2 · 2) = 1.5 m/s in the middle.
    expect(velocityAt(drone, 1)).toEqual([1.5, 0, 0]);
    expect(placeAt(drone, 0.5)[0]).toBeCloseTo(2 - (placeAt(drone, 1.5)[0] ?? 0), 6);
  });

  it('notes a column that it does not know', () => {
    expect(read({ 'a.csv': `${header},Yaw [deg]\n0,0,0,0,0,0,0,90\n` }).notes).toEqual([
      'Column "Yaw [deg]" is not taken.',
    ]);
  });

  it('may lie in a folder of its own, or be one file', () => {
    const csv = `${header}\n0,0,0,0,0,0,0\n`;
    expect([...read({ 'out/a.csv': csv, 'notes.txt': '' }).show.slots.keys()]).toEqual(['a']);
    expect([...skybrushCsv.read(file('Drone 3.csv', csv), importOptions).show.slots.keys()]).toEqual([
      'Drone 3',
    ]);
    expect(refusal(folder({ 'one/a.csv': csv, 'two/a.csv': csv }))).toContain('several folders hold a show');
  });
});

describe('a show as Skybrush CSV', () => {
  it('has the names of columns with units, and whole milliseconds', () => {
    const source = folder({ 'a.csv': `${header}\n0,0,0,0,1,2,3\n600,0,-0.6,0,107,8,9\n` });
    const { show } = skybrushCsv.read(source, importOptions);
    const { files, notes } = exportSkybrushCsv(show, { rateHz: 3 });
    const lines = textOf(files, 'a.csv').trim().split('\n');
    expect(lines[0]).toBe(header);
    expect(lines[1]).toBe('0,0.00000,0.00000,0.00000,1,2,3');
    // Not at a third of a second: u = 0.555, −0.6 m · (3 u² − 2 u³).
    expect(lines[2]).toBe('333,0.00000,-0.34930,0.00000,60,5,6');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(['0', '333', '667']);
    expect(lines.at(-1)).toBe('667,0.00000,-0.60000,0.00000,107,8,9');
    // The fade ends at 0.6 s, between two samples.
    expect(notes).toEqual([expect.stringContaining('first: a at 0.600 s')]);
  });

  it('takes ten samples a second where nothing is said, and tells of headings it can not hold', () => {
    const { show } = cleverShow.read(
      folder({ 'a.csv': '1,0,0,0,1,0,0,0\n2,0,0,1,1,0,0,0\n' }),
      importOptions,
    );
    const { files, notes } = exportSkybrushCsv(show);
    expect(textOf(files, 'a.csv').trim().split('\n')).toHaveLength(4);
    expect(notes).toEqual(['The files can not hold the headings of 1 drones.']);
  });

  it('keeps places within a millimetre and colours within one step at the samples', () => {
    const row = fc.record({
      mm: fc.tuple(fc.integer({ min: -900, max: 900 }), fc.integer({ min: -900, max: 900 }), fc.nat(900)),
      color: fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)),
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(4, 8, 10),
        (rows, rateHz) => {
          const text = rows.map(({ mm, color }, i) =>
            [(i * 1000) / rateHz, ...mm.map((value) => value / 1000), ...color].join(','),
          );
          const before = read({ 'a.csv': `${header}\n${text.join('\n')}\n` }).show;
          const exported = exportSkybrushCsv(before, { rateHz });
          expect(exported.notes).toEqual([]);
          const after = part(read({ 'a.csv': textOf(exported.files, 'a.csv') }).show, 'a');
          for (const [i, { mm, color }] of rows.entries()) {
            for (const [axis, value] of placeAt(after, i / rateHz).entries())
              expect(Math.abs(value - (mm[axis] ?? 0) / 1000)).toBeLessThan(0.001);
            for (const [channel, value] of colorAt(after, i / rateHz).entries())
              expect(Math.abs(value - (color[channel] ?? 0))).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
