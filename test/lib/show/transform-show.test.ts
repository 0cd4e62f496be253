/** The transformed show, evaluated at any time, is the transform of the show evaluated at its time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vec3 } from '../../../lib/geo/frames.js';
import { lightTrack, trackColorAt } from '../../../lib/show/lights.js';
import { motionAt } from '../../../lib/show/path.js';
import { pathOf } from '../../../lib/show/path-builder.js';
import type { Show, SlotShow, Trajectory } from '../../../lib/show/show.js';
import { identityTransform, type ShowTransform, transformShow } from '../../../lib/show/transform-show.js';
import { yawAt } from '../../../lib/show/yaw.js';

const v = (x: number, y: number, z: number): Vec3 => ({ x, y, z });
const corner = (x: number, y: number) => ({ x, y });

/** One segment of each kind; the samples turn, stand still along one axis, and are not evenly spaced. */
const trajectory: Trajectory = {
  startS: 2,
  startM: v(1, 2, 0),
  segments: [
    { kind: 'linear', endS: 4, toM: v(1, 2, 5) },
    { kind: 'constant', endS: 5 },
    { kind: 'bezier', endS: 9, controlM: [v(1, 2, 8), v(6, -2, 9), v(7, 3, 8)] },
    {
      kind: 'sampled',
      endS: 13,
      samples: {
        timesS: Float64Array.of(10, 10.5, 11.5, 12, 12.5, 13),
        positionsM: Float64Array.of(8, 3, 8, 9, 3.5, 8, 9, 5, 7.5, 8.2, 7, 7, 8, 7, 6, 8, 7, 5),
      },
    },
  ],
};

const part: SlotShow = {
  trajectory,
  lights: {
    kind: 'linear',
    timesS: Float64Array.of(0, 4, 8),
    colors: Uint8Array.of(255, 0, 0, 0, 200, 9, 0, 0, 0),
  },
  yaw: { timesS: Float64Array.of(0, 4, 6, 9), yawsRad: Float64Array.of(0.5, 2.5, Number.NaN, 1) },
  pyro: [{ tS: 7, channel: 1, payload: 'fountain' }],
  homeM: v(1, 2, 0),
  landAtM: v(8, 7, 5),
};

const show: Show = {
  title: 'shapes',
  slots: new Map([
    ['a', part],
    ['b', { ...part, homeM: v(4, 4, 0) }],
  ]),
  headingDeg: 30,
  cues: [{ tS: 3, name: 'go' }],
  music: { fileName: 'm.mp3', mediaType: 'audio/mpeg', startS: 1.5, bytes: new Uint8Array([1]) },
  segments: { takeoff: { startS: 2, endS: 5 }, show: { startS: 5, endS: 13 } },
  limits: {
    minDistanceM: 2,
    geofence: [corner(0, 0), corner(10, 0), corner(10, 5)],
    audience: [corner(-9, 1)],
  },
};

const change = (more: Partial<ShowTransform>): ShowTransform => ({ ...identityTransform, ...more });
const slotOf = (of: Show, name = 'a'): SlotShow => {
  const found = of.slots.get(name);
  if (!found) throw new Error(`no slot ${name}`);
  return found;
};
const expectNear = (a: Vec3 | undefined, b: Vec3 | undefined) => {
  for (const axis of ['x', 'y', 'z'] as const) expect(a?.[axis]).toBeCloseTo(b?.[axis] ?? Number.NaN, 8);
};

/** The transform by its words alone: one step after the other; an offset of 0 makes it that of directions. */
function byHand(t: ShowTransform, p: Vec3, offsetM: Vec3): Vec3 {
  const scaled = v(p.x * t.ratio.x, p.y * t.ratio.y, p.z * t.ratio.z);
  const mirrored = v(
    t.mirror === 'x' ? -scaled.x : scaled.x,
    t.mirror === 'y' ? -scaled.y : scaled.y,
    scaled.z,
  );
  const [length, angle] = [Math.hypot(mirrored.x, mirrored.y), Math.atan2(mirrored.y, mirrored.x)];
  return v(
    length * Math.cos(angle + t.rotationRad) + offsetM.x,
    length * Math.sin(angle + t.rotationRad) + offsetM.y,
    mirrored.z + offsetM.z,
  );
}

