import { common } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import type { AutopilotOptions } from '../../../drone-client/simulator/autopilot.js';
import type { Fault } from '../../../drone-client/simulator/faults.js';
import { at, Bench, circle } from './bench.js';

const hover = { x: 0, y: 0, z: 6 };

function flying(options: Partial<AutopilotOptions> = {}): Bench {
  const bench = new Bench(options);
  bench.takeOff(hover);
  return bench;
}

function befall(bench: Bench, fault: Fault): void {
  bench.autopilot.applyFault(fault, bench.nowMs);
}

/** How far it is off its hover, horizontally, m. */
function offM(bench: Bench): number {
  const { x, y } = bench.autopilot.truth.positionM;
  return Math.hypot(x - hover.x, y - hover.y);
}

describe('a lost motor', () => {
  it('makes it fall, and it stays where it lands', () => {
    const bench = flying();
    const { z } = bench.autopilot.truth.positionM;
    befall(bench, { kind: 'motor-loss' });
    bench.run(500);
    expect(bench.autopilot.truth.positionM.z).toBeLessThan(z - 1);
    bench.run(1500);
    expect(bench.autopilot.truth.positionM.z).toBe(0);
    const where = bench.autopilot.truth.positionM;
    bench.run(20_000);
    expect(bench.autopilot.truth).toMatchObject({ positionM: where, isLanded: true });
    bench.arm();
    bench.run(5000);
    expect(bench.autopilot.truth.positionM).toEqual(where);
  });

  it('turns it over as it falls, and leaves it lying', () => {
    const bench = flying();
    befall(bench, { kind: 'motor-loss' });
    bench.heard.length = 0;
    bench.run(1000);
    const rolls = bench.heard.flatMap(({ message }) =>
      message instanceof common.Attitude ? [Math.abs(message.roll)] : [],
    );
    expect(Math.max(...rolls)).toBeGreaterThan(Math.PI / 2);
    bench.run(2000);
    const lying = bench.latest(common.Attitude);
    expect(Math.abs(lying?.roll ?? 0)).toBeGreaterThan(0.1);
    expect(lying?.rollspeed).toBeCloseTo(0, 1);
  });

  it('is not the only thing that ends flying: so does a fall from high', () => {
    const bench = flying();
    bench.command(400, [0, 21196]);
    bench.run(3000);
    expect(bench.autopilot.truth.positionM.z).toBe(0);
    bench.takeOff(hover);
    expect(bench.autopilot.truth.positionM.z).toBe(0);
  });

  it('keeps one on the ground that has not flown yet', () => {
    const bench = new Bench();
    befall(bench, { kind: 'motor-loss' });
    bench.takeOff(hover);
    expect(bench.autopilot.truth.positionM).toEqual({ x: 0, y: 0, z: 0 });
  });
});

describe('lost satellites', () => {
  it('let the estimate run away, and the drone with it until it gives up and comes down', () => {
    const bench = flying();
    befall(bench, { kind: 'gps-loss' });
    bench.run(1000);
    expect(offM(bench)).toBeLessThan(0.3);
    bench.run(7000);
    expect(offM(bench)).toBeGreaterThan(0.15);
    expect(bench.autopilot.truth.positionM.z).toBeLessThan(3);
  });

  it('do not matter for long when they come back', () => {
    const bench = flying();
    befall(bench, { kind: 'gps-loss', durationS: 0.8 });
    bench.run(10_000);
    expect(offM(bench)).toBeLessThan(0.3);
  });

  it('do not matter to a drone that is positioned by something else', () => {
    const bench = flying({ dependsOnGps: false });
    befall(bench, { kind: 'gps-loss' });
    bench.run(10_000);
    expect(offM(bench)).toBeLessThan(0.2);
  });
});

