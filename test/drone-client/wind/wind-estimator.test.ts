import { describe, expect, it } from 'vitest';
import type { WindOptions } from '../../../drone-client/simulator/wind.js';
import { loaded, unmeasuredAirframe } from '../../../drone-client/wind/drag.js';
import { defaultWindSettings, type WindEstimate } from '../../../drone-client/wind/wind-estimator.js';
import { wrapAngleRad } from '../../../lib/geo/frames.js';
import { FlownWind } from './flown-wind.js';

/** As the simulated drone is dragged: by its rotors alone. */
const measured = {
  ...defaultWindSettings,
  airframe: { momentumDragPerS: 0.2, ballisticCoefficientKgPerM2: Number.POSITIVE_INFINITY },
};

const steady = (meanMPerS: number, fromRad = 1): WindOptions => ({ meanMPerS, fromRad, gustMPerS: 0 });

/** The estimate after half a minute of hovering. */
function hovered(options: ConstructorParameters<typeof FlownWind>[0], forS = 15): WindEstimate {
  const flown = new FlownWind(options);
  flown.takeOff();
  flown.fly(forS);
  if (!flown.estimate) throw new Error('the wind is not known');
  return flown.estimate;
}

/** How far the estimated mean is from a steady wind, m/s. */
function errorMPerS({ meanMPerS }: WindEstimate, { meanMPerS: speed, fromRad }: WindOptions): number {
  return Math.hypot(meanMPerS.x + speed * Math.cos(fromRad), meanMPerS.y + speed * Math.sin(fromRad));
}

describe('the wind that a hovering drone estimates', () => {
  it.each([
    ['px4', 0, 0],
    ['px4', 4, 0.3],
    ['px4', 8, -2],
    ['px4', 12, 2.8],
    ['ardupilot', 5, -0.7],
    ['ardupilot', 10, 1.9],
  ] as const)('is right within 1.5 m/s on %s in %d m/s from %d rad', (autopilot, speed, fromRad) => {
    const wind = steady(speed, fromRad);
    const estimate = hovered({ autopilot, wind, seed: speed + 3, startYawRad: fromRad + 1 });
    expect(errorMPerS(estimate, wind)).toBeLessThan(1.5);
    expect(Math.abs(estimate.speedMPerS - speed)).toBeLessThan(1.5);
    expect(Math.abs(estimate.gustMPerS - speed)).toBeLessThan(1.5);
    if (speed > 0) expect(Math.abs(wrapAngleRad(estimate.fromRad - fromRad))).toBeLessThan(0.1);
  });

  it('is right within 0.3 m/s where the airframe was measured', () => {
    const wind = steady(9, -1.2);
    expect(errorMPerS(hovered({ wind, settings: measured }), wind)).toBeLessThan(0.3);
  });

  it.each([0.5, 2])('is right for a drone of %d times the mass, once it is told so', (massRatio) => {
    // The simulated drone has one mass: to one that is heavier by m, whose rotors are dragged less by √m for each
    // kilogram, a wind is what one weaker by √m is to it.
    const airframe = loaded(unmeasuredAirframe, massRatio);
    const [felt, real] = [steady(7 / Math.sqrt(massRatio)), steady(7)];
    const settings = { ...defaultWindSettings, airframe };
    expect(errorMPerS(hovered({ wind: felt, settings }), real)).toBeLessThan(1.5);
    if (massRatio === 0.5) expect(errorMPerS(hovered({ wind: felt }), real)).toBeGreaterThan(1.5);
  });

  it('follows a turbulent wind and its peaks', () => {
    const wind = { meanMPerS: 6, fromRad: 0.5, gustMPerS: 1.2 };
    const flown = new FlownWind({ autopilot: 'ardupilot', wind, seed: 5 });
    flown.takeOff();
    flown.fly(5);
    const blown: { x: number; y: number }[] = [];
    const meanOf = (last: number, axis: 'x' | 'y') =>
      blown.slice(-last).reduce((sum, each) => sum + each[axis], 0) / Math.min(last, blown.length);
    let peakMPerS = 0;
    flown.fly(15, () => {
      blown.push({ x: flown.air.x, y: flown.air.y });
      peakMPerS = Math.max(peakMPerS, Math.hypot(meanOf(20, 'x'), meanOf(20, 'y')));
    });
    const { meanMPerS, gustMPerS = 0 } = flown.estimate ?? {};
    const [x, y] = [meanOf(150, 'x'), meanOf(150, 'y')];
    expect(Math.hypot((meanMPerS?.x ?? 0) - x, (meanMPerS?.y ?? 0) - y)).toBeLessThan(1.5);
    expect(Math.abs(gustMPerS - peakMPerS)).toBeLessThan(1.5);
    expect(peakMPerS).toBeGreaterThan(7);
  });
});

describe('a gust', () => {
  const flown = new FlownWind({ wind: steady(4, 0) });
  flown.takeOff();
  flown.fly(15);
  const before = flown.estimate;
  flown.bench.autopilot.applyFault({ kind: 'gust', mPerS: 6, durationS: 8 }, flown.bench.nowMs);
  flown.fly(8);
  const after = flown.estimate;

  it('shows at its peak within 1.5 m/s, and stays as a peak when it is over', () => {
    expect(before?.gustMPerS).toBeLessThan(5.5);
    expect(Math.abs((after?.gustMPerS ?? 0) - 10)).toBeLessThan(1.5);
    expect(after?.nowMPerS).toBeLessThan(6.5);
    expect(after?.speedMPerS).toBeLessThan(after?.gustMPerS ?? 0);
  });
});

describe('what a drone can not know', () => {
  it('is no wind: on the ground, and in its first seconds in the air', () => {
    const flown = new FlownWind({ wind: steady(8) });
    flown.fly(6);
    expect(flown.estimate).toBeUndefined();
    flown.takeOff();
    flown.fly(4.8);
    expect(flown.state.landed).toBe('in_air');
    expect(flown.estimate).toBeUndefined();
    flown.fly(1);
    expect(flown.estimate).toBeDefined();
  });

  it('is unknown again when its sensors fall silent, and it begins anew when they are back', () => {
    const flown = new FlownWind({ wind: steady(8) });
    flown.takeOff();
    flown.fly(8);
    flown.isDeaf = true;
    flown.fly(1.5);
    expect(flown.estimate).toBeUndefined();
    flown.isDeaf = false;
    flown.fly(4);
    expect(flown.estimate).toBeUndefined();
    flown.fly(2);
    expect(flown.estimate).toBeDefined();
  });
});

describe('a drone that is not held', () => {
  it('drifts with the wind and still knows it, and says how far it was blown', () => {
    const flown = new FlownWind({ autopilot: 'ardupilot', wind: steady(16, Math.PI), settings: measured });
    flown.takeOff();
    flown.fly(15);
    // 2.5 m/s² is all that this autopilot leans for: the wind takes it along.
    expect(flown.state.position?.velocityMPerS.x).toBeGreaterThan(1);
    expect(errorMPerS(flown.estimate as WindEstimate, steady(16, Math.PI))).toBeLessThan(1.5);
    expect(flown.estimate?.downwindM).toBeGreaterThan(10);
  });

  it('is not fooled by its own way through calm air', () => {
    const flown = new FlownWind({ wind: steady(0) });
    flown.takeOff();
    flown.fly(10);
    flown.setpointM = { x: 40, y: 0, z: 5 };
    let mostMPerS = 0;
    flown.fly(15, (estimate) => {
      mostMPerS = Math.max(mostMPerS, estimate?.nowMPerS ?? 0);
    });
    expect(mostMPerS).toBeLessThan(1.5);
  });
});
