/** The curve between frames: through every key, with a continuous velocity that is its derivative. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnimationFrame,
  black,
  buildFlightPlan,
  colorAt,
  type FlightPlan,
  stepAt,
  trajectoryAt,
} from '../../../lib/show/index.js';
import { flight, frames, keysOf, settings, workedExample } from './examples.js';

const build = (all: readonly AnimationFrame[], changes = {}) =>
  buildFlightPlan(
    { id: 'test', frames: all },
    settings({ startAction: 'fly', yaw: 'animation', ...changes }),
    flight,
  );

function point(plan: FlightPlan, tS: number) {
  const found = trajectoryAt(plan, tS);
  if (!found) throw new Error(`no point at ${tS}`);
  return found;
}

/** Random ways, above the ground. */
const metres = fc.double({ min: 1, max: 5, noNaN: true });
const ways = fc.array(fc.tuple(metres, metres, metres), { minLength: 2, maxLength: 20 }).map(frames);

describe('the trajectory', () => {
  it('is exactly at each frame at its time', () => {
    fc.assert(
      fc.property(ways, (way) => {
        const plan = build(way);
        for (const key of keysOf(plan)) expect(point(plan, key.tS).positionM).toEqual(key.positionM);
      }),
    );
  });

  it('stays between two frames where it does not turn, and leaves them by little where it does', () => {
    fc.assert(
      fc.property(ways, fc.double({ min: 0, max: 1, noNaN: true }), (way, u) => {
        const plan = build(way);
        const keys = keysOf(plan);
        for (const [i, key] of keys.entries()) {
          const next = keys[i + 1];
          if (!next) continue;
          const { positionM } = point(plan, key.tS + u * 0.999 * (next.tS - key.tS));
          for (const axis of ['x', 'y', 'z'] as const) {
            const at = (j: number) => keys[j]?.positionM[axis] ?? Number.NaN;
            const steps = [at(i) - at(i - 1), at(i + 1) - at(i), at(i + 2) - at(i + 1)];
            const turns = steps.some((step) => Number.isNaN(step) || step * (steps[1] ?? 0) <= 0);
            const mostM = turns ? 0.25 * Math.max(...steps.map((step) => Math.abs(step) || 0)) : 0;
            expect(positionM[axis]).toBeGreaterThanOrEqual(Math.min(at(i), at(i + 1)) - mostM - 1e-9);
            expect(positionM[axis]).toBeLessThanOrEqual(Math.max(at(i), at(i + 1)) + mostM + 1e-9);
          }
        }
      }),
    );
  });

  it('has its own derivative as velocity, also across frames', () => {
    fc.assert(
      fc.property(ways, fc.double({ min: 0.51, max: 2, noNaN: true }), (way, tS) => {
        const plan = build(way);
        const h = 1e-6;
        if (tS + h >= plan.durationS) return;
        const [before, at, after] = [point(plan, tS - h), point(plan, tS), point(plan, tS + h)];
        for (const axis of ['x', 'y', 'z'] as const) {
          const slope = (after.positionM[axis] - before.positionM[axis]) / (2 * h);
          expect(Math.abs(slope - at.velocityMPerS[axis])).toBeLessThan(0.05);
        }
      }),
    );
  });

  it('has the true velocity of a circle within 1 %', () => {
    const omega = 0.6;
    const circle = frames(
      Array.from({ length: 100 }, (_, i) => [
        3 * Math.cos(omega * i * 0.1),
        3 * Math.sin(omega * i * 0.1),
        2,
      ]),
    );
    const plan = build(circle);
    for (let tS = 1; tS < 10; tS += 0.013) {
      const { velocityMPerS: v } = point(plan, tS);
      expect(Math.abs(Math.hypot(v.x, v.y) - 1.8)).toBeLessThan(0.018);
    }
  });

  it('has the true velocity also where frames last unequally long', () => {
    let tS = 0;
    const parabola = Array.from({ length: 20 }, (_, i): AnimationFrame => {
      const durationS = i % 2 === 0 ? 0.1 : 0.3;
      const frame = { positionM: { x: tS ** 2, y: 0, z: 2 }, yawRad: 0, color: black, durationS };
      tS += durationS;
      return frame;
    });
    const plan = build(parabola);
    // Of the stop at its end little is left ten frames before.
    for (const key of keysOf(plan).slice(3, -10))
      expect(point(plan, key.tS).velocityMPerS.x).toBeCloseTo(2 * (key.tS - 0.5), 3);
  });

  it('comes to rest before a gap of removed stages, and starts from rest behind it', () => {
    const way = frames([
      [0, 0, 1],
      [0, 0, 1.2],
      [0, 0, 1.4],
      [1, 0, 3],
      [2, 0, 5],
      [2, 0, 4.8],
      [2, 0, 4.6],
    ]);
    const plan = build(way, { output: { ...settings().output, route: false } });
    const index = keysOf(plan).findLastIndex(({ positionM }) => positionM.x === 0);
    const [gap, behind] = keysOf(plan).slice(index, index + 2);
    expect(gap?.positionM.z).toBe(1.4);
    expect(Math.abs(point(plan, (gap?.tS ?? 0) - 1e-9).velocityMPerS.z)).toBeLessThan(1e-6);
    expect(point(plan, behind?.tS ?? 0).velocityMPerS.z).toBe(0);
  });

  it('rests while it stands, arms, waits to land and lands', () => {
    const plan = build(workedExample());
    for (const tS of [0, 0.55, 1, 1.2, 1.5, 4.3, 5, 5.35, 6.4])
      expect(point(plan, tS).velocityMPerS).toEqual({ x: 0, y: 0, z: 0 });
  });

  it('does not glide across a gap of removed stages', () => {
    const plan = build(workedExample(), { output: { ...settings().output, route: false } });
    const index = keysOf(plan).findLastIndex(({ positionM }) => positionM.x === 0);
    const gap = keysOf(plan)[index];
    const next = keysOf(plan)[index + 1];
    if (!gap || !next) throw new Error('no gap');
    expect(point(plan, gap.tS + 0.09)).toMatchObject({ positionM: { x: 0 }, velocityMPerS: { x: 0, z: 0 } });
    expect(point(plan, next.tS)).toMatchObject({ positionM: { x: 1 }, velocityMPerS: { x: 0, z: 0 } });
  });

  it('is undefined outside the plan and during its own take-off, and waits at the point to reach', () => {
    const plan = build(workedExample(), { startAction: 'takeoff' });
    for (const tS of [-1, 1, 5.99, 14.9, Number.NaN]) expect(trajectoryAt(plan, tS)).toBeUndefined();
    expect(point(plan, 6)).toMatchObject({ positionM: { x: 0.1 }, velocityMPerS: { x: 0 } });
    expect(point(plan, 10.9)).toMatchObject({ positionM: { x: 0.1 }, velocityMPerS: { x: 0 } });
    expect(point(plan, 10.99).positionM.x).toBeGreaterThan(0.15);
    expect(point(plan, 11).positionM.x).toBeCloseTo(0.2);
  });

  it('turns the short way round and keeps a heading that is not a number', () => {
    const way = frames([
      [0, 0, 1],
      [1, 0, 1],
      [2, 0, 1],
    ]);
    const turned = way.map((frame, i) => ({ ...frame, yawRad: [3, -3, Number.NaN][i] ?? 0 }));
    const plan = build(turned);
    const middle = point(plan, 0.55).yawRad;
    expect(Math.abs(middle)).toBeGreaterThan(3);
    expect(point(plan, 0.6).yawRad).toBe(-3);
    expect(point(plan, 0.65).yawRad).toBe(-3);
    expect(point(plan, 0.7).yawRad).toBeNaN();
  });
});

describe('steps and colours', () => {
  const plan = build(workedExample());

  it('finds the step that runs, from its start up to its end', () => {
    expect([0, 0.99, 1, 1.5, 5.3, 5.4].map((tS) => stepAt(plan, tS)?.kind)).toEqual([
      'stand',
      'stand',
      'arm',
      'fly',
      'land',
      'stand',
    ]);
    expect(stepAt(plan, -0.01)).toBeUndefined();
    expect(stepAt(plan, plan.durationS)).toBeUndefined();
  });

  it('does not blend colours, and is dark before and after', () => {
    expect(colorAt(plan, 0.19)).toEqual({ red: 1, green: 0, blue: 0 });
    expect(colorAt(plan, -1)).toEqual({ red: 0, green: 0, blue: 0 });
    expect(colorAt(plan, plan.durationS)).toEqual({ red: 0, green: 0, blue: 0 });
  });
});
