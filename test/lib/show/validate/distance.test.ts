import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vec3 } from '../../../../lib/geo/frames.js';
import { positionAt } from '../../../../lib/show/path.js';
import { pathOf } from '../../../../lib/show/path-builder.js';
import type { Segment, SlotShow, Trajectory } from '../../../../lib/show/show.js';
import { checkShow } from '../../../../lib/show/validate/check-show.js';
import { checkDistances } from '../../../../lib/show/validate/distance.js';
import { Findings } from '../../../../lib/show/validate/findings.js';
import { checkedDrones } from '../../../../lib/show/validate/fleet.js';
import { linear, p, showOf, slot, violation } from './shows.js';

const coordinate = fc.integer({ min: -40, max: 40 }).map((n) => n / 4);
const point = fc.record({ x: coordinate, y: coordinate, z: coordinate.map((z) => Math.abs(z)) });
const leg = fc.tuple(
  fc.constantFrom('constant', 'linear', 'bezier', 'sampled'),
  fc.integer({ min: 1, max: 40 }).map((n) => n / 8),
  fc.array(point, { minLength: 2, maxLength: 7 }),
);
const trajectory = fc
  .tuple(fc.integer({ min: -8, max: 8 }), point, fc.array(leg, { maxLength: 4 }))
  .map(([startS, startM, legs]): Trajectory => {
    let atS = startS;
    const segments = legs.map(([kind, lastsS, points]): Segment => {
      const fromS = atS;
      atS += lastsS;
      if (kind === 'constant') return { kind, endS: atS };
      if (kind === 'linear') return linear(atS, points[0] ?? startM);
      if (kind === 'bezier') return { kind, endS: atS, controlM: points };
      const timesS = Float64Array.from(points, (_, i) => fromS + (lastsS * (i + 1)) / points.length);
      timesS[points.length - 1] = atS;
      const positionsM = Float64Array.from(points.flatMap(({ x, y, z }) => [x, y, z]));
      return { kind: 'sampled', endS: atS, samples: { timesS, positionsM } };
    });
    return { startS, startM, segments };
  });

const flown = (path: Trajectory, homeM: Vec3 = path.startM): SlotShow => ({
  ...slot(path.startM),
  trajectory: path,
  homeM,
});

/** Dense samples, then golden section around the least of them. */
function sampledLeast(trajectories: readonly Trajectory[]): number {
  const paths = trajectories.map(pathOf);
  let least = Number.POSITIVE_INFINITY;
  paths.forEach((a, i) => {
    for (const b of paths.slice(i + 1)) {
      const at = (t: number) => {
        const [from, to] = [positionAt(a, t), positionAt(b, t)];
        return Math.hypot(from.x - to.x, from.y - to.y, from.z - to.z);
      };
      let best = -9;
      for (let t = -9; t < 29; t += 1 / 32) if (at(t) < at(best)) best = t;
      let [low, high] = [best - 1 / 32, best + 1 / 32];
      for (let k = 0; k < 60; k++) {
        const [left, right] = [low + 0.382 * (high - low), low + 0.618 * (high - low)];
        if (at(left) < at(right)) high = right;
        else low = left;
      }
      least = Math.min(least, at(best), at(low));
    }
  });
  return least;
}

function distances(slots: Readonly<Record<string, SlotShow>>) {
  return checkDistances(
    checkedDrones(showOf(slots), 0.5),
    { minDistanceM: 0, minPadDistanceM: 0 },
    new Findings(),
  );
}

