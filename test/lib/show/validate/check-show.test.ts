import { describe, expect, it } from 'vitest';
import { checkShow } from '../../../../lib/show/validate/check-show.js';
import { linear, p, showOf, slot, violation } from './shows.js';

const square = [
  { x: -5, y: -5 },
  { x: 5, y: -5 },
  { x: 5, y: 5 },
  { x: -5, y: 5 },
];
/** x = 3 u² · 10 − 2 u³ · 10 in 10 s: speed 6 u (1 − u), at most 1.5 m/s; acceleration 0.6 (1 − 2 u). */
const smooth = (z: number) =>
  slot(p(0, 0, z), [{ kind: 'bezier', endS: 10, controlM: [p(0, 0, z), p(10, 0, z), p(10, 0, z)] }]);

describe('the motion of one drone', () => {
  it('is measured at the extremes of its polynomials', () => {
    const { stats } = checkShow(showOf({ a: smooth(5) }));
    expect(stats.maxSpeedXYMPerS).toBeCloseTo(1.5, 9);
    expect(stats.maxAccelerationMPerS2).toBeCloseTo(0.6, 9);
    expect(stats).toMatchObject({ drones: 1, durationS: 10, maxAltitudeM: 5, maxSpeedUpMPerS: 0 });
  });

  it('breaks limits of speed, acceleration and jerk at their worst moment', () => {
    const speed = violation('speedXY', { a: smooth(5) }, { maxSpeedXYMPerS: 1.4 });
    expect(speed?.t).toBeCloseTo(5, 5);
    expect(speed?.value).toBeCloseTo(1.5, 9);
    const acceleration = violation('acceleration', { a: smooth(5) }, { maxAccelerationMPerS2: 0.5 });
    expect(acceleration).toMatchObject({ t: 0, drones: ['a'], limit: 0.5 });
    expect(acceleration?.value).toBeCloseTo(0.6, 9);
    expect(violation('jerk', { a: smooth(5) }, { maxJerkMPerS3: 0.1 })?.value).toBeCloseTo(0.12, 9);
    expect(violation('jerk', { a: smooth(5) })).toBeUndefined();
    expect(violation('speedXY', { a: smooth(5) }, { maxSpeedXYMPerS: 1.5 })).toBeUndefined();
  });

  it('goes up and down against limits of their own, and steps at joints', () => {
    const a = slot(p(0, 0, 0), [linear(10, p(0, 0, 30)), linear(20, p(0, 0, 10)), linear(40, p(0, 0, 0))]);
    expect(violation('speedUp', { a }, { maxSpeedUpMPerS: 2.9 })).toMatchObject({ value: 3, limit: 2.9 });
    expect(violation('speedDown', { a }, { maxSpeedDownMPerS: 1.9 })).toMatchObject({ t: 10, value: 2 });
    expect(violation('velocityStep', { a }, { maxVelocityStepMPerS: 4 })).toMatchObject({ t: 10, value: 5 });
    expect(violation('velocityStep', { a })).toMatchObject({ t: 0, value: 3 });
    expect(violation('altitude', { a }, { maxAltitudeM: 29 })).toMatchObject({ t: 10, value: 30, limit: 29 });
  });

  it('may not go sideways near the ground, except over its own pad', () => {
    const a = slot(p(0, 0, 0), [
      linear(2, p(0, 0, 0.3)),
      linear(3, p(0.35, 0, 0.3)),
      linear(13, p(0.35, 0, 0.3)),
      linear(15, p(2, 0, 0.2)),
      linear(16, p(2, 0, 0)),
    ]);
    const found = violation('groundClearance', { a });
    expect(found).toMatchObject({ drones: ['a'], limit: 0.5 });
    expect(found?.value).toBeCloseTo(0.2, 6);
    expect(found?.t).toBeCloseTo(15, 5);
  });
});

