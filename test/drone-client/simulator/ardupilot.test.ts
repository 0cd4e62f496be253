import { common, minimal, standard } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import type { AutopilotOptions } from '../../../drone-client/simulator/autopilot.js';
import { CopterBench } from './copter-bench.js';

const accepted = 0;
const denied = 2;
const unsupported = 3;
const failed = 4;
const up = [0, 0, 0, 0, 0, 0, 5];

const speedMPerS = (bench: CopterBench): number => {
  const { x, y, z } = bench.autopilot.truth.velocityMPerS;
  return Math.hypot(x, y, z);
};

describe('the simulated ArduPilot', () => {
  it('says what it is: ArduPilot, a quad, STABILIZE at the start', () => {
    const bench = new CopterBench();
    bench.run(3500);
    expect(bench.latest(minimal.Heartbeat)).toMatchObject({ autopilot: 3, type: 2, customMode: 0 });
    bench.setMode('GUIDED');
    bench.run(1000);
    expect(bench.latest(minimal.Heartbeat)).toMatchObject({ customMode: 4, baseMode: 1 });
  });

  it('takes integers as converted floats, and says so', () => {
    const bench = new CopterBench();
    expect(bench.command(512, [148])).toBe(accepted);
    const capabilities = BigInt(bench.latest(standard.AutopilotVersion)?.capabilities ?? 0);
    expect(capabilities & 0x20010n).toBe(0x20000n);
  });

  it.each([
    ['STABILIZE', failed],
    ['ALT_HOLD', accepted],
    ['AUTO', failed],
    ['GUIDED', accepted],
    ['LOITER', accepted],
    ['RTL', accepted],
    ['LAND', accepted],
    ['BRAKE', accepted],
    ['GUIDED_NOGPS', accepted],
    ['SMART_RTL', failed],
    ['NO_SUCH', failed],
  ])('answers the mode %s with %i', (mode, result) => {
    const bench = new CopterBench();
    bench.run(3500);
    expect(bench.setMode(mode)).toBe(result);
    bench.run(1000);
    expect(bench.shownMode).toBe(result === accepted ? mode : 'STABILIZE');
  });

  it('wants the custom-mode flag, and does not know every command', () => {
    const bench = new CopterBench();
    expect(bench.command(176, [0, 4])).toBe(denied);
    expect(bench.command(183, [1, 1500])).toBe(unsupported);
    expect(bench.command(511, [9999, 0])).toBe(failed);
    expect(bench.command(512, [9999])).toBe(failed);
    expect(bench.command(400, [1], 8)).toBeUndefined();
  });

  it('is frugal until it is asked for more', () => {
    const bench = new CopterBench();
    bench.run(4000);
    bench.heard.length = 0;
    bench.run(10_000);
    const counts = new Map<string, number>();
    for (const { message } of bench.heard)
      counts.set(message.constructor.name, (counts.get(message.constructor.name) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      Heartbeat: 10,
      GlobalPositionInt: 20,
      SysStatus: 10,
      GpsRawInt: 10,
    });
    expect(bench.command(511, [32, 50_000])).toBe(accepted);
    bench.run(1000);
    expect(bench.latest(common.LocalPositionNed)).toBeDefined();
    expect(bench.command(511, [32, 0])).toBe(accepted);
    bench.heard.length = 0;
    bench.run(1000);
    expect(bench.latest(common.LocalPositionNed)).toBeUndefined();
  });
});