/** Evenly spread, unlike `fc.double`, of which nearly all are close to 0. */
const real = (min: number, max: number) =>
  fc.integer({ min: 0, max: 10_000 }).map((part) => min + (part / 10_000) * (max - min));
const ratio = real(0.2, 4);
const offset = real(-20, 20);
const vector = (of: fc.Arbitrary<number>) => fc.record({ x: of, y: of, z: of });
const transforms: fc.Arbitrary<ShowTransform> = fc.record({
  ratio: vector(ratio),
  mirror: fc.constantFrom('none' as const, 'x' as const, 'y' as const),
  rotationRad: fc.oneof(
    real(-7, 7),
    fc.integer({ min: -5, max: 5 }).map((quarters) => (quarters * Math.PI) / 2),
  ),
  timeScale: fc.oneof(fc.constant(1), ratio),
  commonOffsetM: vector(offset),
  privateOffsetM: vector(offset).map((its) => new Map([['a', its]])),
  yaw: fc.constant('show' as const),
});

describe('a transformed show', () => {
  it('is at any time where the transform puts what was there, and as fast', () => {
    fc.assert(
      fc.property(transforms, real(0, 15), (t, tS) => {
        const before = motionAt(pathOf(trajectory), tS);
        const path = pathOf(slotOf(transformShow(show, t)).trajectory);
        const after = motionAt(path, tS * t.timeScale);
        const its = t.privateOffsetM.get('a') ?? v(0, 0, 0);
        const offsetM = v(t.commonOffsetM.x + its.x, t.commonOffsetM.y + its.y, t.commonOffsetM.z + its.z);
        expectNear(after.positionM, byHand(t, before.positionM, offsetM));
        if (path.breaksS.some((breakS) => Math.abs(breakS - tS * t.timeScale) < 1e-9)) return;
        const slower = (of: Vec3, by: number) => v(of.x / by, of.y / by, of.z / by);
        const velocity = slower(before.velocityMPerS, t.timeScale);
        expectNear(after.velocityMPerS, byHand(t, velocity, v(0, 0, 0)));
      }),
      { numRuns: 150 },
    );
  });

  it('heads where the mirrored and turned nose points', () => {
    fc.assert(
      fc.property(transforms, real(0, 12), (drawn, tS) => {
        const t = { ...drawn, ratio: v(1, 1, 1), timeScale: 2 };
        const before = yawAt(part.yaw, tS);
        const after = yawAt(slotOf(transformShow(show, t)).yaw, 2 * tS);
        const nose = byHand(t, v(Math.cos(before), Math.sin(before), 0), v(0, 0, 0));
        if (Number.isNaN(before)) expect(after).toBeNaN();
        else expectNear(v(Math.cos(after), Math.sin(after), 0), { ...nose, z: 0 });
      }),
      { numRuns: 80 },
    );
  });

  it('is the show again after the inverse transform', () => {
    fc.assert(
      fc.property(ratio, real(-4, 4), vector(offset), (k, angle, by) => {
        const there = change({ ratio: v(k, k, k), timeScale: k, rotationRad: angle });
        const back = change({ ratio: v(1 / k, 1 / k, 1 / k), timeScale: 1 / k, rotationRad: -angle });
        const shifted = transformShow(transformShow(show, there), change({ commonOffsetM: by }));
        const unshifted = transformShow(shifted, change({ commonOffsetM: v(-by.x, -by.y, -by.z) }));
        const again = transformShow(unshifted, back);
        for (const tS of [0, 3, 4.5, 7.7, 10.2, 11.9, 14])
          expectNear(
            motionAt(pathOf(slotOf(again).trajectory), tS).positionM,
            motionAt(pathOf(trajectory), tS).positionM,
          );
        expectNear(slotOf(again).homeM, part.homeM);
        expectNear(slotOf(again).landAtM, part.landAtM);
        expect(again.limits.audience?.[0]?.x).toBeCloseTo(-9);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same for the identity', () => {
    expect(transformShow(show, identityTransform)).toEqual(show);
  });

  it('keeps splines when each axis goes to one axis, and is exact in Bézier curves otherwise', () => {
    const kinds = (rotationRad: number) =>
      slotOf(transformShow(show, change({ rotationRad }))).trajectory.segments.map(({ kind }) => kind);
    expect(kinds(Math.PI / 2)).toEqual(['linear', 'constant', 'bezier', 'sampled']);
    expect(kinds(1)).toEqual(['linear', 'constant', 'bezier', ...Array(6).fill('bezier')]);
  });

  it('moves all that has a time by the time scale', () => {
    const slow = transformShow(show, change({ timeScale: 2 }));
    expect(slow.cues).toEqual([{ tS: 6, name: 'go' }]);
    expect(slow.music?.startS).toBe(3);
    expect(slow.segments).toEqual({ takeoff: { startS: 4, endS: 10 }, show: { startS: 10, endS: 26 } });
    expect(slotOf(slow).pyro).toEqual([{ tS: 14, channel: 1, payload: 'fountain' }]);
    expect(slow.title).toBe('shapes');
    const track = lightTrack(slotOf(slow).lights, 30);
    for (const tS of [-1, 0, 2, 4, 6.3, 8, 9])
      expect(trackColorAt(track, 2 * tS)).toEqual(trackColorAt(lightTrack(part.lights, 30), tS));
  });

  it('moves the fences with the common offset alone, and keeps numbers that are limits', () => {
    const t = change({
      ratio: v(2, 3, 1),
      mirror: 'x',
      rotationRad: Math.PI / 2,
      commonOffsetM: v(100, 0, 0),
      privateOffsetM: new Map([['a', v(7, 7, 0)]]),
    });
    const { limits } = transformShow(show, t);
    expect(limits.geofence).toEqual([
      { x: 100, y: 0 },
      { x: 100, y: -20 },
      { x: 85, y: -20 },
    ]);
    expect(limits.audience).toEqual([{ x: 97, y: 18 }]);
    expect(limits.minDistanceM).toBe(2);
  });

  it('leaves the pads on the ground when it is lifted', () => {
    const lifted = slotOf(transformShow(show, change({ commonOffsetM: v(1, 0, 4) })));
    expect(lifted.homeM).toEqual(v(2, 2, 0));
    expect(lifted.trajectory.startM).toEqual(v(2, 2, 4));
  });
});

describe('the yaw of a transform', () => {
  it('may leave the heading to the drone, or be one for all in the axes of the result', () => {
    const kept = slotOf(transformShow(show, change({ yaw: 'keep' }))).yaw;
    expect(yawAt(kept, 3)).toBeNaN();
    const fixed = slotOf(transformShow(show, change({ yaw: -1, rotationRad: 2, mirror: 'y' }))).yaw;
    expect([0, 5, 90].map((tS) => yawAt(fixed, tS))).toEqual([-1, -1, -1]);
  });
});

describe('light bytecode', () => {
  /** Red at 0 s, fade to blue until 2 s, blue until 8 s, fade to black until 9 s. */
  const bytes = Uint8Array.of(0x04, 255, 0, 0, 0, 0x08, 0, 0, 255, 100, 0x02, 0xac, 0x02, 0x0a, 50, 0);
  /** Red for 0.1 s, green for 0.1 s, for ever. */
  const endless = Uint8Array.of(0x0c, 0, 0x04, 255, 0, 0, 5, 0x04, 0, 255, 0, 5, 0x0d, 0);
  /** Fade to blue until 1 s, green until 2 s, fade to black until 3 s, white. */
  const jumping = Uint8Array.of(
    ...[0x08, 0, 0, 255, 50, 0x04, 0, 255, 0, 50],
    ...[0x0a, 50, 0x04, 255, 255, 255, 50, 0],
  );
  const withLights = (code: Uint8Array): Show => ({
    ...show,
    slots: new Map([['a', { ...part, lights: { kind: 'bytecode', bytes: code } }]]),
  });
  const colorsAt = (of: Show, timesS: readonly number[]) => {
    const track = lightTrack(slotOf(of).lights, 20);
    return timesS.map((tS) => trackColorAt(track, tS));
  };

  it.each([
    ['that ends', bytes],
    ['that jumps after it blends', jumping],
    ['without end', endless],
  ])('%s becomes keys of the same colours when its time is scaled', (_, code) => {
    const before = withLights(code);
    const after = transformShow(before, change({ timeScale: 2 }));
    expect(slotOf(after).lights.kind).not.toBe('bytecode');
    const timesS = [0.01, 0.07, 0.13, 0.5, 0.99, 1.01, 1.5, 1.99, 2.4, 2.99, 3.01, 5, 8.49, 8.9, 9.03];
    expect(
      colorsAt(
        after,
        timesS.map((tS) => 2 * tS),
      ),
    ).toEqual(colorsAt(before, timesS));
    const { lights } = slotOf(after);
    if (lights.kind === 'bytecode') return;
    expect(lights.timesS.every((tS, i) => i === 0 || tS > (lights.timesS[i - 1] ?? 0))).toBe(true);
  });

  it('stays as it is when time is not scaled', () => {
    const after = transformShow(withLights(bytes), change({ rotationRad: 1 }));
    expect(slotOf(after).lights).toEqual({ kind: 'bytecode', bytes });
  });
});

describe('a rate', () => {
  it('makes trajectories splines through samples of the moved curve, its end included', () => {
    const t = change({ timeScale: 1.03, rotationRad: 0.4 });
    const exact = pathOf(slotOf(transformShow(show, t)).trajectory);
    const { segments, startS } = slotOf(transformShow(show, { ...t, rateHz: 10 })).trajectory;
    const [segment, ...more] = segments;
    expect(more).toEqual([]);
    if (segment?.kind !== 'sampled') return expect.fail('no samples');
    const { timesS, positionsM } = segment.samples;
    expect(timesS[0]).toBeCloseTo(startS + 0.1);
    expect(timesS).toHaveLength(114);
    expect(timesS.at(-1)).toBe(13 * 1.03);
    for (const [i, tS] of timesS.entries()) {
      const [x = 0, y = 0, z = 0] = positionsM.subarray(3 * i, 3 * i + 3);
      expectNear(v(x, y, z), motionAt(exact, tS).positionM);
    }
  });
});

describe('a wrong transform', () => {
  it.each<[string, Partial<ShowTransform>, string]>([
    ['a ratio of 0', { ratio: v(1, 0, 1) }, 'the ratio of y is 0'],
    ['a negative ratio', { ratio: v(1, 1, -2) }, 'the ratio of z is -2'],
    ['an infinite ratio', { ratio: v(Number.POSITIVE_INFINITY, 1, 1) }, 'the ratio of x is Infinity'],
    ['no time', { timeScale: 0 }, 'the time scale is 0'],
    ['a rotation that is no number', { rotationRad: Number.NaN }, 'a rotation of NaN'],
    [
      'an offset that is no number',
      { commonOffsetM: v(0, Number.NaN, 0) },
      'the common offset is (0, NaN, 0)',
    ],
    ['a private offset of nobody', { privateOffsetM: new Map([['c', v(0, 0, 0)]]) }, 'shapes has no part c'],
    [
      'a private offset that is no number',
      { privateOffsetM: new Map([['b', v(Number.NaN, 0, 0)]]) },
      'the private offset of b',
    ],
    ['a yaw that is no number', { yaw: Number.NaN }, 'a yaw of NaN'],
    ['a rate of 0', { rateHz: 0 }, '0 samples a second'],
  ])('%s is refused with what is wrong', (_, more, message) => {
    expect(() => transformShow(show, change(more))).toThrow(message);
  });
});
