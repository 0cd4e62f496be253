import { Geodesic } from 'geographiclib-geodesic';
import { describe, expect, it } from 'vitest';
import { AttitudeControl } from '../../../drone-client/simulator/attitude-control.js';
import { Battery } from '../../../drone-client/simulator/battery.js';
import { Body } from '../../../drone-client/simulator/body.js';
import { Estimator, type EstimatorOptions } from '../../../drone-client/simulator/estimator.js';
import { globalOf } from '../../../drone-client/simulator/geodetic.js';
import { defaultOrigin, Gps } from '../../../drone-client/simulator/gps.js';
import { localOf } from '../../../drone-client/simulator/local-of.js';
import type { AttitudeDemand } from '../../../drone-client/simulator/position-control.js';
import { Random } from '../../../drone-client/simulator/random.js';
import { Wind } from '../../../drone-client/simulator/wind.js';
import { distance } from '../../../lib/geo/frames.js';

const air = { x: 0, y: 0, z: 0 };
const dtS = 0.01;
const hoverThrust = 0.48;

describe('flying by attitude', () => {
  /** A body in the air that looks north, flown so for `forS`. */
  function flown(demandAt: (tS: number) => AttitudeDemand, forS: number): Body {
    const body = new Body({ x: 0, y: 0, z: 0 }, Math.PI / 2);
    body.z = 50;
    const control = new AttitudeControl();
    for (let i = 0; i < forS * 100; i += 1)
      body.fly(control.accelerate(demandAt(i * dtS), body, hoverThrust, dtS), air, dtS);
    return body;
  }

  it('hovers at the hover thrust, climbs above and sinks below it', () => {
    expect(flown(() => ({ thrust: hoverThrust }), 3).vz).toBeCloseTo(0, 6);
    expect(flown(() => ({ thrust: 0.6 }), 3).vz).toBeGreaterThan(4);
    expect(flown(() => ({ thrust: 0.45 }), 3).vz).toBeLessThan(-1);
  });

  it('falls no faster than the air lets it when the thrust is ramped down', () => {
    const body = flown((tS) => ({ thrust: Math.max(0, hoverThrust - 0.2 * tS) }), 3);
    expect(body.vz).toBeLessThan(-5);
    expect(body.z).toBeLessThan(45);
  });

  it('goes where it leans: nose down forwards, right side down to the right', () => {
    const forward = flown(() => ({ thrust: hoverThrust, pitchRad: -0.2, rollRad: 0 }), 2);
    expect(forward.vy).toBeGreaterThan(2);
    expect(forward.vx).toBeCloseTo(0, 6);
    expect(forward.pitchRad).toBeCloseTo(-0.2, 2);
    const right = flown(() => ({ thrust: hoverThrust, rollRad: 0.2 }), 2);
    expect(right.vx).toBeGreaterThan(2);
    expect(right.vy).toBeCloseTo(0, 6);
    expect(right.rollRad).toBeCloseTo(0.2, 2);
  });

  it('turns by rates, and is level again without', () => {
    const rolled = flown((tS) => ({ thrust: hoverThrust, rollRateRadPerS: tS < 1 ? 0.3 : 0 }), 3);
    expect(rolled.rollRad).toBeCloseTo(0.3, 2);
    const level = flown((tS) => ({ thrust: hoverThrust, ...(tS < 1 && { rollRateRadPerS: 0.3 }) }), 3);
    expect(level.rollRad).toBeCloseTo(0, 2);
  });
});

describe('the ground', () => {
  it('breaks what falls on it from high, not what is put down', () => {
    const fallen = (heightM: number): Body => {
      const body = new Body({ x: 0, y: 0, z: 2 }, 0);
      body.z = 2 + heightM;
      for (let i = 0; i < 300; i += 1) body.fall(air, dtS);
      return body;
    };
    expect(fallen(0.5)).toMatchObject({ isBroken: false, z: 2 });
    expect(fallen(4)).toMatchObject({ isBroken: true, z: 2, vz: 0 });
  });
});

