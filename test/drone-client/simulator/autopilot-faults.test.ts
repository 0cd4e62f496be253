import { common, minimal } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../drone-client/simulator/faults.js';
import { at, Bench } from './bench.js';
import { CopterBench } from './copter-bench.js';

const temporarilyRejected = 1;

function flying(): Bench {
  const bench = new Bench();
  bench.takeOff({ x: 0, y: 0, z: 5 });
  return bench;
}

const befall = (bench: Bench, fault: Fault): void => bench.autopilot.applyFault(fault, bench.nowMs);

describe('a cut link', () => {
  it('is silent both ways for as long as it says, and then talks again', () => {
    const bench = flying();
    befall(bench, { kind: 'link-cut', durationS: 0.5 });
    bench.heard.length = 0;
    expect(bench.setMode('AUTO.LAND')).toBeUndefined();
    bench.run(480);
    expect(bench.heard).toEqual([]);
    expect(bench.autopilot.truth.mode).toBe('OFFBOARD');
    bench.run(200);
    expect(bench.heard.length).toBeGreaterThan(0);
    expect(bench.setMode('AUTO.LAND')).toBe(0);
  });

  it('for good ends the flight by the lost setpoints', () => {
    const bench = flying();
    befall(bench, { kind: 'link-cut' });
    bench.run(30_000);
    expect(bench.autopilot.truth).toMatchObject({ armed: false, isLanded: true });
  });
});

describe('a stuck mode', () => {
  it.each([
    ['AUTO.LAND by mode', 176, [1, 4, 6]],
    ['by NAV_LAND', 21, []],
    ['by NAV_RETURN_TO_LAUNCH', 20, []],
    ['by NAV_TAKEOFF', 22, [0, 0, 0, 0, 0, 0, 500]],
  ])('accepts %s, and nothing happens', (_name, command, params) => {
    const bench = flying();
    befall(bench, { kind: 'stuck-mode' });
    expect(bench.command(command, params)).toBe(0);
    bench.run(3000);
    expect(bench.autopilot.truth.mode).toBe('OFFBOARD');
  });

  it('still stops its motors by force, and still has its failsafes', () => {
    const bench = flying();
    befall(bench, { kind: 'stuck-mode' });
    bench.setpoint = undefined;
    bench.run(1500);
    expect(bench.autopilot.truth.mode).toBe('AUTO.LAND');
    expect(bench.command(400, [0, 21196])).toBe(0);
    expect(bench.autopilot.truth.armed).toBe(false);
  });
});

describe('a reboot in the air', () => {
  it('stops the motors: it falls, is silent for 3 s, and boots disarmed', () => {
    const bench = flying();
    befall(bench, { kind: 'reboot' });
    bench.heard.length = 0;
    bench.run(800);
    expect(bench.autopilot.truth.velocityMPerS.z).toBeLessThan(-5);
    bench.run(2100);
    expect(bench.heard).toEqual([]);
    bench.run(1200);
    expect(bench.latest(minimal.Heartbeat)?.baseMode).toBe(1);
    expect(bench.autopilot.truth).toMatchObject({ armed: false, isLanded: true });
    expect(bench.arm()).toBe(temporarilyRejected);
  });
});

describe("the pilot's switch", () => {
  it.each(['POSCTL', 'ALTCTL', 'AUTO.LAND'])('takes PX4 over to %s', (mode) => {
    const bench = flying();
    const { z } = bench.autopilot.truth.positionM;
    befall(bench, { kind: 'pilot', mode });
    bench.run(2000);
    expect(bench.autopilot.truth.mode).toBe(mode);
    if (mode !== 'AUTO.LAND') expect(bench.autopilot.truth.positionM.z).toBeCloseTo(z, 0);
  });

  it.each(['STABILIZE', 'ALT_HOLD', 'LOITER', 'LAND'])('takes ArduPilot over to %s', (mode) => {
    const bench = new CopterBench();
    bench.lift();
    befall(bench, { kind: 'pilot', mode });
    bench.run(2000);
    expect(bench.autopilot.truth.mode).toBe(mode);
    if (mode !== 'LAND') expect(bench.autopilot.truth.positionM.z).toBeCloseTo(5, 0);
  });

  it('to a mode of another autopilot changes nothing, and that is said', () => {
    const bench = new CopterBench();
    bench.lift();
    befall(bench, { kind: 'pilot', mode: 'POSCTL' });
    expect(bench.autopilot.truth.mode).toBe('GUIDED');
    bench.run(10);
    expect(bench.texts.at(-1)).toBe('Mode change to POSCTL failed: init failed');
  });
});

describe('a lying battery', () => {
  it('keeps what it says, and the failsafe believes it', () => {
    const bench = flying();
    befall(bench, { kind: 'lying-battery', fraction: 0.8 });
    bench.autopilot.setBatteryFraction(0.05);
    bench.run(5000);
    expect(bench.latest(common.SysStatus)?.batteryRemaining).toBe(80);
    expect(bench.autopilot.truth.mode).toBe('OFFBOARD');
  });
});

describe('faults and commands', () => {
  it.each(['px4', 'ardupilot'] as const)('are the same to the bit for the same seed on %s', (autopilot) => {
    const fly = (seed: number): string => {
      const bench = autopilot === 'px4' ? new Bench({ seed }) : new CopterBench({ seed });
      bench.run(3500);
      bench.setMode(autopilot === 'px4' ? 'OFFBOARD' : 'GUIDED');
      if (autopilot === 'px4') bench.setpoint = () => at({ x: 1, y: 1, z: 4 });
      bench.run(200);
      bench.arm();
      bench.command(22, [0, 0, 0, 0, 0, 0, 4]);
      bench.run(3000);
      befall(bench, { kind: 'gust', mPerS: 5, durationS: 2 });
      bench.setpoint = undefined;
      bench.run(3000);
      return JSON.stringify(bench.heard, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
    };
    expect(fly(3)).toBe(fly(3));
    expect(fly(3)).not.toBe(fly(4));
  });
});
