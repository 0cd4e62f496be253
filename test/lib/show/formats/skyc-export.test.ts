import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExportedShow } from '../../../../lib/show/formats/format.js';
import { exportSkyc, skyc } from '../../../../lib/show/formats/skyc/index.js';
import { readZip, writeZip } from '../../../../lib/show/formats/zip.js';
import { lightTrack, trackColorAt } from '../../../../lib/show/lights.js';
import { positionAt } from '../../../../lib/show/path.js';
import { pathOf } from '../../../../lib/show/path-builder.js';
import type { LightProgram, Segment, Show, SlotShow, Trajectory } from '../../../../lib/show/show.js';
import { yawAt } from '../../../../lib/show/yaw.js';

const none = { timesS: new Float64Array(0), yawsRad: new Float64Array(0) };
const dark: LightProgram = { kind: 'step', timesS: new Float64Array(0), colors: new Uint8Array(0) };
const pad = { x: 1, y: 2, z: 0 };

function slotShow(parts: Partial<SlotShow> = {}): SlotShow {
  const trajectory = {
    startS: 0,
    startM: pad,
    segments: [{ kind: 'linear', endS: 2, toM: { x: 1, y: 2, z: 4 } }],
  } as const;
  return { trajectory, lights: dark, yaw: none, pyro: [], homeM: pad, ...parts };
}

function showOf(slot: SlotShow, rest: Partial<Show> = {}): Show {
  return { title: 'Stars', slots: new Map([['a', slot]]), cues: [], segments: {}, limits: {}, ...rest };
}

const jsonOf = ({ files }: ExportedShow, entry: string): unknown =>
  JSON.parse(new TextDecoder().decode(files.get(entry)));

function lightBytes(exported: ExportedShow): string {
  const { data } = jsonOf(exported, 'drones/a/lights.json') as { data: string };
  return Buffer.from(data, 'base64').toString('hex');
}

function back(show: Show): Show {
  const files = readZip(writeZip(exportSkyc(show).files), 'a.skyc');
  return skyc.read({ name: 'a', kind: 'zip', files }, { frameDelayS: 0.1 }).show;
}

function slotIn(show: Show, name = 'a'): SlotShow {
  const slot = show.slots.get(name);
  if (!slot) throw new Error(`no ${name}`);
  return slot;
}

const keys = (kind: 'step' | 'linear', ...list: [number, number, number, number][]): LightProgram => ({
  kind,
  timesS: Float64Array.from(list, ([tS]) => tS),
  colors: Uint8Array.from(list.flatMap(([, ...color]) => color)),
});

