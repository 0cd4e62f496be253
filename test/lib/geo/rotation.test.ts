import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  distance,
  enuAttitudeToNed,
  fluToFrd,
  frdToFlu,
  isFiniteVec3,
  nedAttitudeToEnu,
} from '../../../lib/geo/frames.js';
import { rotate, rotateBack, rotationOf } from '../../../lib/geo/rotation.js';

const zero = { x: 0, y: 0, z: 0 };
const number = (max: number) => fc.double({ min: -max, max, noNaN: true });
const vector = fc.record({ x: number(1000), y: number(1000), z: number(1000) });
const attitude = fc.record({ rollRad: number(7), pitchRad: number(7), yawRad: number(7) });
const quarter = Math.PI / 2;

function expectClose(actual: typeof zero, expected: typeof zero): void {
  expect(distance(actual, expected)).toBeLessThan(1e-12);
}

describe('a rotation', () => {
  it('turns x to y by yaw, y to z by roll, z to x by pitch', () => {
    const none = { rollRad: 0, pitchRad: 0, yawRad: 0 };
    expectClose(rotate(rotationOf({ ...none, yawRad: quarter }), { x: 1, y: 0, z: 0 }), { x: 0, y: 1, z: 0 });
    expectClose(rotate(rotationOf({ ...none, rollRad: quarter }), { x: 0, y: 1, z: 0 }), {
      x: 0,
      y: 0,
      z: 1,
    });
    expectClose(rotate(rotationOf({ ...none, pitchRad: quarter }), { x: 0, y: 0, z: 1 }), {
      x: 1,
      y: 0,
      z: 0,
    });
  });

  it('rolls first, then pitches, then yaws, about axes that stand still', () => {
    const all = rotationOf({ rollRad: quarter, pitchRad: quarter, yawRad: quarter });
    // y rolls to z, z pitches to x, x yaws to y.
    expectClose(rotate(all, { x: 0, y: 1, z: 0 }), { x: 0, y: 1, z: 0 });
    // x stays, pitches to −z, stays.
    expectClose(rotate(all, { x: 1, y: 0, z: 0 }), { x: 0, y: 0, z: -1 });
    // z rolls to −y, stays, yaws to x.
    expectClose(rotate(all, { x: 0, y: 0, z: 1 }), { x: 1, y: 0, z: 0 });
  });

  it('keeps lengths, and is undone by its inverse', () => {
    fc.assert(
      fc.property(attitude, vector, (angles, before) => {
        const rotation = rotationOf(angles);
        const after = rotate(rotation, before);
        expect(Math.abs(distance(after, zero) - distance(before, zero))).toBeLessThan(1e-9);
        expect(distance(rotateBack(rotation, after), before)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('the axes of a body', () => {
  it('turn from forward-right-down to forward-left-up and back', () => {
    expect(frdToFlu({ x: 1, y: 2, z: 3 })).toEqual({ x: 1, y: -2, z: -3 });
    expect(fluToFrd(frdToFlu({ x: 1, y: 2, z: 3 }))).toEqual({ x: 1, y: 2, z: 3 });
  });

  it('point the same way, whichever pair of frames the attitude is told in', () => {
    fc.assert(
      fc.property(attitude, vector, (ned, bodyFrd) => {
        const inNed = rotate(rotationOf(ned), bodyFrd);
        const inEnu = rotate(rotationOf(nedAttitudeToEnu(ned)), frdToFlu(bodyFrd));
        expect(distance(inEnu, { x: inNed.y, y: inNed.x, z: -inNed.z })).toBeLessThan(1e-9);
      }),
    );
  });

  it('come back from both swaps of the attitude, an unknown yaw as unknown', () => {
    const attitudeEnu = { rollRad: 0.1, pitchRad: -0.2, yawRad: 1 };
    const back = nedAttitudeToEnu(enuAttitudeToNed(attitudeEnu));
    expect(back).toMatchObject({ rollRad: 0.1, pitchRad: -0.2 });
    expect(back.yawRad).toBeCloseTo(1, 12);
    expect(nedAttitudeToEnu({ ...attitudeEnu, yawRad: Number.NaN }).yawRad).toBeNaN();
  });
});

describe('a vector', () => {
  it('is finite only with all of its components', () => {
    expect(isFiniteVec3(zero)).toBe(true);
    for (const axis of ['x', 'y', 'z']) expect(isFiniteVec3({ ...zero, [axis]: Number.NaN })).toBe(false);
  });
});