describe('fence and audience', () => {
  const out = { a: slot(p(0, 0, 5), [linear(10, p(10, 0, 5)), linear(20, p(0, 0, 5))]) };

  it('are broken where the curve leaves, by how far it is outside', () => {
    const found = violation('geofence', out, { geofence: square });
    expect(found).toMatchObject({ drones: ['a'], limit: 0 });
    expect(found?.value).toBeCloseTo(5, 3);
    expect(found?.t).toBeCloseTo(10, 3);
    expect(
      violation('geofence', out, { geofence: square.map(({ x, y }) => ({ x: 2 * x, y })) }),
    ).toBeUndefined();
  });

  it('see a curve that leaves between its ends', () => {
    const bow = { a: slot(p(-4, 0, 5), [{ kind: 'bezier', endS: 2, controlM: [p(0, 12, 5), p(4, 0, 5)] }]) };
    expect(violation('geofence', bow, { geofence: square })?.value).toBeCloseTo(1, 3);
  });

  it('are kept by one that flies along a side, and checked in no time', () => {
    const along = (x: number) => ({
      a: slot(p(x, -5, 5), [linear(10, p(x, 5, 5)), linear(20, p(x, -5, 5))]),
    });
    const limits = { geofence: square, audience: square.map(({ x, y }) => ({ x: x + 14, y })) };
    const sides = { ...limits, minAudienceDistanceM: 4 };
    const started = performance.now();
    expect(violation('geofence', along(5), sides)).toBeUndefined();
    expect(violation('audience', along(5), sides)).toBeUndefined();
    expect(violation('geofence', along(5.01), sides)?.value).toBeCloseTo(0.01, 4);
    expect(violation('audience', along(5.01), sides)?.value).toBeCloseTo(3.99, 4);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('see one that leaves along a side that is longer than the fence, and through a notch', () => {
    const beyond = { a: slot(p(5, -5, 5), [linear(10, p(5, 9, 5))]) };
    expect(violation('geofence', beyond, { geofence: square })?.value).toBeCloseTo(4, 3);
    const notched = [...square, { x: -5, y: 1 }, { x: 4, y: 0 }, { x: -5, y: -1 }];
    const across = { a: slot(p(2, -4, 5), [linear(10, p(2, 4, 5))]) };
    expect(violation('geofence', across, { geofence: notched })?.value).toBeCloseTo(0.221, 2);
  });

  it('keep a distance from the audience', () => {
    const audience = square.map(({ x, y }) => ({ x: x + 18, y }));
    const found = violation('audience', out, { audience, minAudienceDistanceM: 4 });
    expect(found?.value).toBeCloseTo(3, 3);
    expect(violation('audience', out, { audience, minAudienceDistanceM: 3 })).toBeUndefined();
  });
});

describe('the rest of a slot', () => {
  it('turns no faster than allowed', () => {
    const yaw = { timesS: Float64Array.of(0, 1, 2, 3, 4), yawsRad: Float64Array.of(0, 1, 3, Number.NaN, 9) };
    const found = violation('yawRate', { a: slot(p(0, 0, 0), [], { yaw }) });
    expect(found).toMatchObject({ t: 1, limit: 90 });
    expect(found?.value).toBeCloseTo(114.592, 3);
  });

  it('begins and ends on the ground', () => {
    const slots = { a: slot(p(0, 0, 2), [linear(10, p(0, 0, 3))]) };
    expect(violation('firstPoint', slots)).toMatchObject({ t: 0, value: 2, limit: 0.5 });
    expect(violation('lastPoint', slots)).toMatchObject({ t: 10, value: 3 });
    expect(violation('lastPoint', { a: smooth(0.5) })).toBeUndefined();
  });

  it('begins at its pad: elsewhere the drone does not stand', () => {
    const begins = (homeM: ReturnType<typeof p>) => ({ a: slot(p(0, 0, 0.3), [], { homeM }) });
    expect(violation('padPoint', begins(p(3, 4, 0)))).toMatchObject({ t: 0, value: 5, limit: 1 });
    expect(violation('padPoint', begins(p(1, 0, 0)))).toBeUndefined();
    expect(violation('firstPoint', begins(p(3, 4, 0)))).toBeUndefined();
  });

  it('does not go into the ground, neither on its way nor where it ends', () => {
    const dip = (z: number) => ({
      a: slot(p(0, 0, 0), [linear(4, p(0, 0, 4)), linear(8, p(0, 0, z)), linear(9, p(0, 0, 0))]),
    });
    expect(violation('underground', dip(-3))).toMatchObject({ t: 8, value: -3, limit: -0.2, drones: ['a'] });
    expect(violation('underground', dip(-0.2))).toBeUndefined();
    expect(violation('underground', { a: slot(p(0, 0, 0), [linear(9, p(0, 0, -1))]) })?.t).toBe(9);
    const low = slot(p(0, 0, -2), [linear(9, p(0, 0, 3))], { homeM: p(0, 0, -2) });
    expect(violation('underground', { low })).toBeUndefined();
    const raised = slot(p(0, 0, 2), [linear(9, p(0, 0, 0))], { homeM: p(0, 0, 2) });
    expect(violation('underground', { raised })).toBeUndefined();
  });

  it('flies no longer than allowed: still ends do not count', () => {
    const a = slot(p(0, 0, 0), [
      { kind: 'constant', endS: 100 },
      linear(130, p(0, 0, 9)),
      linear(160, p(0, 0, 0)),
      { kind: 'constant', endS: 900 },
    ]);
    expect(violation('flightTime', { a }, { maxFlightS: 59 })).toMatchObject({
      t: 160,
      value: 60,
      limit: 59,
    });
    expect(violation('flightTime', { a }, { maxFlightS: 60 })).toBeUndefined();
    expect(checkShow(showOf({ a })).stats.durationS).toBe(160);
  });

  it('has lights whose times rise; they count for the duration', () => {
    const lights = (...times: number[]) => ({
      lights: {
        kind: 'step' as const,
        timesS: Float64Array.from(times),
        colors: new Uint8Array(3 * times.length),
      },
    });
    expect(violation('lights', { a: slot(p(0, 0, 0), [], lights(0, 2, 1)) })).toMatchObject({
      t: 1,
      value: 0,
    });
    expect(checkShow(showOf({ a: slot(p(0, 0, 0), [], lights(0, 7)) })).stats.durationS).toBe(7);
  });

  it('stands near its pad', () => {
    const positions = new Map([['a', p(1, 2, 50)]]);
    const check = (limits: object) =>
      checkShow(showOf({ a: slot(p(1, 0.5, 0)) }), { limits, positions }).violations;
    expect(check({})).toMatchObject([{ kind: 'startPosition', value: 1.5, limit: 1, drones: ['a'] }]);
    expect(check({ maxStartDistanceM: 1.5 })).toEqual([]);
  });

  it('is in the air above 3 m, however high the ground clearance is said to be', () => {
    const apart = (heightM: number) => {
      const at = (x: number) => slot(p(x, 0, 0), [linear(9, p(x, 0, heightM)), linear(20, p(x, 0, 0))]);
      const { violations } = checkShow(showOf({ a: at(0), b: at(1) }), { limits: { groundClearanceM: 50 } });
      return violations.map(({ kind }) => kind);
    };
    expect(apart(2.9)).toEqual([]);
    expect(apart(9)).toContain('distance');
    expect(
      violation('lastPoint', { a: slot(p(0, 0, 0), [linear(9, p(0, 0, 9))]) }, { groundClearanceM: 50 }),
    ).toMatchObject({ value: 9, limit: 3 });
  });

  it.each([
    ['a place', { a: slot(p(0, 0, 0), [linear(5, p(Number.NaN, 0, 5)), linear(9, p(0, 0, 0))]) }],
    ['a time', { a: slot(p(0, 0, 0), [linear(Number.NaN, p(0, 0, 5))]) }],
    ['a pad', { a: slot(p(0, 0, 0), [], { homeM: p(0, Number.NaN, 0) }) }],
  ])('can not be checked with %s that is not a number', (_, slots) => {
    expect(() => checkShow(showOf(slots))).toThrow(/^a: .* can not be checked/);
  });

  it('can not be checked against a limit that is not a number', () => {
    const check = (limits: object) => () => checkShow(showOf({ a: smooth(5) }), { limits });
    expect(check({ maxAltitudeM: Number.NaN })).toThrow('maxAltitudeM is NaN');
    expect(check({ minDistanceM: undefined })).toThrow('minDistanceM is undefined');
    expect(check({ geofence: [...square, { x: Number.NaN, y: 0 }] })).toThrow('polygon');
  });

  it('stands nowhere near its pad when nobody knows where it stands', () => {
    const positions = new Map([['a', p(Number.NaN, 0, 0)]]);
    const { violations } = checkShow(showOf({ a: slot(p(0, 0, 0)) }), { positions });
    expect(violations.map(({ kind }) => kind)).toEqual(['startPosition']);
  });

  it('is held to the limits of the options first, then of the show, then to the defaults', () => {
    const show = { ...showOf({ a: smooth(5) }), limits: { maxAltitudeM: 4 } };
    const limits = (result: ReturnType<typeof checkShow>) =>
      result.violations.filter(({ kind }) => kind === 'altitude').map(({ limit }) => limit);
    expect(limits(checkShow(show))).toEqual([4]);
    expect(limits(checkShow(show, { limits: { maxAltitudeM: 3 } }))).toEqual([3]);
    expect(limits(checkShow(showOf({ a: smooth(5) })))).toEqual([]);
  });
});