describe('a show written as .skyc', () => {
  it('has its trajectory as points, curves with their inner control points', () => {
    const trajectory: Trajectory = {
      startS: 1,
      startM: pad,
      segments: [
        { kind: 'constant', endS: 2 },
        { kind: 'linear', endS: 3, toM: { x: 1, y: 2, z: 3 } },
        {
          kind: 'bezier',
          endS: 5,
          controlM: [
            { x: 2, y: 2, z: 3 },
            { x: 4, y: 2, z: 3 },
          ],
        },
        // Of two samples the spline is one cubic from rest to rest.
        {
          kind: 'sampled',
          endS: 6,
          samples: { timesS: Float64Array.of(6), positionsM: Float64Array.of(4, 5, 3) },
        },
      ],
    };
    expect(jsonOf(exportSkyc(showOf(slotShow({ trajectory }))), 'drones/a/trajectory.json')).toEqual({
      version: 1,
      takeoffTime: 0,
      points: [
        [1, [1, 2, 0], []],
        [2, [1, 2, 0], []],
        [3, [1, 2, 3], []],
        [5, [4, 2, 3], [[2, 2, 3]]],
        [
          6,
          [4, 5, 3],
          [
            [4, 2, 3],
            [4, 5, 3],
          ],
        ],
      ],
    });
  });

  it('has its lights as colours at once, fades and sleeps', () => {
    const step = keys('step', [0.5, 255, 0, 0], [1, 255, 0, 0], [1.5, 0, 0, 9]);
    // sleep 25 frames, red, sleep 50, blue, end
    expect(lightBytes(exportSkyc(showOf(slotShow({ lights: step }))))).toBe(
      '0219' + '04ff000000' + '0232' + '0400000900' + '00',
    );
    const linear = keys('linear', [0, 1, 2, 3], [1, 4, 5, 6], [2, 4, 5, 6], [10, 0, 0, 0]);
    // set, fade in 50 frames, sleep 50, fade in 400 (= 0x90 0x03), end
    expect(lightBytes(exportSkyc(showOf(slotShow({ lights: linear }))))).toBe(
      '0401020300' + '0804050632' + '0232' + '080000009003' + '00',
    );
    expect(lightBytes(exportSkyc(showOf(slotShow())))).toBe('00');
  });

  it('rounds each time of the lights by itself, and says by how much', () => {
    const white = (tS: number, i: number): [number, number, number, number] => [tS, i % 2, 0, 0];
    const lights = keys('step', ...Array.from({ length: 301 }, (_, i) => white(i / 30, i)));
    const exported = exportSkyc(showOf(slotShow({ lights })));
    expect(exported.notes).toEqual(['times of lights are rounded to 20 ms, by up to 7 ms (a)']);
    const track = lightTrack(slotIn(back(showOf(slotShow({ lights })))).lights, 20);
    expect(track.timesS.at(-1)).toBe(10);
    const short = keys('step', [0, 1, 1, 1], [0.004, 2, 2, 2], [1, 3, 3, 3]);
    expect(exportSkyc(showOf(slotShow({ lights: short }))).notes).toContain(
      'colours shorter than the 20 ms of the format are left out (a)',
    );
    expect(exportSkyc(showOf(slotShow({ lights: keys('step', [0.1 + 0.2, 1, 1, 1]) }))).notes).toEqual([]);
  });

  it('lies at 0 and later, all parts of it by the same time', () => {
    const lights = keys('step', [-3.01, 255, 0, 0], [1, 0, 0, 0]);
    const trajectory: Trajectory = {
      startS: -4.995,
      startM: pad,
      segments: [{ kind: 'linear', endS: 0, toM: { x: 1, y: 2, z: 3 } }],
    };
    const yaw = { timesS: Float64Array.of(-1, 1), yawsRad: Float64Array.of(0, 1) };
    const show = showOf(slotShow({ trajectory, lights, yaw, pyro: [{ tS: 1, channel: 3, payload: 'p' }] }), {
      cues: [{ tS: 0, name: 'go' }],
      music: { fileName: 'x.mp3', mediaType: 'audio/mpeg', startS: 0, bytes: Uint8Array.of(1) },
      segments: { takeoff: { startS: -4, endS: 0 } },
    });
    expect(exportSkyc(show).notes[0]).toBe(
      'everything is 5 s later than in the show, so that nothing lies before 0',
    );
    const read = back(show);
    const slot = slotIn(read);
    expect(slot.trajectory.startS).toBeCloseTo(0.005, 9);
    expect(slot.trajectory.segments[0]?.endS).toBe(5);
    expect(trackColorAt(lightTrack(slot.lights, 9), 2.01).red).toBe(255);
    expect(trackColorAt(lightTrack(slot.lights, 9), 6).red).toBe(0);
    expect([...slot.yaw.timesS]).toEqual([4, 6]);
    expect(slot.pyro).toEqual([{ tS: 6, channel: 3, payload: 'p' }]);
    expect([read.cues[0]?.tS, read.music?.startS, read.segments.takeoff]).toEqual([
      5,
      5,
      { startS: 1, endS: 5 },
    ]);
  });

  it.each<[string, Partial<SlotShow>, Partial<Show>]>([
    ['trajectory', { trajectory: { startS: -0.5, startM: pad, segments: [] } }, {}],
    ['lights', { lights: keys('step', [-0.5, 1, 1, 1]) }, {}],
    ['heading', { yaw: { timesS: Float64Array.of(-0.5), yawsRad: Float64Array.of(1) } }, {}],
    ['pyrotechnics', { pyro: [{ tS: -0.5, channel: 0, payload: 'p' }] }, {}],
    ['cue', {}, { cues: [{ tS: -0.5, name: 'go' }] }],
    ['music', {}, { music: { fileName: 'x', mediaType: 'y', startS: -0.5, bytes: Uint8Array.of(1) } }],
    ['segment', {}, { segments: { landing: { startS: -0.5, endS: 0 } } }],
  ])('is moved by what alone lies before 0: its %s', (_part, slot, rest) => {
    expect(exportSkyc(showOf(slotShow(slot), rest)).notes[0]).toContain('everything is 0.5 s later');
  });

  it('moves light programs of its own kind as they are, loops, waits, clocks and jumps', () => {
    const startS = -2;
    const trajectory: Trajectory = { startS, startM: pad, segments: [{ kind: 'constant', endS: 3 }] };
    const moved = (hex: string) => {
      const lights: LightProgram = { kind: 'bytecode', bytes: Uint8Array.from(Buffer.from(hex, 'hex')) };
      const show = showOf(slotShow({ trajectory, lights }));
      const [before, after] = [lightTrack(lights, 20), lightTrack(slotIn(back(show)).lights, 20)];
      for (let tS = 0.01; tS < 10; tS += 0.13)
        expect(trackColorAt(after, tS - startS)).toEqual(trackColorAt(before, tS));
      expect(trackColorAt(after, 1)).toEqual({ red: 0, green: 0, blue: 0 });
      return exportSkyc(show);
    };
    expect(lightBytes(moved('07320364060a00'))).toBe('0264' + '073203c801060a00');
    expect(lightBytes(moved('07320e0364060a0700'))).toBe('02640e' + '07320e0364060a0700');
    moved('0c0a0719060a0d070000');
    expect(moved('07190619' + '1200').notes).toContain(
      'a light program with jumps is written out up to 63 s, and keeps its colour from there (a)',
    );
    const still = showOf(slotShow({ lights: { kind: 'bytecode', bytes: Uint8Array.of(0x12, 0, 0xff) } }));
    expect(lightBytes(exportSkyc(still))).toBe('1200ff');
  });

  it('turns evenly where the heading is to be kept for a while, and says so', () => {
    const yaw = {
      timesS: Float64Array.of(0, 1, 2, 4, 6),
      yawsRad: Float64Array.of(Number.NaN, 1, Number.NaN, 2, Number.NaN),
    };
    const exported = exportSkyc(showOf(slotShow({ yaw })));
    const deg = (rad: number) => (-rad * 180) / Math.PI;
    expect(jsonOf(exported, 'drones/a/yaw_control.json')).toEqual({
      version: 1,
      setpoints: [
        [1, deg(1)],
        [2, deg(1)],
        [4, deg(2)],
        [6, deg(2)],
      ],
    });
    expect(exported.notes).toEqual([
      'where the heading is to be kept for a while, it turns evenly to the next (a)',
    ]);
    const kept = { timesS: Float64Array.of(0), yawsRad: Float64Array.of(Number.NaN) };
    expect(exportSkyc(showOf(slotShow({ yaw: kept })))).toMatchObject({ notes: [] });
    expect(exportSkyc(showOf(slotShow({ yaw: kept }))).files.has('drones/a/yaw_control.json')).toBe(false);
  });

  it('keeps what it says about itself', () => {
    const geofence = [
      { x: -9, y: -9 },
      { x: 9, y: -9 },
      { x: 9, y: 9.5 },
    ];
    const show = showOf(slotShow({ landAtM: { x: 7, y: 8, z: 0 } }), {
      origin: { latDeg: 47.1234567, lonDeg: -19.7654321, amslM: 123.456 },
      headingDeg: 321.5,
      cues: [
        { tS: 1, name: 'one' },
        { tS: 2.5, name: 'two' },
      ],
      music: { fileName: 'песня.MP3', mediaType: 'audio/mpeg', startS: 1.25, bytes: Uint8Array.of(1, 2, 3) },
      segments: {
        takeoff: { startS: 0, endS: 1 },
        show: { startS: 1, endS: 2 },
        landing: { startS: 2, endS: 3 },
      },
      limits: {
        maxAltitudeM: 90,
        maxSpeedXYMPerS: 5,
        maxSpeedUpMPerS: 2.5,
        maxSpeedDownMPerS: 1.5,
        maxAccelerationMPerS2: 3,
        minDistanceM: 2,
        groundClearanceM: 1,
        maxYawRateDegPerS: 30,
        geofence,
      },
    });
    const { slots, ...rest } = back(show);
    const { slots: _before, ...wanted } = show;
    expect(rest).toEqual(wanted);
    expect(slots.get('a')).toMatchObject({ homeM: pad, landAtM: { x: 7, y: 8, z: 0 } });
    expect(exportSkyc(show).notes).toEqual([]);
    expect(back(showOf(slotShow(), { limits: { maxSpeedDownMPerS: 5 } })).limits).toEqual({
      maxSpeedDownMPerS: 5,
      maxSpeedUpMPerS: 3,
    });
  });

  it('says what the format has no word for', () => {
    const pyro = [{ tS: 1, channel: 3, payload: 'p' }];
    expect(
      exportSkyc(showOf(slotShow({ pyro }), { headingDeg: 1, limits: { maxFlightS: 9, minDistanceM: 2 } }))
        .notes,
    ).toEqual([
      'limits that the format has no word for are left out: maxFlightS',
      'the show has a direction but no place: readers may take neither',
      'of the payloads of pyrotechnics only the names are known (a)',
    ]);
    expect(back(showOf(slotShow(), { headingDeg: 1 })).headingDeg).toBe(1);
  });

  it('gives each drone a folder that every disk can have', () => {
    const names = ['A', 'a', '..b', 'c:d', 'drone', '…'];
    const slots = new Map(names.map((name) => [name, slotShow()]));
    const exported = exportSkyc(showOf(slotShow(), { slots }));
    const folders = [...exported.files.keys()].filter((name) => name.endsWith('trajectory.json'));
    expect(folders.map((name) => name.split('/')[1])).toEqual([
      'A',
      'a-2',
      'drone',
      'drone-2',
      'drone-3',
      'drone-4',
    ]);
    expect([...back(showOf(slotShow(), { slots })).slots.keys()].sort()).toEqual([...names].sort());
  });
});