describe('the battery', () => {
  const lastsS = (thrust: number | undefined): number => {
    const battery = new Battery(4, 1);
    let timeS = 0;
    for (; !battery.isEmpty; timeS += 1) battery.drain({ thrust }, 1);
    return timeS;
  };

  it('hovers for a quarter of an hour, less when it climbs, and longer when it waits', () => {
    expect(lastsS(1)).toBeCloseTo(900, -1);
    expect(lastsS(1.4)).toBeLessThan(700);
    expect(lastsS(0)).toBeCloseTo(3600, -1);
    expect(lastsS(undefined)).toBeCloseTo(36_000, -2);
  });

  it('sags under load and recovers', () => {
    const battery = new Battery(4, 0.8);
    battery.drain({ thrust: undefined }, 0.01);
    const restV = battery.cellVoltageV;
    battery.drain({ thrust: 1.4 }, 0.01);
    expect(restV - battery.cellVoltageV).toBeGreaterThan(0.12);
    battery.drain({ thrust: undefined }, 0.01);
    expect(battery.cellVoltageV).toBeCloseTo(restV, 3);
  });

  it('reports a lie with the voltage that belongs to it', () => {
    const battery = new Battery(4, 0.2);
    battery.claim(0.9);
    expect(battery).toMatchObject({ fraction: 0.2, reportedFraction: 0.9 });
    expect(battery.cellVoltageV).toBeGreaterThan(4.1);
    expect(() => battery.claim(1.1)).toThrow(RangeError);
  });

  it('grows warm in a hover, as warm as the air lets it, and cools down again', () => {
    const battery = new Battery(4, 1);
    const afterS = (thrust: number | undefined, forS: number): number => {
      for (let timeS = 0; timeS < forS; timeS += 1) battery.drain({ thrust }, 1);
      return battery.temperatureC;
    };
    expect(battery.temperatureC).toBe(20);
    expect(afterS(1, 60)).toBeCloseTo(21.1, 1);
    expect(afterS(1, 3600)).toBeCloseTo(32, 0);
    expect(afterS(1.5, 60)).toBeGreaterThan(33);
    expect(afterS(undefined, 7200)).toBeCloseTo(20, 1);
  });
});

describe('satellites and the estimate', () => {
  function standing(options: Partial<EstimatorOptions> = {}) {
    const random = new Random(3);
    const gps = new Gps(random);
    const body = new Body({ x: 10, y: 20, z: 0 }, 0);
    const estimator = new Estimator({ random, gps, ...options });
    let nowMs = 0;
    const run = (forMs: number): void => {
      for (const untilMs = nowMs + forMs; nowMs < untilMs; ) {
        nowMs += 10;
        gps.step(body, nowMs);
        estimator.update(body, dtS);
      }
    };
    const offM = (): number => {
      const { x, y } = estimator.positionM;
      return Math.hypot(x - body.x, y - body.y);
    };
    run(1000);
    return { gps, body, estimator, run, offM, lose: (durationS?: number) => gps.lose(nowMs, durationS) };
  }

  it('agree on where it is, within centimetres', () => {
    const { gps, estimator, body } = standing();
    expect(gps).toMatchObject({ hasFix: true, fixType: 6 });
    expect(gps.satellites).toBeGreaterThan(10);
    const truth = globalOf(body.positionM, defaultOrigin);
    for (const { latDeg, lonDeg, amslM } of [gps, estimator.global ?? { latDeg: 0, lonDeg: 0, amslM: 0 }]) {
      expect(Math.abs(latDeg - truth.latDeg)).toBeLessThan(2e-6);
      expect(Math.abs(lonDeg - truth.lonDeg)).toBeLessThan(2e-6);
      expect(amslM).toBeCloseTo(truth.amslM, 0);
    }
  });

  it('part when the satellites go: dead reckoning first, invalid after a second, drifting all the time', () => {
    const { gps, estimator, run, offM, lose } = standing();
    lose();
    run(500);
    expect(gps).toMatchObject({ hasFix: false, fixType: 1, satellites: 0 });
    expect(estimator.health).toMatchObject({ isDeadReckoning: true, isHorizontalValid: true });
    run(700);
    expect(estimator.health).toMatchObject({ isHorizontalValid: false, isGlobalValid: false });
    expect(estimator.global).toBeUndefined();
    expect(estimator.health.flags & (2 | 8 | 16)).toBe(0);
    expect(estimator.health.flags & (1 | 4 | 32)).toBe(1 | 4 | 32);
    const early = offM();
    run(5000);
    expect(offM()).toBeGreaterThan(early + 1);
    expect(estimator.health.horizontalAccuracyM).toBeGreaterThan(1);
  });

  it('find together again a second after the satellites are back', () => {
    const { estimator, run, offM, lose } = standing();
    lose(4);
    run(4500);
    expect(estimator.isHorizontalValid).toBe(false);
    run(1000);
    expect(estimator.health).toMatchObject({ isHorizontalValid: true, isGlobalValid: true });
    expect(estimator.health.flags & (2 | 8 | 16)).toBe(2 | 8 | 16);
    expect(offM()).toBeLessThan(0.1);
  });

  it('leave a drone alone that is positioned by something else', () => {
    const { estimator, run, offM, lose } = standing({ dependsOnGps: false });
    lose();
    run(9000);
    expect(estimator.health).toMatchObject({ isHorizontalValid: true, isDeadReckoning: false });
    expect(offM()).toBeLessThan(0.1);
  });

  it('have a local frame of its own when it is told where', () => {
    const { estimator, body } = standing({ localOriginM: { x: 10, y: 20, z: 0 } });
    expect(estimator.positionM.x).toBeCloseTo(0, 0);
    expect(estimator.positionM.y).toBeCloseTo(0, 0);
    const truth = globalOf(body.positionM, defaultOrigin);
    expect(Math.abs((estimator.global?.latDeg ?? 0) - truth.latDeg)).toBeLessThan(2e-6);
    expect(Math.abs(estimator.globalOrigin.lonDeg - truth.lonDeg)).toBeLessThan(1e-9);
    const here = estimator.global ?? defaultOrigin;
    expect(distance(localOf(here, estimator.globalOrigin), estimator.positionM)).toBeLessThan(1e-3);
  });
});