describe('the closest approach', () => {
  it('is one that is taken, and no more than dense sampling with refinement finds, for curves of all kinds', () => {
    fc.assert(
      fc.property(fc.array(trajectory, { minLength: 2, maxLength: 5 }), (trajectories) => {
        const slots = Object.fromEntries(trajectories.map((path, i) => [`d${i}`, flown(path)]));
        const exact = distances(slots).all;
        const sampled = sampledLeast(trajectories);
        expect(exact?.distanceM).toBeLessThanOrEqual(sampled + 1e-6);
        const [a, b] = [trajectories[exact?.a ?? 0], trajectories[exact?.b ?? 0]];
        if (!a || !b) throw new Error('no pair');
        const t = exact?.t ?? 0;
        const [from, to] = [positionAt(pathOf(a), t), positionAt(pathOf(b), t)];
        const there = Math.hypot(from.x - to.x, from.y - to.y, from.z - to.z);
        expect(there).toBeCloseTo(exact?.distanceM ?? -1, 6);
      }),
      { numRuns: 15 },
    );
  });

  it('of two that cross at right angles is where both are equally far from the crossing', () => {
    const all = distances({
      a: slot(p(-10, 0, 5), [linear(10, p(10, 0, 5))]),
      b: slot(p(0, -12, 5), [linear(10, p(0, 8, 5))]),
    }).all;
    expect(all?.distanceM).toBeCloseTo(Math.SQRT2, 9);
    expect(all?.t).toBeCloseTo(5.5, 5);
  });

  it('is that of the curve, not of its control points', () => {
    const all = distances({
      a: slot(p(0, 0, 5), [{ kind: 'bezier', endS: 4, controlM: [p(5, 4, 5), p(10, 0, 5)] }]),
      b: slot(p(5, 4, 5)),
    }).all;
    expect(all?.distanceM).toBeCloseTo(2, 9);
    expect(all?.t).toBeCloseTo(2, 5);
  });

  it('is found between drones that are far from each other for all but a moment', () => {
    const far = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`far${i}`, slot(p(5 * i, 300, 0))] as const),
    );
    const all = distances({
      ...far,
      a: slot(p(0, 0, 5), [linear(100, p(0, 0, 5.01)), linear(110, p(50, 0, 5.01)), linear(120, p(0, 0, 5))]),
      b: slot(p(50, 1, 5.01), [linear(120, p(50, 1, 5.01))]),
    }).all;
    expect(all).toMatchObject({ a: 0, b: 1 });
    expect(all?.distanceM).toBeCloseTo(1, 9);
    expect(all?.t).toBeCloseTo(110, 5);
  });

  it('is found in one short bow there and back, in a long time of standing', () => {
    const rest = (endS: number) => ({ kind: 'constant', endS }) as const;
    const bow = { kind: 'bezier', endS: 504.2, controlM: [p(-6, 0, 5), p(10, 0, 5)] } as const;
    const all = distances({
      a: slot(p(0, 0, 5)),
      b: slot(p(10, 0, 5), [rest(503.2), bow, rest(1000)]),
    }).all;
    expect(all?.distanceM).toBeCloseTo(2, 9);
    expect(all?.t).toBeCloseTo(503.7, 5);
  });

  it('in flight leaves out drones that are both on the ground', () => {
    const { stats } = checkShow(
      showOf({
        a: slot(p(0, 0, 0), [linear(10, p(0, 0, 10)), linear(20, p(0, 0, 0))]),
        b: slot(p(1, 0, 0)),
        c: slot(p(1, 0.9, 0)),
      }),
    );
    expect(stats).toMatchObject({ minDistancePair: ['b', 'c'], minFlightDistancePair: ['a', 'b'] });
    expect(stats.minDistanceM).toBeCloseTo(0.9, 9);
    expect(stats.minFlightDistanceM).toBeCloseTo(Math.hypot(1, 0.5), 5);
  });

  it('is null for one drone, and 0 for two on one pad', () => {
    expect(checkShow(showOf({ a: slot(p(0, 0, 0)) })).stats.minDistanceM).toBeNull();
    const { stats, violations } = checkShow(showOf({ a: slot(p(0, 0, 0)), b: slot(p(0, 0, 0)) }));
    expect(stats).toMatchObject({ minDistanceM: 0, minFlightDistanceM: null, durationS: 0 });
    expect(violations).toMatchObject([{ kind: 'padDistance', value: 0, drones: ['a', 'b'] }]);
  });
});

describe('a distance below the limit', () => {
  const passing = (gapM: number) => ({
    'drone-10': slot(p(-10, 0, 5), [linear(10, p(10, 0, 5)), linear(20, p(-10, 0.2, 5))]),
    'drone-2': slot(p(0, gapM, 5)),
  });

  it('is reported at the worst moment of its first stretch, though a later one is worse', () => {
    const found = violation('distance', passing(1.2), { minDistanceM: 1.5 });
    expect(found).toMatchObject({ drones: ['drone-2', 'drone-10'], limit: 1.5 });
    expect(found?.t).toBeCloseTo(5, 5);
    expect(found?.value).toBeCloseTo(1.2, 9);
  });

  it('is none exactly at the limit', () => {
    expect(violation('distance', { ...passing(0), 'drone-2': slot(p(0, -1.5, 5)) })).toBeUndefined();
    expect(violation('distance', { ...passing(0), 'drone-2': slot(p(0, -1.4999, 5)) })).toBeDefined();
    const pads = { a: slot(p(0, 0, 0)), b: slot(p(0.8, 0, 0)) };
    expect(violation('padDistance', pads)).toBeUndefined();
  });

  it('on the ground counts against the distance of pads alone', () => {
    const slots = { a: slot(p(0, 0, 0), [linear(9, p(0, 0, 0.5))]), b: slot(p(0.7, 0, 0)) };
    expect(violation('distance', slots)).toBeUndefined();
    expect(violation('padDistance', slots)?.value).toBeCloseTo(0.7, 9);
  });

  it('does not depend on the order of slots', () => {
    fc.assert(
      fc.property(fc.array(trajectory, { minLength: 3, maxLength: 4 }), (trajectories) => {
        const entries = trajectories.map((path, i) => [`d${i}`, flown(path)] as const);
        const straight = checkShow(showOf(Object.fromEntries(entries)));
        expect(checkShow(showOf(Object.fromEntries(entries.reverse())))).toEqual(straight);
      }),
      { numRuns: 8 },
    );
  });
});