const metres = fc.integer({ min: -100_000, max: 100_000 }).map((value) => value / 1234);
const vector = fc.record({ x: metres, y: metres, z: metres });
const spanS = fc.integer({ min: 1, max: 300 }).map((value) => value / 70);

/** A segment as it follows another: its end is `endS` later than that. */
const segment = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), endS: spanS }),
  fc.record({ kind: fc.constant('linear' as const), endS: spanS, toM: vector }),
  fc.record({
    kind: fc.constant('bezier' as const),
    endS: spanS,
    controlM: fc.array(vector, { minLength: 2, maxLength: 7 }),
  }),
  fc.record({
    kind: fc.constant('sampled' as const),
    endS: spanS,
    points: fc.array(vector, { minLength: 1, maxLength: 6 }),
  }),
);

const trajectory = fc
  .record({
    startS: fc.integer({ min: -300, max: 300 }).map((value) => value / 70),
    startM: vector,
    parts: fc.array(segment, { maxLength: 6 }),
  })
  .map(({ startS, startM, parts }): Trajectory => {
    let atS = startS;
    const segments = parts.map((part): Segment => {
      const fromS = atS;
      atS = fromS + part.endS;
      if (part.kind !== 'sampled') return { ...part, endS: atS };
      const n = part.points.length;
      const timesS = Float64Array.from(part.points, (_, i) =>
        i + 1 === n ? atS : fromS + ((i + 1) * part.endS) / n,
      );
      return {
        kind: 'sampled',
        endS: atS,
        samples: { timesS, positionsM: Float64Array.from(part.points.flatMap(({ x, y, z }) => [x, y, z])) },
      };
    });
    return { startS, startM, segments };
  });