describe('arming the simulated ArduPilot', () => {
  it('fails with a reason in words until it has settled', () => {
    const bench = new CopterBench({ settleMs: 25_000 });
    bench.setMode('GUIDED');
    for (const atMs of [1000, 10_000, 20_000]) {
      bench.run(atMs - bench.nowMs);
      expect(bench.arm()).toBe(failed);
    }
    expect(bench.texts).toEqual([
      'Arm: Gyros inconsistent',
      'Arm: AHRS: waiting for home',
      'Arm: Need Position Estimate',
    ]);
    bench.run(5100);
    expect(bench.arm()).toBe(accepted);
  });

  it.each(['LAND', 'RTL', 'BRAKE'])('fails in %s', (mode) => {
    const bench = new CopterBench();
    bench.run(3500);
    bench.setMode(mode);
    expect(bench.arm()).toBe(failed);
    expect(bench.texts).toContain('Arm: Mode not armable');
  });

  it.each(['INS_GYR_ID', 'INS_ACC_ID', 'COMPASS_DEV_ID'])('fails with %s 0: not calibrated', (id) => {
    const bench = new CopterBench({ parameters: { [id]: 0 } });
    bench.armGuided();
    expect(bench.autopilot.truth.armed).toBe(false);
  });

  it('ends by itself on the ground after DISARM_DELAY, and not before', () => {
    const bench = new CopterBench();
    bench.armGuided();
    bench.run(9800);
    expect(bench.autopilot.truth.armed).toBe(true);
    bench.run(400);
    expect(bench.autopilot.truth.armed).toBe(false);
  });

  it('does not end by itself with DISARM_DELAY 0', () => {
    const bench = new CopterBench({ parameters: { DISARM_DELAY: 0 } });
    bench.armGuided();
    bench.run(30_000);
    expect(bench.autopilot.truth.armed).toBe(true);
  });
});

describe('the take-off of the simulated ArduPilot', () => {
  it('fails when it is not armed, not in GUIDED, or in the air already', () => {
    const bench = new CopterBench();
    bench.run(3500);
    bench.setMode('GUIDED');
    expect(bench.command(22, up)).toBe(failed);
    bench.setMode('LOITER');
    bench.arm();
    expect(bench.command(22, up)).toBe(failed);
    bench.setMode('GUIDED');
    expect(bench.command(22, [0, 0, 0, 0, 0, 0, -1])).toBe(failed);
    expect(bench.command(22, [0, 0, 0, 0, 0, 0, Number.NaN])).toBe(failed);
    expect(bench.command(22, up)).toBe(accepted);
    bench.run(3000);
    expect(bench.command(22, up)).toBe(failed);
  });

  it('climbs to its height above home and stays there', () => {
    const bench = new CopterBench();
    bench.lift(5);
    expect(bench.autopilot.truth.positionM.z).toBeCloseTo(5, 0);
    bench.run(30_000);
    expect(bench.autopilot.truth.positionM.z).toBeCloseTo(5, 0);
    expect(bench.autopilot.truth).toMatchObject({ armed: true, mode: 'GUIDED', isLanded: false });
  });

  it('shows TAKEOFF, then IN_AIR', () => {
    const bench = new CopterBench();
    bench.run(3500);
    bench.command(511, [245, 100_000]);
    bench.lift(5);
    const { ON_GROUND, TAKEOFF, IN_AIR } = common.MavLandedState;
    expect(bench.sequence(common.ExtendedSysState, ({ landedState }) => landedState)).toEqual([
      ON_GROUND,
      TAKEOFF,
      IN_AIR,
    ]);
  });

  it('does not follow from a setpoint alone: it stays on the ground', () => {
    const bench = new CopterBench();
    bench.armGuided();
    bench.setpoint = () => ({
      positionM: { x: 0, y: 0, z: 5 },
      velocityMPerS: { x: 0, y: 0, z: 0 },
      yawRad: Number.NaN,
    });
    bench.run(5000);
    expect(bench.autopilot.truth).toMatchObject({ isLanded: true, positionM: { z: 0 } });
  });

  it('is ended by a setpoint that comes before it has lifted', () => {
    const bench = new CopterBench();
    bench.armGuided();
    expect(bench.command(22, up)).toBe(accepted);
    bench.run(50);
    bench.pointAt({ x: 0, y: 0, z: 5 });
    bench.run(5000);
    expect(bench.autopilot.truth).toMatchObject({ isLanded: true, positionM: { z: 0 } });
  });

  it('hands over to the setpoints that come after it has lifted', () => {
    const bench = new CopterBench();
    bench.armGuided();
    bench.command(22, up);
    bench.run(2000, () => bench.autopilot.truth.positionM.z > 0.5);
    bench.pointAt({ x: 3, y: 0, z: 2 });
    bench.run(8000);
    expect(bench.autopilot.truth.positionM.x).toBeCloseTo(3, 0);
    expect(bench.autopilot.truth.positionM.z).toBeLessThan(2.3);
  });

  it('forgets the setpoints of before it was armed', () => {
    const bench = new CopterBench();
    bench.run(3500);
    bench.setMode('GUIDED');
    bench.pointAt({ x: 20, y: 0, z: 9 });
    bench.arm();
    bench.command(22, up);
    bench.run(10_000);
    expect(bench.autopilot.truth.positionM.x).toBeCloseTo(0, 0);
    expect(bench.autopilot.truth.positionM.z).toBeCloseTo(5, 0);
  });
});

