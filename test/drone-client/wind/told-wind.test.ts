import { describe, expect, it } from 'vitest';
import type { VehicleState } from '../../../drone-client/vehicle/vehicle.js';
import { defaultWindSettings, WindEstimator } from '../../../drone-client/wind/wind-estimator.js';
import type { Vec3 } from '../../../lib/geo/frames.js';
import { standingState, zero } from '../../support/fake-vehicle-state.js';

const airframe = { momentumDragPerS: 0.2, ballisticCoefficientKgPerM2: Number.POSITIVE_INFINITY };
const gravityMPerS2 = 9.80665;

/** A vehicle in the air that leans to the east by so much for each part up. */
function flying(atMs: number, lean: number, velocityMPerS: Vec3 = zero): VehicleState {
  const { estimator, ...standing } = standingState(atMs, zero);
  return {
    ...standing,
    estimator,
    armed: true,
    landed: 'in_air',
    position: { atMs, positionM: zero, velocityMPerS },
    attitude: { atMs, rollRad: 0, pitchRad: Math.atan(lean), yawRad: 0, ratesRadPerS: zero },
  };
}

/** An estimator that hears ten times a second what `told` makes of the time. */
function hearing(
  told: (tS: number) => VehicleState,
  forS: number,
  estimator = new WindEstimator({ ...defaultWindSettings, airframe }),
) {
  let estimate: ReturnType<WindEstimator['take']>;
  for (let i = 0; i <= forS * 10; i += 1)
    estimate = estimator.take({ nowMs: 100 * i, vehicle: told(i / 10) });
  return { estimate, estimator };
}

/** So that it hovers in 6 m/s from the east. */
const leanIn6 = (0.2 * 6) / gravityMPerS2;

describe('what an autopilot tells', () => {
  it('becomes a wind by the lean of a hovering drone', () => {
    const { estimate } = hearing((tS) => flying(1000 * tS, leanIn6), 10);
    expect(estimate?.meanMPerS.x).toBeCloseTo(-6);
    expect(estimate).toMatchObject({ speedMPerS: expect.closeTo(6), fromRad: expect.closeTo(0) });
    expect(estimate?.downwindM).toBeUndefined();
  });

  it('becomes the same wind for one that climbs ever faster, whose thrust leans with it', () => {
    const lean = (0.2 * 6) / (gravityMPerS2 + 2);
    const { estimate } = hearing((tS) => flying(1000 * tS, lean, { x: 0, y: 0, z: 2 * tS }), 15);
    expect(estimate?.nowMPerS).toBeCloseTo(6, 1);
  });

  it('becomes the wind that takes along a drone that is level', () => {
    const { estimate } = hearing((tS) => flying(1000 * tS, 0, { x: 3, y: -4, z: 0 }), 10);
    expect(estimate?.meanMPerS).toEqual({ x: expect.closeTo(3), y: expect.closeTo(-4) });
  });

  const leaning = flying(0, leanIn6);
  const tumbling = { rollRad: 2, pitchRad: 0, yawRad: 0, ratesRadPerS: zero };
  it.each([
    ['is not connected', { connected: false }],
    ['is not armed', { armed: false }],
    ['stands', { landed: 'on_ground' }],
    ['lands', { landed: 'landing' }],
    ['does not say whether it flies', { landed: undefined }],
    ['has no position', { position: undefined }],
    ['has no attitude', { attitude: undefined }],
    ['has an old position', { position: leaning.position }],
    ['has an old attitude', { attitude: leaning.attitude }],
    [
      'does not vouch for its velocity',
      { estimator: leaning.estimator && { ...leaning.estimator, hasHorizontalVelocity: false } },
    ],
    ['tumbles', { attitude: { ...tumbling, atMs: 10_050 } }],
  ] satisfies [string, Partial<VehicleState>][])('is no wind while it %s', (_, change) => {
    const { estimator } = hearing((tS) => flying(1000 * tS, leanIn6), 10);
    expect(estimator.take({ nowMs: 10_100, vehicle: flying(10_100, leanIn6) })).toBeDefined();
    const vehicle = { ...flying(10_200, leanIn6), ...change };
    expect(estimator.take({ nowMs: 10_200, vehicle })).toBeUndefined();
  });

  it('is a mean of the last while, and a peak', () => {
    const told = (tS: number) => flying(1000 * tS, tS < 60 ? leanIn6 : 0);
    const { estimate } = hearing(told, 75);
    expect(hearing(told, 122).estimate?.gustMPerS).toBeLessThan(1);
    // A time constant after the calm began, a third of the wind is left.
    expect(estimate?.speedMPerS).toBeGreaterThan(6 * 0.3);
    expect(estimate?.speedMPerS).toBeLessThan(6 * 0.45);
    expect(estimate?.nowMPerS).toBeLessThan(0.1);
    expect(estimate?.gustMPerS).toBeCloseTo(6);
  });

  it.each([
    ['a gap', 65_000],
    ['a clock that went back', 5_000],
  ])('begins anew after %s, and knows nothing of before', (_, fromMs) => {
    const { estimator } = hearing((tS) => flying(1000 * tS, leanIn6), 60);
    let estimate = estimator.take({ nowMs: fromMs, vehicle: flying(fromMs, 0) });
    expect(estimate).toBeUndefined();
    for (let nowMs = fromMs + 100; nowMs <= fromMs + 6000; nowMs += 130)
      estimate = estimator.take({ nowMs, vehicle: flying(nowMs, 0) });
    expect(estimate).toMatchObject({ speedMPerS: expect.closeTo(0), gustMPerS: expect.closeTo(0) });
  });

  it('changes nothing when it is told twice', () => {
    const { estimate, estimator } = hearing((tS) => flying(1000 * tS, leanIn6), 10);
    expect(estimator.take({ nowMs: 10_300, vehicle: flying(10_000, 0) })).toBe(estimate);
    expect(estimator.take({ nowMs: 10_300, vehicle: flying(9_900, 0) })).toBe(estimate);
  });
});
