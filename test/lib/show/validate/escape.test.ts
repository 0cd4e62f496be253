import { describe, expect, it } from 'vitest';
import { checkShow } from '../../../../lib/show/validate/check-show.js';
import type { LoneWarning, ShowWarning } from '../../../../lib/show/validate/result.js';
import { returnPlan } from '../../../../lib/show/validate/return-plan.js';
import { linear, p, showOf, slot, violation } from './shows.js';

const isLone =
  (kind: LoneWarning['kind']) =>
  (warning: ShowWarning): warning is LoneWarning =>
    warning.kind === kind;

describe('holding at any moment', () => {
  /** a flies 6 m/s and needs 6 m to stop with 3 m/s²; the plan stops it at once, at x = 30. */
  const towards = (gapM: number) => ({
    a: slot(p(0, 0, 9), [linear(5, p(30, 0, 9)), linear(10, p(30, 0, 9))]),
    b: slot(p(30 + gapM, 0, 9), [linear(10, p(30 + gapM, 0, 9))]),
  });

  it('is broken by a drone that stops short of another in the plan, but not when it brakes', () => {
    const found = violation('holdDistance', towards(3.5));
    expect(found).toMatchObject({ drones: ['a', 'b'], limit: 0.8 });
    expect(found?.t).toBe(4.5);
    expect(found?.value).toBeCloseTo(0.5, 9);
  });

  it('is whole when there is room to brake', () => {
    expect(violation('holdDistance', towards(4))).toBeUndefined();
  });
});

describe('one drone that stops or lands alone', () => {
  it('is met by the one that flies through its place later', () => {
    const { warnings, grid } = checkShow(
      showOf({
        a: slot(p(0, 0, 9), [linear(10, p(20, 0, 9)), linear(40, p(20, 30, 9))]),
        b: slot(p(-40, 0.5, 9), [linear(40, p(40, 0.5, 9))]),
      }),
    );
    const holds = warnings.filter(isLone('loneHold'));
    expect(grid).toEqual({ holdS: 0.5, loneS: 1, returnS: 5 });
    expect(holds[0]).toMatchObject({ t: 0, drones: ['a', 'b'], limit: 0.8 });
    expect(holds[0]?.value).toBeCloseTo(0.5, 6);
    expect(holds[0]?.meetsT).toBeGreaterThan(20);
    expect(holds.length).toBeLessThanOrEqual(10);
  });

  it('may be stopped within a jump, from which it brakes for many kilometres', () => {
    const jump = (lastsS: number) =>
      checkShow(
        showOf({
          a: slot(p(0, 0, 0), [
            linear(5, p(0, 0, 5)),
            linear(5 + lastsS, p(3, 3, 8)),
            linear(20, p(3, 3, 0)),
          ]),
          b: slot(p(9, 9, 0), [linear(5, p(9, 9, 5)), linear(20, p(9, 9, 0))]),
        }),
      );
    const started = performance.now();
    for (const lastsS of [0.05, 0.001, 0.000001])
      expect(jump(lastsS).violations.map(({ kind }) => kind)).toContain('speedXY');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('comes down on the one below it', () => {
    const { warnings } = checkShow(
      showOf({
        a: slot(p(0, 0, 9), [linear(30, p(0, 0, 9))]),
        b: slot(p(0, 0, 5.5), [linear(30, p(0, 0, 5.5))]),
      }),
    );
    const landing = warnings.filter(isLone('loneLanding')).find(({ drones }) => drones[0] === 'a');
    expect(landing).toMatchObject({ t: 0, drones: ['a', 'b'] });
    expect(landing?.value).toBeCloseTo(0, 5);
    expect(landing?.meetsT).toBeCloseTo(5, 4);
  });
});

describe('all drones that land at once', () => {
  const landings = (slots: Parameters<typeof showOf>[0]) =>
    checkShow(showOf(slots)).warnings.filter((warning) => warning.kind === 'landAll');
  const standing = (x: number, y: number, z: number, homeZ = 0) =>
    slot(p(x, y, z), [linear(30, p(x, y, z))], { homeM: p(x, y, homeZ) });

  it('come down on those below them', () => {
    expect(landings({ a: standing(0.3, 0.4, 5.5), b: standing(0, 0, 9), c: standing(2, 0, 9) })).toEqual([
      {
        ...{ kind: 'landAll', t: 0, untilT: 30, worstT: 0, pairs: 1, drones: ['b', 'a'], limit: 0.8 },
        value: expect.closeTo(0.5, 9),
      },
    ]);
  });

  it('do so in each stretch of time in which one is above another, wherever the limit is broken worst', () => {
    const passing = slot(p(-10, 0.1, 9), [
      linear(10, p(10, 0.1, 9)),
      linear(20, p(10, 0.1, 9)),
      linear(30, p(-10, 0.1, 9)),
    ]);
    const found = landings({ a: standing(0, 0, 4), b: passing });
    expect(found.map(({ worstT, drones }) => [worstT, drones])).toEqual([
      // 2 m/s need 0.67 m with 3 m/s².
      [4.5, ['b', 'a']],
      [24.5, ['b', 'a']],
    ]);
    for (const { t, untilT } of found) expect(untilT - t).toBeLessThan(1);
  });

  it('come down on one that still stands on its pad, and do not count when all stand', () => {
    const flying = slot(p(5, 0, 9), [linear(10, p(0.2, 0, 9)), linear(30, p(0.2, 0, 9))], {
      homeM: p(5, 0, 0),
    });
    const [first] = landings({ a: standing(0, 0, 0), b: flying });
    expect(first).toMatchObject({ drones: ['b', 'a'], untilT: 30, value: expect.closeTo(0.2, 6) });
    expect(landings({ a: standing(0, 0, 0), b: standing(0.5, 0, 0) })).toEqual([]);
  });

  it('come down to the heights of their own pads', () => {
    // b is below from the beginning to the end.
    expect(landings({ a: standing(0, 0, 10, 6), b: standing(0.2, 0, 8) })).toEqual([]);
    expect(landings({ a: standing(0, 0, 5, 5), b: standing(0.2, 0, 3) })).toEqual([]);
    // It comes down past the roof on which the other stands.
    expect(landings({ a: standing(0, 0, 5, 5), b: standing(0.2, 0, 9) })).toMatchObject([
      { drones: ['b', 'a'], value: expect.closeTo(0.2, 9) },
    ]);
  });

  it('may be as near on the map as is asked for', () => {
    const row = Object.fromEntries(
      [0, 1, 2, 3, 4, 5].map((i) => [`d${i}`, standing(i * 0.8, 0, 3 + (i % 2) * 3)]),
    );
    expect(landings(row)).toEqual([]);
  });

  it('come down where they have braked', () => {
    // 6 m/s needs 6 m with 3 m/s²: at 2 s it is at 12 m, and rests over the other at 18 m.
    const [first] = landings({
      a: slot(p(0, 0, 9), [linear(5, p(30, 0, 9))]),
      b: slot(p(18, 0, 3), [linear(5, p(18, 0, 3))]),
    });
    expect(first).toMatchObject({ worstT: 2, drones: ['a', 'b'], value: expect.closeTo(0, 9) });
  });

  it('are many at once in a column', () => {
    const column = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`d${i}`, standing(0, 0, 3 + i * 3)]),
    );
    expect(landings(column)).toMatchObject([{ t: 0, untilT: 30, pairs: 190 }]);
  });
});