describe('setpoints of the simulated ArduPilot', () => {
  it('are held for ever: one position is enough', () => {
    const bench = new CopterBench();
    bench.lift();
    bench.pointAt({ x: 4, y: 0, z: 5 });
    bench.run(60_000);
    expect(bench.autopilot.truth.positionM.x).toBeCloseTo(4, 0);
    expect(bench.autopilot.truth).toMatchObject({ armed: true, mode: 'GUIDED' });
  });

  it('of velocity alone end after GUID_TIMEOUT: it stops', () => {
    const bench = new CopterBench();
    bench.lift();
    bench.pointAt(undefined, { x: 1, y: 0, z: 0 });
    bench.run(2800);
    expect(speedMPerS(bench)).toBeGreaterThan(0.8);
    bench.run(3000);
    expect(speedMPerS(bench)).toBeLessThan(0.15);
    expect(bench.autopilot.truth.positionM.x).toBeLessThan(4.5);
  });

  it('of both move their position for as long, and hold it there', () => {
    const bench = new CopterBench();
    bench.lift();
    bench.pointAt({ x: 1, y: 0, z: 5 }, { x: 1, y: 0, z: 0 });
    bench.run(20_000);
    expect(bench.autopilot.truth.positionM.x).toBeCloseTo(4, 0);
    expect(speedMPerS(bench)).toBeLessThan(0.15);
  });

  it('count for nothing in other modes, nor when GUIDED comes back', () => {
    const bench = new CopterBench();
    bench.lift();
    bench.pointAt({ x: 30, y: 0, z: 5 });
    bench.run(1000);
    bench.setMode('BRAKE');
    bench.pointAt({ x: 30, y: 0, z: 5 });
    bench.run(2000);
    bench.setMode('GUIDED');
    bench.run(10_000);
    expect(bench.autopilot.truth.positionM.x).toBeLessThan(10);
  });

  const thrust = (bench: CopterBench, value: number): void =>
    bench.send(
      Object.assign(new common.SetAttitudeTarget(), {
        targetSystem: 7,
        targetComponent: 1,
        typeMask: 7,
        q: [1, 0, 0, 0],
        thrust: value,
        thrustBody: [0, 0, 0],
      }),
    );

  const flownWith = (options: Partial<AutopilotOptions>, value: number, forMs: number): CopterBench => {
    const bench = new CopterBench(options);
    bench.lift(8);
    for (let ms = 0; ms < forMs; ms += 100) {
      thrust(bench, value);
      bench.run(100);
    }
    return bench;
  };

  it('of attitude have a climb rate in place of a thrust', () => {
    const parameters = { GUID_OPTIONS: 0 };
    expect(flownWith({ parameters }, 0.5, 3000).autopilot.truth.velocityMPerS.z).toBeCloseTo(0, 1);
    expect(flownWith({ parameters }, 1, 3000).autopilot.truth.velocityMPerS.z).toBeCloseTo(2.5, 0);
    expect(flownWith({ parameters }, 0.25, 3000).autopilot.truth.velocityMPerS.z).toBeCloseTo(-0.75, 1);
  });

  it('of attitude are thrust with bit 3 of GUID_OPTIONS', () => {
    expect(flownWith({}, 0.5, 2000).autopilot.truth.velocityMPerS.z).toBeGreaterThan(0.4);
    expect(flownWith({}, 0.25, 700).autopilot.truth.velocityMPerS.z).toBeLessThan(-2);
  });

  it('of attitude end after GUID_TIMEOUT: it keeps level and its height', () => {
    const bench = flownWith({ parameters: { GUID_OPTIONS: 0 } }, 0.25, 500);
    bench.run(2000);
    expect(bench.autopilot.truth.velocityMPerS.z).toBeLessThan(-0.5);
    bench.run(2500);
    expect(bench.autopilot.truth.velocityMPerS.z).toBeCloseTo(0, 1);
  });
});

