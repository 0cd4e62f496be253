import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, type Vec3 } from '../../../lib/geo/frames.js';
import { motionAt, positionAt } from '../../../lib/show/path.js';
import { PathBuilder, pathOf } from '../../../lib/show/path-builder.js';
import type { Segment, Trajectory } from '../../../lib/show/show.js';
import { splineSlopes } from '../../../lib/show/spline.js';
import { trajectories } from './arbitrary-show.js';

const origin: Vec3 = { x: 0, y: 0, z: 0 };
const at = (x: number, y = 0, z = 0): Vec3 => ({ x, y, z });

function one(segment: Segment): Trajectory {
  return { startS: 1, startM: origin, segments: [segment] };
}

describe('a path', () => {
  it('goes straight at constant velocity, and stands before and after', () => {
    const path = pathOf(one({ kind: 'linear', endS: 3, toM: at(4, 0, 2) }));
    expect(motionAt(path, 2)).toEqual({
      positionM: at(2, 0, 1),
      velocityMPerS: at(2, 0, 1),
      accelerationMPerS2: origin,
    });
    for (const tS of [-5, 0.999, 3, 100]) expect(motionAt(path, tS).velocityMPerS).toEqual(origin);
    expect([positionAt(path, 0), positionAt(path, 3)]).toEqual([origin, at(4, 0, 2)]);
  });

  it('follows a quadratic curve: half way, B = (P0 + 2 P1 + P2) / 4', () => {
    const path = pathOf(one({ kind: 'bezier', endS: 3, controlM: [at(0, 2), at(4, 2)] }));
    // B(½) = (0 + 0 + 4, 0 + 4 + 2) / 4; B' = (P2 − P0) / span; B" = 2 (P2 − 2 P1 + P0) / span².
    expect(motionAt(path, 2)).toEqual({
      positionM: at(1, 1.5),
      velocityMPerS: at(2, 1),
      accelerationMPerS2: at(2, -1),
    });
  });

  it('has the peak of a movement of least jerk half way: 15/8 of the mean speed', () => {
    const to = at(8);
    const path = pathOf(one({ kind: 'bezier', endS: 5, controlM: [origin, origin, to, to, to] }));
    expect(motionAt(path, 3).positionM.x).toBeCloseTo(4, 12);
    expect(motionAt(path, 3).velocityMPerS.x).toBeCloseTo((15 / 8) * 2, 12);
    expect(motionAt(path, 1.001).velocityMPerS.x).toBeLessThan(1e-4);
  });

  it('goes through every sample at its time, from rest to rest', () => {
    const samples = {
      timesS: Float64Array.of(2, 3, 4),
      positionsM: Float64Array.of(1, 0, 0, 3, 1, 0, 4, 1, 0),
    };
    const path = pathOf(one({ kind: 'sampled', endS: 4, samples }));
    expect([2, 3, 4].map((tS) => positionAt(path, tS))).toEqual([at(1), at(3, 1), at(4, 1)]);
    expect(motionAt(path, 1).velocityMPerS).toEqual(origin);
    expect(Math.abs(motionAt(path, 4 - 1e-9).velocityMPerS.x)).toBeLessThan(1e-6);
  });

  it('may jump where it is built piece by piece', () => {
    const builder = new PathBuilder(0);
    builder.add(1, [origin]);
    builder.add(2, [at(5), at(6)]);
    const path = builder.build();
    expect([0.5, 1, 1.5, 2].map((tS) => positionAt(path, tS).x)).toEqual([0, 5, 5.5, 6]);
  });

  it('has its own derivatives as velocity and acceleration', () => {
    fc.assert(
      fc.property(trajectories(), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (trajectory, u) => {
        const path = pathOf(trajectory);
        const last = trajectory.segments.at(-1)?.endS ?? 0;
        const tS = trajectory.startS + u * (last - trajectory.startS);
        const h = 1e-5;
        const isNearBreak = path.breaksS.some((breakS) => Math.abs(breakS - tS) < 3 * h);
        if (isNearBreak) return;
        const [before, now, after] = [motionAt(path, tS - h), motionAt(path, tS), motionAt(path, tS + h)];
        for (const axis of ['x', 'y', 'z'] as const) {
          const rate = (after.positionM[axis] - before.positionM[axis]) / (2 * h);
          const change = (after.velocityMPerS[axis] - before.velocityMPerS[axis]) / (2 * h);
          const scale = 1 + Math.abs(now.velocityMPerS[axis]) + Math.abs(now.accelerationMPerS2[axis]);
          expect(Math.abs(rate - now.velocityMPerS[axis])).toBeLessThan(1e-4 * scale * 100);
          expect(Math.abs(change - now.accelerationMPerS2[axis])).toBeLessThan(1e-3 * scale * 1000);
        }
      }),
    );
  });

  it('is continuous over its segments', () => {
    fc.assert(
      fc.property(trajectories(), (trajectory) => {
        const path = pathOf(trajectory);
        for (const { endS } of trajectory.segments)
          expect(distance(positionAt(path, endS - 1e-9), positionAt(path, endS))).toBeLessThan(1e-4);
      }),
    );
  });
});

describe('the slopes of a spline', () => {
  const times = Float64Array.from({ length: 60 }, (_, i) => i * 0.1);

  it('give the acceleration of a circle within 2 %, away from its ends', () => {
    const path = new PathBuilder(0);
    path.addSpline({
      timesS: times,
      positionsM: Float64Array.from({ length: 180 }, (_, i) => {
        const angle = 0.6 * Math.floor(i / 3) * 0.1;
        return [3 * Math.cos(angle), 3 * Math.sin(angle), 2][i % 3] ?? 0;
      }),
    });
    const built = path.build();
    for (let tS = 1.2; tS < 4.8; tS += 0.037) {
      const { x, y } = motionAt(built, tS).accelerationMPerS2;
      expect(Math.abs(Math.hypot(x, y) / (3 * 0.36) - 1)).toBeLessThan(0.02);
    }
  });

  it('are 0 wherever the samples stay still, and where there are two', () => {
    const values = Float64Array.of(0, 0, 1, 2, 2, 2, 3);
    const slopes = splineSlopes(times.subarray(0, 7), values);
    expect([0, 1, 3, 4, 5, 6].map((i) => slopes[i])).toEqual([0, 0, 0, 0, 0, 0]);
    expect(slopes[2]).toBeGreaterThan(0);
    expect([...splineSlopes(Float64Array.of(0, 1), Float64Array.of(0, 5))]).toEqual([0, 0]);
  });

  it('do not let a curve swing out over a long gap between samples', () => {
    const path = new PathBuilder(0);
    const rows = [0, 0.1, 0.2, 0.3, 60, 60.1].map((tS, i) => ({
      tS,
      x: [0, 0.1, 0.2, 0.3, 0.31, 0.4][i] ?? 0,
    }));
    path.addSpline({
      timesS: Float64Array.from(rows, ({ tS }) => tS),
      positionsM: Float64Array.from(rows.flatMap(({ x }) => [x, 0, 0])),
    });
    const built = path.build();
    for (let tS = 0.3; tS < 60; tS += 0.5) {
      expect(positionAt(built, tS).x).toBeGreaterThanOrEqual(0.3);
      expect(positionAt(built, tS).x).toBeLessThanOrEqual(0.31 + 1e-12);
    }
  });
});
