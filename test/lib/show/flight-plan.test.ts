/** Flight plans: both variants, what is inserted where, output flags, transform, ground check, start position. */
import { describe, expect, it } from 'vitest';
import {
  type AnimationFrame,
  type AnimationSettings,
  buildFlightPlan,
  checkGround,
  colorAt,
  startPosition,
  startPositionTelemetry,
} from '../../../lib/show/index.js';
import { flight, frames, keysOf, settings, workedExample } from './examples.js';

function plan(all: readonly AnimationFrame[], changes: Partial<AnimationSettings> = {}) {
  return buildFlightPlan({ id: 'test', frames: all }, settings(changes), flight);
}
const allOutput = settings().output;
const spans = (built: ReturnType<typeof plan>) =>
  built.steps.map(({ kind, startS, endS }) => [kind, startS, endS]);

describe('the fly variant', () => {
  it('arms at frame 10 after 1.0 s, follows the points, waits and lands, as in the worked example', () => {
    const built = plan(workedExample());
    expect(built.variant).toBe('fly');
    // Frames 10 to 38 fly: 28 points of 0.1 s and the copy of the last one (1 s), which itself becomes the landing.
    expect(spans(built)).toEqual([
      ['stand', 0, 1],
      ['arm', 1, 1.5],
      ['fly', 1.5, 5.3],
      ['land', 5.3, 5.4],
      ['stand', 5.4, 6.5],
    ]);
    expect(built.durationS).toBe(6.5);
    expect(keysOf(built).filter(({ tS }) => tS < 1)).toHaveLength(10);
  });

  it('shows the colour of the frame that it arms at, waits at and lands at', () => {
    const built = plan(workedExample());
    expect(colorAt(built, 0.95).red).toBe(9);
    expect([1.0, 1.49, 1.5, 1.6].map((tS) => colorAt(built, tS).red)).toEqual([10, 10, 10, 11]);
    expect([4.29, 4.3, 5.29, 5.3, 5.4].map((tS) => colorAt(built, tS).red)).toEqual([37, 38, 38, 38, 39]);
  });

  it('flies from the first frame of a show that begins above the take-off level and must fly', () => {
    const hover = frames([
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    expect(spans(plan(hover, { startAction: 'fly' }))).toEqual([
      ['arm', 0, 0.5],
      ['fly', 0.5, 1.7],
      ['land', 1.7, 1.8],
    ]);
  });

  it('arms, waits and lands with a single flying frame', () => {
    expect(spans(plan(frames([[0, 0, 1]]), { startAction: 'fly' }))).toEqual([
      ['arm', 0, 0.5],
      ['fly', 0.5, 1.5],
      ['land', 1.5, 1.6],
    ]);
  });

  it('takes a drone that waits at exactly the take-off level as flying', () => {
    const hover = frames([
      [0, 0, 0.5],
      [0, 0, 0.5],
    ]);
    expect(plan(hover).steps[0]?.kind).toBe('arm');
    expect(plan(hover, { takeoffLevelM: 0.51 }).steps[0]?.kind).toBe('stand');
  });

  it('only stands when nothing ever moves on the ground', () => {
    const built = plan(
      frames([
        [0, 0, 0],
        [0, 0, 0],
      ]),
    );
    expect(spans(built)).toEqual([['stand', 0, 0.2]]);
    expect(built.lowestZM).toBeNaN();
  });

  it('is empty when every stage is switched off', () => {
    const output = { staticBegin: false, takeoff: false, route: false, land: false, staticEnd: false };
    expect(plan(workedExample(), { output })).toMatchObject({ steps: [], path: undefined, durationS: 0 });
  });

  it('leaves out the stages that are switched off', () => {
    const output = { ...allOutput, staticBegin: false, staticEnd: false };
    expect(spans(plan(workedExample(), { output }))).toEqual([
      ['arm', 0, 0.5],
      ['fly', 0.5, 4.3],
      ['land', 4.3, 4.4],
    ]);
  });

  it('stays at the last point before a gap of removed stages', () => {
    const built = plan(workedExample(), { output: { ...allOutput, route: false } });
    const before = keysOf(built).findLast(({ positionM }) => positionM.x === 0);
    expect(before).toMatchObject({ positionM: { z: 0.5 }, isHeld: true });
  });

  it('counts a negative arming time as none', () => {
    const animation = { id: 'test', frames: workedExample() };
    const built = buildFlightPlan(animation, settings(), { ...flight, armingTimeS: -1 });
    expect(built.steps[1]).toEqual({ kind: 'arm', startS: 1, endS: 1 });
    expect(built.steps[2]).toMatchObject({ kind: 'fly', startS: 1 });
  });
});

describe('the takeoff variant', () => {
  it('replaces the take-off of the file and its first point by its own', () => {
    const built = plan(workedExample(), { startAction: 'takeoff' });
    // Frames 20 to 38 fly: the first becomes reach; 17 points, the wait, the landing.
    expect(spans(built)).toEqual([
      ['stand', 0, 1],
      ['takeoff', 1, 6],
      ['reach', 6, 11],
      ['fly', 11, 13.7],
      ['land', 13.7, 13.8],
      ['stand', 13.8, 14.9],
    ]);
    expect(built.steps[1]).toMatchObject({ heightM: 1 });
    expect(built.steps[2]).toMatchObject({ positionM: { x: 0.1, y: 0, z: 0.5 } });
  });

  it('keeps the take-off of a file that begins it at or above the take-off level', () => {
    const high = frames([
      [0, 0, 0.6],
      [0, 0, 0.6],
      [0, 0, 1],
      [0, 0, 2],
      [1, 0, 2],
      [2, 0, 2],
      [2, 0, 2],
    ]);
    const built = plan(high, { startAction: 'takeoff' });
    expect(built.steps.map(({ kind }) => kind)).toEqual(['takeoff', 'reach', 'fly', 'land']);
    expect(keysOf(built).some(({ positionM }) => positionM.z === 1)).toBe(true);
  });

  it('lands even when its only flying frame became the point to reach', () => {
    const built = plan(frames([[0, 0, 1]]), { startAction: 'auto' });
    expect(built.variant).toBe('takeoff');
    expect(spans(built)).toEqual([
      ['takeoff', 0, 5],
      ['reach', 5, 10],
      ['fly', 10, 11],
      ['land', 11, 11.1],
    ]);
  });

  it('is chosen by auto when the first frame that is output is above the take-off level', () => {
    expect(plan(workedExample()).variant).toBe('fly');
    const output = { ...allOutput, staticBegin: false, takeoff: false };
    expect(plan(workedExample(), { output, takeoffLevelM: 0.4 }).variant).toBe('takeoff');
    expect(plan(workedExample(), { output, takeoffLevelM: 0.5 }).variant).toBe('fly');
  });
});

describe('the transform', () => {
  it('scales, then shifts by both offsets, and turns nothing', () => {
    const placed = plan(frames([[1, 2, 3]]), {
      ratio: { x: 2, y: 3, z: 0.5 },
      commonOffsetM: { x: 10, y: 0, z: 0 },
      privateOffsetM: { x: 0.5, y: -1, z: 1 },
    });
    expect(placed.start?.positionM).toEqual({ x: 12.5, y: 5, z: 2.5 });
  });

  it.each([
    ['animation', 0.3],
    [90, Math.PI / 2],
    ['nan', Number.NaN],
  ] as const)('takes the yaw setting %s', (yaw, expected) => {
    const [frame] = frames([[0, 0, 1]]);
    const built = plan(frame ? [{ ...frame, yawRad: 0.3 }] : [], { yaw });
    expect(built.start?.yawRad).toEqual(expected);
  });

  it('judges standing by the transformed height, stages by the file', () => {
    const built = plan(workedExample(), { commonOffsetM: { x: 0, y: 0, z: 2 }, startAction: 'fly' });
    expect(spans(built)[0]).toEqual(['arm', 0, 0.5]);
  });
});

describe('the ground check', () => {
  const built = plan(workedExample(), { commonOffsetM: { x: 0, y: 0, z: -1 } });
  const check = (groundLevelM: number | 'current', presentM: number | undefined) =>
    checkGround(built, { checkGround: true, groundLevelM }, presentM);

  it('refuses a plan whose lowest point is more than 0.2 m below the ground', () => {
    expect(built.lowestZM).toBe(-1);
    expect(check('current', 0)).toMatch(/z = -1\.00 m.*below the ground/);
    expect(check('current', -0.79)).toMatch(/below/);
    expect(check('current', -0.8)).toBeUndefined();
    expect(check(-1, 5)).toBeUndefined();
    expect(check(0, -1)).toMatch(/below/);
  });

  it('refuses when the present height is unknown, whatever the ground level', () => {
    expect(check('current', undefined)).toMatch(/unknown/);
    expect(check(-1, Number.NaN)).toMatch(/unknown/);
  });

  it('says nothing when it is switched off', () => {
    expect(checkGround(built, { checkGround: false, groundLevelM: 0 }, undefined)).toBeUndefined();
  });
});

describe('the start position', () => {
  it('is the first flying frame and the time before it', () => {
    const start = startPosition(plan(workedExample(), { yaw: 'animation' }));
    expect(startPositionTelemetry(start)).toEqual([0, 0, 0.05, 0, 'fly', 1]);
  });

  it('is that of the fly variant when the drone takes off by itself', () => {
    const start = startPosition(plan(workedExample(), { startAction: 'takeoff' }));
    expect(startPositionTelemetry(start)).toEqual([0, 0, 0.05, Number.NaN, 'takeoff', 1]);
  });

  it('is not a number without frames, and the action is an error', () => {
    const [x, y, z, yaw, action, delay] = startPositionTelemetry(startPosition(undefined));
    expect([x, y, z, yaw, delay]).toEqual(Array(5).fill(Number.NaN));
    expect(action).toMatch(/^error/);
    expect(startPosition(plan(frames([[0, 0, 0]]))).startAction).toMatch(/^error/);
  });

  it('keeps its place when the start is refused for another reason', () => {
    const start = startPosition(plan(workedExample()), 'below the ground');
    expect(start).toMatchObject({ startAction: 'error: below the ground', delayS: 1 });
  });
});