describe('the globe under the field', () => {
  it.each([
    { x: 100, y: 0, z: 0 },
    { x: 0, y: 100, z: 5 },
    { x: -300, y: 400, z: 120 },
  ])('is as far away as it is on the field ($x, $y, $z)', (enuM) => {
    for (const latDeg of [47.397742, -33.9, 0, 78.2]) {
      const origin = { latDeg, lonDeg: 151.2, amslM: 0 };
      const there = globalOf(enuM, origin);
      const { s12 = 0, azi1 = 0 } = Geodesic.WGS84.Inverse(latDeg, 151.2, there.latDeg, there.lonDeg);
      expect(s12).toBeCloseTo(Math.hypot(enuM.x, enuM.y), 1);
      const bearingDeg = (Math.atan2(enuM.x, enuM.y) * 180) / Math.PI;
      expect(Math.cos(((azi1 - bearingDeg) * Math.PI) / 180)).toBeCloseTo(1, 6);
      expect(there.amslM).toBeCloseTo(enuM.z, 1);
    }
  });

  it('leads back to the field, to the millimetre', () => {
    const enuM = { x: -300, y: 400, z: 120 };
    for (const latDeg of [47.397742, -33.9, 0, 78.2]) {
      const origin = { latDeg, lonDeg: -151.2, amslM: 488 };
      expect(distance(localOf(globalOf(enuM, origin), origin), enuM)).toBeLessThan(1e-3);
    }
  });

  it('is the origin at the origin', () => {
    const { latDeg, lonDeg, amslM } = globalOf({ x: 0, y: 0, z: 0 }, defaultOrigin);
    expect(latDeg).toBeCloseTo(defaultOrigin.latDeg, 11);
    expect(lonDeg).toBeCloseTo(defaultOrigin.lonDeg, 11);
    expect(amslM).toBeCloseTo(488, 6);
  });
});

describe('gusts', () => {
  it('spread as they are told, about the steady wind', () => {
    const wind = new Wind({ meanMPerS: 5, fromRad: 0, gustMPerS: 2 }, new Random(1));
    const speeds: number[] = [];
    for (let i = 0; i < 200_000; i += 1) {
      wind.step(i * 10, dtS);
      if (i % 100 === 0) speeds.push(wind.x);
    }
    const mean = speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length;
    const spread = Math.sqrt(speeds.reduce((sum, speed) => sum + (speed - mean) ** 2, 0) / speeds.length);
    expect(mean).toBeCloseTo(-5, 0);
    expect(spread).toBeGreaterThan(1.6);
    expect(spread).toBeLessThan(2.4);
  });

  it('rise with the wind evenly to what it turns to, the shorter way, and stay', () => {
    const wind = new Wind({ meanMPerS: 4, fromRad: 0, gustMPerS: 0 }, new Random(1));
    wind.turnTo({ kind: 'wind', mPerS: 12, fromDeg: 0, overS: 10 }, 1000);
    const at = (nowMs: number) => {
      wind.step(nowMs, dtS);
      return [Math.hypot(wind.x, wind.y), Math.atan2(-wind.y, -wind.x)].map((value) => value.toFixed(3));
    };
    expect(at(1000)).toEqual(['4.000', '0.000']);
    expect(at(6000)).toEqual(['8.000', '0.785']);
    expect(at(11_000)).toEqual(['12.000', '1.571']);
    expect(at(60_000)).toEqual(['12.000', '1.571']);
    // It changes its mind in the middle of it, and says of gusts alone where they are from.
    wind.turnTo({ kind: 'wind', mPerS: 0, overS: 2 }, 60_000);
    expect(at(61_000)).toEqual(['6.000', '1.571']);
    wind.turnTo({ kind: 'wind', mPerS: 6, fromDeg: 180 }, 61_000);
    expect(at(61_010)).toEqual(['6.000', '-1.571']);
  });

  it('are the same for the same seed, and do not jump', () => {
    const blow = (): Wind => new Wind({ meanMPerS: 3, fromRad: 2, gustMPerS: 2 }, new Random(9));
    const [one, other] = [blow(), blow()];
    let last = { x: 0, y: 0, z: 0 };
    for (let i = 1; i < 1000; i += 1) {
      one.step(i * 10, dtS);
      other.step(i * 10, dtS);
      expect([one.x, one.y, one.z]).toEqual([other.x, other.y, other.z]);
      if (i > 1) expect(distance(one, last)).toBeLessThan(1.5);
      last = { x: one.x, y: one.y, z: one.z };
    }
  });
});