describe('landing and stopping the simulated ArduPilot', () => {
  it('LAND comes down, and disarms 2 s after touch-down', () => {
    const bench = new CopterBench();
    bench.lift(3);
    expect(bench.setMode('LAND')).toBe(accepted);
    bench.run(20_000, () => bench.autopilot.truth.positionM.z === 0);
    const tookMs = bench.run(5000, () => !bench.autopilot.truth.armed);
    expect(tookMs).toBeGreaterThan(1800);
    expect(tookMs).toBeLessThan(2300);
    expect(bench.autopilot.truth).toMatchObject({ mode: 'LAND', isLanded: true });
  });

  it('a plain disarm fails in the air, a forced one stops the motors at once', () => {
    const bench = new CopterBench();
    bench.lift(4);
    expect(bench.disarm()).toBe(failed);
    expect(bench.autopilot.truth.armed).toBe(true);
    expect(bench.command(400, [0, 21196])).toBe(accepted);
    expect(bench.autopilot.truth.armed).toBe(false);
    bench.run(800);
    expect(bench.autopilot.truth.velocityMPerS.z).toBeLessThan(-6);
  });

  it('flight termination stops the motors too', () => {
    const bench = new CopterBench();
    bench.lift(4);
    expect(bench.command(185, [1])).toBe(accepted);
    expect(bench.autopilot.truth.armed).toBe(false);
  });

  it.each(['BRAKE', 'LOITER'])('%s stops and stays', (mode) => {
    const bench = new CopterBench();
    bench.lift();
    bench.pointAt({ x: 30, y: 0, z: 5 });
    bench.run(4000);
    bench.setMode(mode);
    bench.run(9000);
    const { x } = bench.autopilot.truth.positionM;
    bench.run(10_000);
    expect(speedMPerS(bench)).toBeLessThan(0.15);
    expect(bench.autopilot.truth.positionM.x).toBeCloseTo(x, 0);
    expect(bench.autopilot.truth).toMatchObject({ mode, armed: true });
  });

  it('RTL climbs to RTL_ALT, flies home and lands there', () => {
    const bench = new CopterBench();
    bench.lift(3);
    bench.pointAt({ x: 20, y: 0, z: 3 });
    bench.run(12_000);
    expect(bench.setMode('RTL')).toBe(accepted);
    let highestM = 0;
    bench.run(120_000, () => {
      const { x, z } = bench.autopilot.truth.positionM;
      if (z < 12 && highestM < 12) expect(x).toBeGreaterThan(19);
      highestM = Math.max(highestM, z);
      return !bench.autopilot.truth.armed;
    });
    expect(highestM).toBeCloseTo(15, 0);
    expect(bench.autopilot.truth.positionM.x).toBeCloseTo(0, 0);
    expect(bench.autopilot.truth.isLanded).toBe(true);
  });

  it('RTL is refused in the air without a position', () => {
    const bench = new CopterBench({ parameters: { FS_EKF_ACTION: 0 } });
    bench.lift(3);
    bench.autopilot.applyFault({ kind: 'gps-loss' }, bench.nowMs);
    bench.run(2500);
    expect(bench.setMode('RTL')).toBe(failed);
    expect(bench.setMode('LAND')).toBe(accepted);
  });
});