describe('a failing battery', () => {
  it('sags to the fraction that the fault says, and says so', () => {
    const bench = flying();
    befall(bench, { kind: 'battery-sag', fraction: 0.1 });
    bench.run(2500);
    expect(bench.autopilot.truth.batteryFraction).toBeCloseTo(0.1, 1);
    expect(bench.latest(common.BatteryStatus)?.batteryRemaining).toBeLessThanOrEqual(10);
  });

  it('drops the drone when nothing is left, and nobody could know', () => {
    const bench = flying();
    befall(bench, { kind: 'lying-battery', fraction: 0.9 });
    befall(bench, { kind: 'battery-sag', fraction: 0.002 });
    bench.run(1000);
    expect(bench.autopilot.truth.positionM.z).toBeGreaterThan(5);
    bench.run(6000);
    expect(bench.autopilot.truth).toMatchObject({ isLanded: true, batteryFraction: 0 });
    expect(bench.autopilot.truth.positionM.z).toBe(0);
  });

  it('lies: it reports one charge and holds another', () => {
    const bench = flying();
    befall(bench, { kind: 'lying-battery', fraction: 0.95 });
    befall(bench, { kind: 'battery-sag', fraction: 0.3 });
    bench.run(3000);
    expect(bench.autopilot.truth.batteryFraction).toBeLessThan(0.3);
    expect(bench.latest(common.BatteryStatus)?.batteryRemaining).toBe(95);
    expect(bench.latest(common.SysStatus)).toMatchObject({ batteryRemaining: 95 });
    expect(bench.latest(common.SysStatus)?.voltageBattery).toBeGreaterThan(15_500);
  });

  it('is as hot as the fault says, and cools down by itself', () => {
    const bench = flying();
    expect(bench.latest(common.BatteryStatus)?.temperature).toBeLessThan(2200);
    befall(bench, { kind: 'battery-heat', temperatureC: 70 });
    bench.run(2000);
    const hot = bench.latest(common.BatteryStatus)?.temperature ?? 0;
    expect(hot).toBeGreaterThan(6900);
    bench.run(10_000);
    expect(bench.latest(common.BatteryStatus)?.temperature).toBeLessThan(hot);
  });
});

describe('wind', () => {
  const wind = { meanMPerS: 6, fromRad: Math.PI / 2, gustMPerS: 1.5 };

  it.each([
    { from: 'the north', fromRad: Math.PI / 2, pushedM: { x: 0, y: -1 } },
    { from: 'the east', fromRad: 0, pushedM: { x: -1, y: 0 } },
  ])('from $from pushes it away, and the controller brings it back', ({ fromRad, pushedM }) => {
    const bench = new Bench({ wind: { meanMPerS: 6, fromRad, gustMPerS: 0 } });
    bench.setpoint = () => at(hover);
    bench.run(3500);
    bench.setMode('OFFBOARD');
    bench.arm();
    let furthestM = 0;
    bench.run(8000, () => {
      const { x, y } = bench.autopilot.truth.positionM;
      furthestM = Math.max(furthestM, x * pushedM.x + y * pushedM.y);
      return false;
    });
    expect(furthestM).toBeGreaterThan(0.2);
    bench.run(15_000);
    expect(offM(bench)).toBeLessThan(0.2);
    // It leans into the wind; it looks east.
    const { roll = 0, pitch = 0 } = bench.latest(common.Attitude) ?? {};
    expect(pushedM.y === 0 ? pitch : roll).toBeLessThan(-0.05);
  });

  it('with gusts moves it about, by less than two metres', () => {
    const bench = flying({ wind });
    let worstM = 0;
    bench.run(30_000, () => {
      worstM = Math.max(worstM, offM(bench));
      return false;
    });
    expect(worstM).toBeGreaterThan(0.1);
    expect(worstM).toBeLessThan(2);
  });

  it('lets a gust pass: away, and back', () => {
    const bench = flying({ wind: { meanMPerS: 0, fromRad: 0, gustMPerS: 0 } });
    befall(bench, { kind: 'gust', mPerS: 8, durationS: 3 });
    let westernmostM = 0;
    bench.run(5000, () => {
      westernmostM = Math.min(westernmostM, bench.autopilot.truth.positionM.x);
      return false;
    });
    expect(westernmostM).toBeLessThan(-0.3);
    bench.run(10_000);
    expect(offM(bench)).toBeLessThan(0.2);
  });

  it('does not move what stands on the ground', () => {
    const bench = new Bench({ wind: { ...wind, meanMPerS: 15 } });
    bench.run(20_000);
    expect(bench.autopilot.truth.positionM).toEqual({ x: 0, y: 0, z: 0 });
  });

  it('is refused when no field has it', () => {
    expect(() => new Bench({ wind: { meanMPerS: -1, fromRad: 0, gustMPerS: 0 } })).toThrow(RangeError);
    expect(() => new Bench({ wind: { meanMPerS: 1, fromRad: Number.NaN, gustMPerS: 0 } })).toThrow(
      RangeError,
    );
  });
});

describe('a flight with wind and faults', () => {
  it('is the same to the bit for the same seed, and another for another', () => {
    const fly = (seed: number): unknown[] => {
      const bench = flying({ seed, wind: { meanMPerS: 4, fromRad: 1, gustMPerS: 1 } });
      bench.setpoint = (tS) => circle(tS, 6);
      bench.run(2000);
      befall(bench, { kind: 'gust', mPerS: 5, durationS: 2 });
      befall(bench, { kind: 'gps-loss', durationS: 2 });
      bench.run(4000);
      befall(bench, { kind: 'motor-loss' });
      bench.run(3000);
      return [bench.autopilot.truth, bench.heard.map(({ atMs, message }) => [atMs, Object.values(message)])];
    };
    const first = fly(5);
    expect(fly(5)).toEqual(first);
    expect(fly(6)).not.toEqual(first);
  });
});