const byte = fc.integer({ min: 0, max: 255 });
const lights = fc
  .record({
    kind: fc.constantFrom('step' as const, 'linear' as const),
    first: fc.integer({ min: -200, max: 200 }),
    list: fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), byte, byte, byte), { maxLength: 12 }),
  })
  .map(({ kind, first, list }) => {
    const frameOf = (index: number) =>
      list.slice(0, index + 1).reduce((sum, [frames]) => sum + frames, first);
    return keys(
      kind,
      ...list.map(([, ...color], i): [number, number, number, number] => [frameOf(i) / 50, ...color]),
    );
  });

describe('any show, written as .skyc and read again', () => {
  it('has each drone at the same place with the same colour and heading', () => {
    const yaw = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 4 }).map((list) => ({
      timesS: Float64Array.from(list, (_, i) => i * 1.5 - 1),
      yawsRad: Float64Array.from(list),
    }));
    fc.assert(
      fc.property(trajectory, lights, yaw, (path, program, heading) => {
        const slot = slotShow({ trajectory: path, lights: program, yaw: heading });
        const read = slotIn(back(showOf(slot)));
        // How much later everything is, to be seen on the trajectory.
        const shiftS = read.trajectory.startS - path.startS;
        const [before, after] = [pathOf(path), pathOf(read.trajectory)];
        const [shown, showing] = [lightTrack(program, 60), lightTrack(read.lights, 60)];
        for (let tS = -7.003; tS < 32; tS += 0.537) {
          const [a, b] = [positionAt(before, tS), positionAt(after, tS + shiftS)];
          expect(Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z)).toBeLessThan(0.001);
          const [c, d] = [trackColorAt(shown, tS), trackColorAt(showing, tS + shiftS)];
          expect(
            Math.max(Math.abs(c.red - d.red), Math.abs(c.green - d.green), Math.abs(c.blue - d.blue)),
          ).toBeLessThanOrEqual(1);
          const turn = yawAt(heading, tS) - yawAt(read.yaw, tS + shiftS);
          if (!Number.isNaN(turn)) expect(Math.cos(turn)).toBeCloseTo(1, 9);
        }
        expect(read.yaw.timesS.length).toBe(heading.timesS.length);
      }),
      { numRuns: 20 },
    );
  });
});