describe('a drone that landed alone', () => {
  /** a stands in the air over a pad of 3 m; b crosses its place much later, `b` m above the ground. */
  const meetings = (bM: number) =>
    checkShow(
      showOf({
        a: slot(p(0, 0, 9), [linear(100, p(0, 0, 9))], { homeM: p(0, 0, 3) }),
        b: slot(p(-50, 0, bM), [linear(50, p(-50, 0, bM)), linear(100, p(50, 0, bM))]),
      }),
    )
      .warnings.filter(isLone('loneLanding'))
      .filter(({ drones }) => drones[0] === 'a');

  it('stays at the height of its pad, where others meet it', () => {
    const [first] = meetings(3.5);
    expect(first).toMatchObject({ drones: ['a', 'b'], t: 0 });
    expect(first?.value).toBeCloseTo(0.5, 5);
    expect(first?.meetsT).toBeCloseTo(75, 3);
  });

  it('is met neither above its pad nor below it', () => {
    expect(meetings(4).map(({ t }) => t)).toEqual(
      meetings(4)
        .map(({ t }) => t)
        .filter((t) => t > 60),
    );
    expect(meetings(2)).toEqual([]);
    expect(meetings(0.6)).toEqual([]);
  });
});

describe('flying home together', () => {
  it('gives each the pad that makes the least of squared distances, over the same time', () => {
    const plan = returnPlan([p(0, 0, 10), p(10, 0, 10)], [p(9, 0, 0), p(1, 0, 1)], {
      returnSpeedMPerS: 2,
      heightM: 1,
    });
    expect(plan.assignment).toEqual([1, 0]);
    expect(plan.targetsM).toEqual([p(1, 0, 2), p(9, 0, 2)]);
    expect(plan.durationS).toBeCloseTo(Math.sqrt(65) / 2, 9);
    expect(plan.closest).toMatchObject({ distanceM: 8, pair: [0, 1] });
  });

  it('is broken where pads are too close', () => {
    const homes = [p(0, 0, 0), p(0.5, 0, 0)] as const;
    const slots = {
      a: slot(p(0, 0, 9), [linear(20, p(1, 0, 9))], { homeM: homes[0] }),
      b: slot(p(5, 0, 9), [linear(20, p(4, 0, 9))], { homeM: homes[1] }),
    };
    const found = violation('returnDistance', slots);
    expect(found).toMatchObject({ t: 0, limit: 0.8 });
    expect(found?.value).toBeCloseTo(0.5, 9);
    expect(violation('returnDistance', slots, { minEscapeDistanceM: 0.5 })).toBeUndefined();
  });
});
