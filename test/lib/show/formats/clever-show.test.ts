/** The folders of clever-show: what they become, and what a show becomes as such a folder. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleverShow, exportCleverShow } from '../../../../lib/show/formats/clever-show.js';
import { importShow } from '../../../../lib/show/import-show.js';
import type { Show } from '../../../../lib/show/show.js';
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

function read(files: Record<string, string>) {
  return cleverShow.read(folder(files), importOptions);
}

/** Rises 0 → 1 m in place, then stands; red, green, and blue twice. */
const rising = 'rise\n1,2,3,0,0,255,0,0\n2,2,3,0.5,0,0,255,0\n3,2,3,1,0,0,0,255\n4,2,3,1,0,0,0,255\n';

describe('a clever-show folder', () => {
  it('puts each frame at the sum of the durations before it', () => {
    const { show, notes } = read({ 'drone-1.csv': rising });
    const drone = part(show, 'drone-1');
    expect([0, 0.1, 0.2, 0.3].map((tS) => placeAt(drone, tS))).toEqual([
      [2, 3, 0],
      [2, 3, 0.5],
      [2, 3, 1],
      [2, 3, 1],
    ]);
    expect(placeAt(drone, 99)).toEqual([2, 3, 1]);
    expect(drone.trajectory.segments.at(-1)?.endS).toBe(0.3);
    // Rises evenly, from rest to rest: symmetric about 0.1 s, and still in the last interval.
    expect(placeAt(drone, 0.05)[2]).toBeCloseTo(1 - (placeAt(drone, 0.15)[2] ?? 0), 6);
    expect(velocityAt(drone, 0.25)).toEqual([0, 0, 0]);
    expect(notes).toEqual([]);
  });

  it('steps the colours, and goes dark when the last frame has lasted its time', () => {
    const drone = part(read({ 'drone-1.csv': rising }).show, 'drone-1');
    expect([0, 0.099, 0.1, 0.2, 0.399, 0.4, 9].map((tS) => colorAt(drone, tS))).toEqual([
      [255, 0, 0],
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [0, 0, 255],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(drone.lights).toMatchObject({ kind: 'step', timesS: Float64Array.of(0, 0.1, 0.2, 0.4) });
  });

  it('lasts as long as its file when it is dark at the end', () => {
    const { show } = read({ 'a.csv': '1,0,0,0,0,9,0,0\n2,0,0,0,0,0,0,0\n3,0,0,0,0,0,0,0\n' });
    expect(part(show, 'a').lights).toMatchObject({ timesS: Float64Array.of(0, 0.1, 0.3) });
  });

  it('lets a delay row hold from there on', () => {
    const { show } = read({ 'a.csv': 'id\n1,0,0,0,0,9,9,9\nd,0.5\n2,0,0,1,0,9,9,9\n3,0,0,2,0,9,9,9\n' });
    const drone = part(show, 'a');
    expect([0, 0.1, 0.6].map((tS) => placeAt(drone, tS)[2])).toEqual([0, 1, 2]);
    expect(colorAt(drone, 1.099)).toEqual([9, 9, 9]);
    expect(colorAt(drone, 1.1)).toEqual([0, 0, 0]);
  });

  it('turns the short way from frame to frame, and keeps the heading where the file says nan', () => {
    const { show } = read({
      'a.csv': '1,0,0,0,3,0,0,0\n2,0,0,1,-3,0,0,0\n3,0,0,2,nan,0,0,0\n4,0,0,3,3,0,0,0\n',
      'b.csv': '1,0,0,0,nan,0,0,0\n2,0,0,1,nan,0,0,0\n',
      'c.csv': '1,0,0,0,1.5,0,0,0\n2,0,0,1,1.5,0,0,0\n',
    });
    const [first = 0, second = 0, third = 0, fourth = 0] = part(show, 'a').yaw.yawsRad;
    expect(first).toBe(3);
    expect(second).toBeCloseTo(2 * Math.PI - 3, 9);
    expect(third).toBeNaN();
    expect(fourth).toBeCloseTo(3, 9);
    expect(part(show, 'b').yaw.timesS).toHaveLength(0);
    expect(part(show, 'c').yaw).toEqual({ timesS: Float64Array.of(0), yawsRad: Float64Array.of(1.5) });
  });

  it('stands still without a segment when no frame moves, and keeps its lights', () => {
    const drone = part(read({ 'a.csv': '1,1,2,0,0,5,6,7\n2,1,2,0,0,5,6,7\n' }).show, 'a');
    expect(drone.trajectory).toEqual({ startS: 0, startM: { x: 1, y: 2, z: 0 }, segments: [] });
    expect(colorAt(drone, 0.15)).toEqual([5, 6, 7]);
  });

  it('has its pad below a first frame in the air, and at one up to half a metre', () => {
    const { show } = read({
      'air.csv': '1,1,2,0.51,0,0,0,0\n',
      'pad.csv': '1,1,2,0.5,0,0,0,0\n',
      'pit.csv': '1,1,2,-0.2,0,0,0,0\n',
    });
    expect(part(show, 'air').homeM).toEqual({ x: 1, y: 2, z: 0 });
    expect(part(show, 'pad').homeM).toEqual({ x: 1, y: 2, z: 0.5 });
    expect(part(show, 'pit').homeM).toEqual({ x: 1, y: 2, z: -0.2 });
  });

  it('is named after the id that all files share, else after the folder', () => {
    const frame = '1,0,0,0,0,0,0,0\n';
    expect(read({ 'a.csv': `Circle\n${frame}`, 'b.csv': `Circle\n${frame}` }).show.title).toBe('Circle');
    expect(read({ 'a.csv': frame, 'b.csv': frame }).show.title).toBe('mine');
    const mixed = read({ 'a.csv': `Circle\n${frame}`, 'b.csv': `Wave\n${frame}` });
    expect(mixed.show.title).toBe('mine');
    expect(mixed.notes).toEqual(['The files have different ids: Circle, Wave.']);
  });

  it('orders its parts as people count, and reads neither hidden files nor deeper folders', () => {
    const frame = '1,0,0,0,0,0,0,0\n';
    const { show, notes } = read({
      'drone-10.csv': frame,
      'drone-2.csv': frame,
      'README.md': 'text',
      '.hidden.csv': frame,
      '__MACOSX/._drone-2.csv': 'x',
      'old/drone-3.csv': frame,
    });
    expect([...show.slots.keys()]).toEqual(['drone-2', 'drone-10']);
    expect(notes).toEqual(['Not part of the show: old/drone-3.csv.']);
    expect(show).toMatchObject({ cues: [], segments: {}, limits: {} });
    expect(show.headingDeg).toBeUndefined();
  });

  it('names every wrong file with its line, one a line', () => {
    const text = refusal(
      folder({ 'a.csv': 'id\n1,2\n1,2,3\n', 'b.csv': rising, 'c.csv': '', 'd.csv': '1,2\n' }),
    );
    expect(text.split('\n')).toEqual([
      expect.stringContaining('a.csv, line 3'),
      'c.csv: the file is empty',
      'd.csv: the file has no frames',
    ]);
  });

  it('refuses two files for one drone', () => {
    expect(refusal(folder({ 'a.csv': rising, 'a.CSV': rising }))).toContain('another file for a');
  });

  it('may be one file alone, whatever its name', () => {
    const { show } = cleverShow.read(file('drone-7.txt', rising), importOptions);
    expect([...show.slots.keys()]).toEqual(['drone-7']);
    expect(show.title).toBe('rise');
  });
});

/** Two drones of a sample show, as a folder. */
function circle() {
  const names = readdirSync('shows/circle').slice(0, 2);
  return folder(
    Object.fromEntries(names.map((name) => [name, readFileSync(`shows/circle/${name}`)])),
    'circle',
  );
}

describe('a show as a clever-show folder', () => {
  it('is, frame by frame, the folder that it came from', () => {
    const source = circle();
    const { show } = cleverShow.read(source, importOptions);
    const { files, notes } = exportCleverShow(show);
    expect(notes).toEqual([]);
    const cells = (text: string) =>
      text
        .trim()
        .split(/[\r\n]+/)
        .filter((line) => line.split(',').length === 8)
        .map((line) => line.split(',').slice(1).map(Number));
    for (const [name, bytes] of source.files) {
      const before = cells(new TextDecoder().decode(bytes));
      const after = cells(textOf(files, name));
      expect(after.map((row) => row.slice(4))).toEqual(before.map((row) => row.slice(4)));
      const off = after.flatMap((row, i) =>
        row.slice(0, 3).map((value, axis) => value - (before[i]?.[axis] ?? 99)),
      );
      expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.0001);
      const turned = after.map((row, i) => Math.sin(((row[3] ?? 0) - (before[i]?.[3] ?? 99)) / 2));
      expect(Math.max(...turned.map(Math.abs))).toBeLessThan(0.001);
    }
  });

  it('keeps places within a millimetre and colours at the samples, at other rates too', () => {
    const frame = fc.record({
      by: fc.tuple(fc.integer({ min: -900, max: 900 }), fc.integer({ min: -900, max: 900 }), fc.nat(900)),
      color: fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)),
    });
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(10, 20, 24),
        (frames, rateHz) => {
          const rows = frames.map(({ by, color }, i) =>
            [i, ...by.map((mm) => mm / 1000), 0, ...color].join(','),
          );
          const before = read({ 'a.csv': `x,${1 / rateHz}\n${rows.join('\n')}\n` }).show;
          const after = read({ 'a.csv': textOf(exportCleverShow(before, { rateHz }).files, 'a.csv') }).show;
          for (const [i, { by, color }] of frames.entries()) {
            const tS = i / rateHz + 1e-5;
            for (const [axis, value] of placeAt(part(after, 'a'), i / rateHz).entries())
              expect(Math.abs(value - (by[axis] ?? 0) / 1000)).toBeLessThan(0.001);
            expect(colorAt(part(after, 'a'), tS)).toEqual(color);
          }
          expect(colorAt(part(after, 'a'), frames.length / rateHz + 1e-5)).toEqual([0, 0, 0]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('keeps a title with commas', () => {
    const { files } = exportCleverShow({ ...withPart({ startS: 0, endS: 1 }), title: 'one, two, |three' });
    expect(importShow({ name: 'x', kind: 'folder', files }, importOptions).show.title).toBe(
      'one, two, |three',
    );
  });

  it('shifts a beginning before zero, on the grid, and says so', () => {
    const show = withPart({ startS: -1.23, endS: 1 });
    const { files, notes } = exportCleverShow(show);
    const rows = textOf(files, 'a.csv').trim().split('\n');
    expect(notes).toEqual(['The show begins 1.3 s before its zero: all times are shifted by that.']);
    // One row of the id; from -1.3 to 1.0 s.
    expect(rows).toHaveLength(1 + 24);
    expect(rows[1]).toBe('0,0.00000,0.00000,0.00000,nan,0,0,0');
    expect(rows.at(-1)).toBe('23,0.00000,0.00000,2.23000,nan,0,0,0');
  });

  it('tells once what it can not hold', () => {
    const show = withPart({ startS: 0, endS: 1 });
    const pyro = [{ tS: 1, channel: 0, payload: 'x' }];
    const lights = { kind: 'step', timesS: Float64Array.of(0.05), colors: Uint8Array.of(1, 2, 9) } as const;
    const full: Show = {
      ...show,
      slots: new Map(
        [...show.slots].map(([slot, of]) => [slot, { ...of, pyro, lights, landAtM: { x: 9, y: 0, z: 0 } }]),
      ),
      cues: [{ tS: 1, name: 'one' }],
      music: { fileName: 'song.mp3', mediaType: 'audio/mpeg', startS: 0, bytes: new Uint8Array() },
      origin: { latDeg: 1, lonDeg: 2 },
      headingDeg: 90,
      segments: { show: { startS: 0, endS: 1 } },
      limits: { maxAltitudeM: 50 },
    };
    const { notes } = exportCleverShow(full);
    for (const what of [
      '1 cues',
      'song.mp3',
      'pyro',
      'limits',
      'origin',
      '90°',
      'segments',
      'landing places',
    ])
      expect(notes.filter((note) => note.includes(what))).toHaveLength(1);
    expect(notes.join('\n')).toContain(
      'change otherwise between two samples than in the show (first: a at 0.050 s)',
    );
    expect(notes.join('\n')).toContain('stay on after the end');
    expect(notes).toHaveLength(10);
  });

  it('tells when the samples are too few for the way, and refuses when they are too many', () => {
    const show = withPart({ startS: 0, endS: 1 });
    // There and back between two samples a second apart.
    const { trajectory } = part(show, 'a');
    const back = { kind: 'linear', endS: 2, toM: trajectory.startM } as const;
    const turning = {
      ...part(show, 'a'),
      trajectory: { ...trajectory, segments: [...trajectory.segments, back] },
    };
    const { notes } = exportCleverShow({ ...show, slots: new Map([['a', turning]]) }, { rateHz: 0.5 });
    expect(notes).toEqual([expect.stringContaining('1 drones are off their paths (most: a by 1.00 m)')]);
    const day = new Map(
      Array.from({ length: 30 }, (_, i) => [`${i}`, part(withPart({ startS: 0, endS: 9999 }), 'a')]),
    );
    expect(() => exportCleverShow({ ...show, slots: day }, { rateHz: 100 })).toThrow(
      /too many, lower the rate/,
    );
  });

  it('refuses a rate that the files can not have, and a name that is no file name', () => {
    expect(() => exportCleverShow(withPart({ startS: 0, endS: 1 }), { rateHz: 0 })).toThrow(/0\.1 to 100/);
    const show = withPart({ startS: 0, endS: 1 });
    const slots = new Map([...show.slots].map(([, of]) => ['../a', of]));
    expect(() => exportCleverShow({ ...show, slots })).toThrow(/can not be the name of a file/);
  });
});

/** One drone, a, that rises at 1 m/s. */
function withPart({ startS, endS }: { startS: number; endS: number }): Show {
  const origin = { x: 0, y: 0, z: 0 };
  const segments = [{ kind: 'linear', endS, toM: { x: 0, y: 0, z: endS - startS } }] as const;
  const none = new Float64Array();
  return {
    title: 'one',
    slots: new Map([
      [
        'a',
        {
          trajectory: { startS, startM: origin, segments },
          lights: { kind: 'step', timesS: none, colors: new Uint8Array() },
          yaw: { timesS: none, yawsRad: none },
          pyro: [],
          homeM: origin,
        },
      ],
    ]),
    cues: [],
    segments: {},
    limits: {},
  };
}
