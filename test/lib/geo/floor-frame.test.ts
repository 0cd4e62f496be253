import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../lib/errors.js';
import { FloorFrame } from '../../../lib/geo/floor-frame.js';
import { degToRad, distance, wrapAngleRad } from '../../../lib/geo/frames.js';

const zero = { x: 0, y: 0, z: 0 };
const level = { roll: 0, pitch: 0, yaw: 0 };
const number = (max: number) => fc.double({ min: -max, max, noNaN: true });
const vector = fc.record({ x: number(1000), y: number(1000), z: number(1000) });
const upright = fc.record({ roll: number(89), pitch: number(89), yaw: number(360) });
const frames = fc
  .record({ translationM: vector, rotationDeg: upright })
  .map((settings) => new FloorFrame(settings));

function expectSameAngle(aRad: number, bRad: number): void {
  expect(Math.abs(wrapAngleRad(aRad - bRad))).toBeLessThan(1e-9);
}

describe('a floor frame', () => {
  it('is its parent shifted and turned', () => {
    const frame = new FloorFrame({
      translationM: { x: 10, y: 20, z: 1 },
      rotationDeg: { ...level, yaw: 90 },
    });
    const inParent = frame.pointToParent({ x: 1, y: 2, z: 3 });
    expect(distance(inParent, { x: 8, y: 21, z: 4 })).toBeLessThan(1e-12);
    expect(distance(frame.vectorToParent({ x: 1, y: 2, z: 3 }), { x: -2, y: 1, z: 3 })).toBeLessThan(1e-12);
    expect(frame.yawToParent(0)).toBeCloseTo(Math.PI / 2, 12);
    expect(frame.yawFromParent(0)).toBeCloseTo(-Math.PI / 2, 12);
  });

  it('rises along x where it is pitched up, which by the right hand is a negative pitch', () => {
    const frame = new FloorFrame({ translationM: zero, rotationDeg: { ...level, pitch: -30 } });
    expect(frame.pointToParent({ x: 2, y: 0, z: 0 }).z).toBeCloseTo(1, 12);
  });

  it('brings points and velocities back from its parent, and keeps their lengths', () => {
    fc.assert(
      fc.property(frames, vector, (frame, local) => {
        expect(distance(frame.pointFromParent(frame.pointToParent(local)), local)).toBeLessThan(1e-9);
        expect(distance(frame.vectorFromParent(frame.vectorToParent(local)), local)).toBeLessThan(1e-9);
        const lengthM = distance(frame.vectorToParent(local), zero);
        expect(Math.abs(lengthM - distance(local, zero))).toBeLessThan(1e-9);
      }),
    );
  });

  it('shifts headings by that of its x axis seen from above, whatever its tilt', () => {
    fc.assert(
      fc.property(upright, number(Math.PI), (rotationDeg, yawRad) => {
        const frame = new FloorFrame({ translationM: zero, rotationDeg });
        const x = frame.vectorToParent({ x: 1, y: 0, z: 0 });
        expectSameAngle(frame.yawToParent(yawRad), yawRad + Math.atan2(x.y, x.x));
        expectSameAngle(frame.yawToParent(yawRad), yawRad + degToRad(rotationDeg.yaw));
        expectSameAngle(frame.yawFromParent(frame.yawToParent(yawRad)), yawRad);
      }),
    );
  });

  it('leaves an unknown heading unknown', () => {
    const frame = new FloorFrame({ translationM: zero, rotationDeg: level });
    expect(frame.yawToParent(Number.NaN)).toBeNaN();
    expect(frame.yawFromParent(Number.NaN)).toBeNaN();
  });

  it.each([
    { translationM: { ...zero, x: Number.NaN }, rotationDeg: level },
    { translationM: zero, rotationDeg: { ...level, roll: Number.POSITIVE_INFINITY } },
  ])('refuses numbers that are none', (settings) => {
    expect(() => new FloorFrame(settings)).toThrow(ConfigError);
  });

  it.each([
    { ...level, roll: 180 },
    { ...level, pitch: 90 },
    { ...level, roll: 120, yaw: 30 },
  ])('refuses to stand upside down or on edge: %o', (rotationDeg) => {
    expect(() => new FloorFrame({ translationM: zero, rotationDeg })).toThrow(
      /z axis does not point upwards/,
    );
  });
});
