import { common } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { at, Bench, circle } from './bench.js';

/** Horizontal distance between truth and the wanted circle, every 0.1 s of 24 s, sorted. */
function lagsM(hasVelocity: boolean): number[] {
  const bench = new Bench();
  bench.takeOff();
  const startS = bench.nowMs / 1000;
  const wanted = (tS: number) => circle(tS - startS, 3, hasVelocity);
  bench.setpoint = wanted;
  bench.run(8000);
  const lags: number[] = [];
  for (let i = 0; i < 240; i += 1) {
    bench.run(100);
    const { positionM } = bench.autopilot.truth;
    const target = wanted(bench.nowMs / 1000).positionM;
    lags.push(Math.hypot(positionM.x - target.x, positionM.y - target.y));
  }
  return lags.sort((a, b) => a - b);
}

describe('the simulated flight', () => {
  it('follows a 1.57 m/s circle 0.3 to 0.6 m behind when it is told the velocity', () => {
    const lags = lagsM(true);
    expect(lags[0]).toBeGreaterThan(0.25);
    expect(lags.at(-1)).toBeLessThan(0.65);
  });

  it('lags about 2 m behind positions alone', () => {
    const median = lagsM(false)[120];
    expect(median).toBeGreaterThan(1.5);
    expect(median).toBeLessThan(2.6);
  });

  it('flies a jump of the setpoint no faster than its limits', () => {
    const bench = new Bench();
    bench.takeOff({ x: 0, y: 0, z: 5 });
    const fastest = { horizontal: 0, up: 0, down: 0 };
    const watch = (): boolean => {
      const { x, y, z } = bench.autopilot.truth.velocityMPerS;
      fastest.horizontal = Math.max(fastest.horizontal, Math.hypot(x, y));
      fastest.up = Math.max(fastest.up, z);
      fastest.down = Math.max(fastest.down, -z);
      return false;
    };
    bench.setpoint = () => at({ x: 30, y: 30, z: 15 });
    bench.run(8000, watch);
    bench.setpoint = () => at({ x: 30, y: 30, z: 3 });
    bench.run(12_000, watch);
    expect(fastest.horizontal).toBeGreaterThan(4.5);
    expect(fastest.horizontal).toBeLessThan(5.4);
    expect(fastest.up).toBeGreaterThan(2.7);
    expect(fastest.up).toBeLessThan(3.3);
    expect(fastest.down).toBeGreaterThan(1.3);
    expect(fastest.down).toBeLessThan(1.8);
  });

  it('leans into its acceleration, never beyond 35°, and stands level on the ground', () => {
    const bench = new Bench();
    bench.run(3500);
    expect(bench.latest(common.Attitude)?.roll).toBeCloseTo(0, 3);
    bench.takeOff();
    bench.heard.length = 0;
    bench.setpoint = () => at({ x: 0, y: 30, z: 3 });
    bench.run(6000);
    const rolls = bench.heard.flatMap(({ message }) =>
      message instanceof common.Attitude ? [message.roll] : [],
    );
    // It looks east and flies north: to its left, so it rolls left first.
    expect(Math.min(...rolls)).toBeLessThan(-0.3);
    expect(Math.max(...rolls.map(Math.abs))).toBeLessThan((35 * Math.PI) / 180);
  });

  it('turns to the yaw it is told and keeps it without', () => {
    const bench = new Bench();
    bench.takeOff();
    bench.setpoint = () => ({ ...at({ x: 0, y: 0, z: 3 }), yawRad: Math.PI / 2 });
    bench.run(5000);
    expect(bench.latest(common.Attitude)?.yaw).toBeCloseTo(0, 1);
    bench.setpoint = () => at({ x: 0, y: 0, z: 3 });
    bench.run(3000);
    expect(bench.latest(common.Attitude)?.yaw).toBeCloseTo(0, 1);
  });

  it.each([1, 2, 3, 99])('starts where it is told, with a local z of −0.2…−0.7 m (seed %i)', (seed) => {
    const bench = new Bench({ seed, startPositionM: { x: 4, y: -3, z: 0 } });
    bench.run(4000);
    const position = bench.latest(common.LocalPositionNed);
    expect(position?.x).toBeCloseTo(-3, 0);
    expect(position?.y).toBeCloseTo(4, 0);
    expect(position?.z).toBeLessThan(-0.13);
    expect(position?.z).toBeGreaterThan(-0.77);
    expect(bench.autopilot.truth.positionM).toEqual({ x: 4, y: -3, z: 0 });
  });

  it('is the same to the bit for the same seed, and another for another', () => {
    const fly = (seed: number): unknown[] => {
      const bench = new Bench({ seed });
      bench.takeOff();
      bench.setpoint = (tS) => circle(tS, 3);
      bench.run(5000);
      bench.setpoint = undefined;
      bench.run(8000);
      return [bench.autopilot.truth, bench.heard.map(({ atMs, message }) => [atMs, Object.values(message)])];
    };
    const first = fly(5);
    expect(fly(5)).toEqual(first);
    expect(fly(6)).not.toEqual(first);
  });

  it('does not depend on how often it is stepped', () => {
    const truths = [10, 40, 200].map((stepMs) => {
      const { autopilot } = new Bench();
      for (let nowMs = 0; nowMs <= 4000; nowMs += stepMs) autopilot.step(nowMs);
      return [autopilot.truth.batteryFraction, autopilot.truth.positionM];
    });
    expect(truths[1]).toEqual(truths[0]);
    expect(truths[2]).toEqual(truths[0]);
  });
});
