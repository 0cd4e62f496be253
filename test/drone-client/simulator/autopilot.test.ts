import { common, minimal, standard } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { Autopilot } from '../../../drone-client/simulator/autopilot.js';
import { AutopilotEvent } from '../../../drone-client/vehicle/mavlink/messages.js';
import { px4ModeName } from '../../../drone-client/vehicle/mavlink/px4-mode.js';
import { at, Bench } from './bench.js';

const accepted = 0;
const temporarilyRejected = 1;
const denied = 2;
const unsupported = 3;
const failed = 4;
const above = at({ x: 0, y: 0, z: 3 });

const shownMode = (bench: Bench): string => px4ModeName(bench.latest(minimal.Heartbeat)?.customMode ?? 0);

describe('arming the simulated autopilot', () => {
  it('is refused until the estimator has settled', () => {
    const bench = new Bench();
    bench.run(2900);
    expect(bench.arm()).toBe(temporarilyRejected);
    bench.run(200);
    expect(bench.arm()).toBe(accepted);
  });

  it('settles as late as it is told', () => {
    const bench = new Bench({ settleMs: 25_000 });
    bench.run(24_000);
    expect(bench.arm()).toBe(temporarilyRejected);
    expect(bench.latest(common.LocalPositionNed)).toBeUndefined();
    bench.run(2000);
    expect(bench.arm()).toBe(accepted);
  });

  it('is refused in OFFBOARD without setpoints, though the mode is accepted on the ground', () => {
    const bench = new Bench();
    bench.run(3500);
    expect(bench.setMode('OFFBOARD')).toBe(accepted);
    expect(bench.arm()).toBe(temporarilyRejected);
    bench.setpoint = () => above;
    bench.run(300);
    expect(bench.arm()).toBe(accepted);
  });

  it('tells the reason as EVENT, and in words only on links that carry them', () => {
    const bench = new Bench();
    expect(bench.arm()).toBe(temporarilyRejected);
    expect(bench.latest(AutopilotEvent)?.id).toBe(0x01000001);
    expect(bench.latest(common.StatusText)).toBeUndefined();
    const wordy = new Bench({ sendsStatusText: true });
    wordy.arm();
    expect(wordy.latest(common.StatusText)?.text).toBe('Arming denied: position estimate not ready');
  });

  it('is refused in AUTO.LAND', () => {
    const bench = new Bench();
    bench.run(3500);
    bench.setMode('AUTO.LAND');
    expect(bench.arm()).toBe(temporarilyRejected);
  });

  it('ends by itself after COM_DISARM_PRFLT on the ground', () => {
    const bench = new Bench();
    bench.run(3500);
    bench.arm();
    expect(bench.run(20_000, () => !bench.autopilot.truth.armed)).toBeGreaterThanOrEqual(9900);
    expect(bench.autopilot.truth.armed).toBe(false);
    expect(bench.nowMs).toBeLessThan(14_000);
  });

  it('shows whether it would be possible in the prearm bit', () => {
    const bench = new Bench();
    const healthy = (): boolean =>
      ((bench.latest(common.SysStatus)?.onboardControlSensorsHealth ?? 0) & 0x10000000) !== 0;
    bench.run(2000);
    expect(healthy()).toBe(false);
    bench.run(2000);
    expect(healthy()).toBe(true);
    bench.setMode('OFFBOARD');
    bench.run(500);
    expect(healthy()).toBe(false);
  });
});

describe('the simulated flight in OFFBOARD', () => {
  it('takes off to a setpoint above the ground, without a take-off command', () => {
    const bench = new Bench();
    bench.takeOff({ x: 1, y: 2, z: 3 });
    const { positionM, mode } = bench.autopilot.truth;
    expect(mode).toBe('OFFBOARD');
    expect(positionM.x).toBeCloseTo(1, 0);
    expect(positionM.y).toBeCloseTo(2, 0);
    expect(bench.latest(common.LocalPositionNed)?.z).toBeCloseTo(-3, 0);
  });

  it('goes through BOOT, UNINIT, STANDBY, ACTIVE', () => {
    const bench = new Bench();
    bench.takeOff();
    const { BOOT, UNINIT, STANDBY, ACTIVE } = minimal.MavState;
    expect(bench.sequence(minimal.Heartbeat, (message) => message.systemStatus)).toEqual([
      BOOT,
      UNINIT,
      STANDBY,
      ACTIVE,
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'is left for AUTO.LAND 0.95…1.3 s after the last setpoint (seed %i)',
    (seed) => {
      const bench = new Bench({ seed });
      bench.takeOff();
      bench.setpoint = undefined;
      const left = bench.run(5000, () => bench.autopilot.truth.mode !== 'OFFBOARD');
      expect(left).toBeGreaterThanOrEqual(900);
      expect(left).toBeLessThanOrEqual(1310);
      expect(bench.autopilot.truth.mode).toBe('AUTO.LAND');
      bench.run(1000);
      expect(bench.latest(minimal.Heartbeat)?.systemStatus).toBe(minimal.MavState.CRITICAL);
    },
  );

  it('ends on the ground, disarmed, when the setpoints stop for good', () => {
    const bench = new Bench();
    bench.takeOff({ x: 0, y: 0, z: 4 });
    bench.setpoint = undefined;
    expect(bench.run(30_000, () => !bench.autopilot.truth.armed)).toBeLessThan(16_000);
    expect(bench.autopilot.truth.positionM.z).toBe(0);
  });

  it("sinks in POSCTL at 0.6 m/s with PX4's own default action", () => {
    const bench = new Bench({ parameters: { COM_OBL_RC_ACT: 0 } });
    bench.takeOff({ x: 0, y: 0, z: 6 });
    bench.setpoint = undefined;
    bench.run(4000);
    expect(bench.autopilot.truth.mode).toBe('POSCTL');
    expect(bench.autopilot.truth.velocityMPerS.z).toBeCloseTo(-0.6, 1);
  });

  it('is taken up again within 2 s when the setpoints come back during the failsafe', () => {
    const bench = new Bench();
    bench.takeOff();
    bench.setpoint = undefined;
    bench.run(2000);
    expect(bench.autopilot.truth.mode).toBe('AUTO.LAND');
    bench.setpoint = () => above;
    const back = bench.run(5000, () => bench.autopilot.truth.mode === 'OFFBOARD');
    expect(back).toBeGreaterThan(300);
    expect(back).toBeLessThanOrEqual(2000);
    bench.run(1000);
    expect(bench.latest(minimal.Heartbeat)?.systemStatus).toBe(minimal.MavState.ACTIVE);
  });

  it('is not taken up again once another mode was commanded', () => {
    const bench = new Bench();
    bench.takeOff();
    bench.setpoint = undefined;
    bench.run(1500);
    expect(bench.setMode('AUTO.LOITER')).toBe(accepted);
    bench.setpoint = () => above;
    bench.run(4000);
    expect(bench.autopilot.truth.mode).toBe('AUTO.LOITER');
  });

  it('is refused in the air without setpoints, accepted with them', () => {
    const bench = new Bench();
    bench.takeOff();
    bench.setMode('AUTO.LOITER');
    bench.setpoint = undefined;
    bench.run(3000);
    expect(bench.setMode('OFFBOARD')).toBe(temporarilyRejected);
    bench.setpoint = () => above;
    bench.run(200);
    expect(bench.setMode('OFFBOARD')).toBe(accepted);
  });
});

describe('landing the simulated autopilot', () => {
  it('goes LANDING, ON_GROUND, disarmed, and shows OFFBOARD again', () => {
    const bench = new Bench();
    bench.takeOff({ x: 0, y: 0, z: 1.2 });
    bench.heard.length = 0;
    expect(bench.setMode('AUTO.LAND')).toBe(accepted);
    const onGround = bench.run(20_000, () => bench.autopilot.truth.isLanded);
    expect(onGround).toBeGreaterThan(1000);
    const untilDisarmed = bench.run(10_000, () => !bench.autopilot.truth.armed);
    expect(untilDisarmed).toBeGreaterThan(1900);
    expect(untilDisarmed).toBeLessThan(2100);
    bench.run(1000);
    const { LANDING, ON_GROUND } = common.MavLandedState;
    expect(bench.sequence(common.ExtendedSysState, (message) => message.landedState)).toEqual([
      LANDING,
      ON_GROUND,
    ]);
    expect(shownMode(bench)).toBe('OFFBOARD');
    expect(bench.latest(minimal.Heartbeat)?.systemStatus).toBe(minimal.MavState.STANDBY);
  });

  it('disarms on the ground, refuses it in the air, and falls when it is forced', () => {
    const bench = new Bench();
    bench.takeOff({ x: 0, y: 0, z: 4.5 });
    expect(bench.disarm()).toBe(temporarilyRejected);
    expect(bench.autopilot.truth.armed).toBe(true);
    expect(bench.command(400, [0, 21196])).toBe(accepted);
    expect(bench.autopilot.truth.armed).toBe(false);
    bench.run(800);
    expect(bench.autopilot.truth.velocityMPerS.z).toBeLessThan(-6);
    bench.run(5000);
    expect(bench.autopilot.truth).toMatchObject({ isLanded: true, positionM: { z: 0 } });
    expect(bench.disarm()).toBe(accepted);
  });

  it('takes NAV_LAND for the same', () => {
    const bench = new Bench();
    bench.takeOff();
    expect(bench.command(21, [])).toBe(accepted);
    expect(bench.autopilot.truth.mode).toBe('AUTO.LAND');
  });
});

describe('other modes and commands of the simulated autopilot', () => {
  it('NAV_TAKEOFF climbs to its height above the sea, then loiters there', () => {
    const bench = new Bench();
    bench.run(3500);
    expect(bench.command(22, [0, 0, 0, Number.NaN, Number.NaN, Number.NaN, 492])).toBe(accepted);
    expect(bench.arm()).toBe(accepted);
    bench.run(1500);
    expect(shownMode(bench)).toBe('AUTO.TAKEOFF');
    bench.run(8000);
    expect(shownMode(bench)).toBe('AUTO.LOITER');
    expect(bench.autopilot.truth.positionM.z).toBeCloseTo(4, 0);
  });

  it('AUTO.LOITER stops where it is and stays', () => {
    const bench = new Bench();
    bench.takeOff();
    bench.setpoint = () => at({ x: 20, y: 0, z: 3 });
    bench.run(3000);
    const { positionM } = bench.autopilot.truth;
    bench.setMode('AUTO.LOITER');
    bench.setpoint = undefined;
    bench.run(8000);
    const { positionM: later, velocityMPerS } = bench.autopilot.truth;
    expect(Math.hypot(velocityMPerS.x, velocityMPerS.y)).toBeLessThan(0.1);
    expect(later.x - positionM.x).toBeLessThan(5);
  });

  it.each(['MANUAL', 'AUTO.MISSION', 'AUTO.RTL'])('%s is not flown', (mode) => {
    const bench = new Bench();
    expect(bench.setMode(mode)).toBe(temporarilyRejected);
  });

  it('answers nothing to a command for another system or component', () => {
    const bench = new Bench();
    bench.run(100);
    const before = bench.heard.length;
    expect(bench.command(400, [1], 8)).toBeUndefined();
    const other = Object.assign(new common.CommandLong(), {
      targetSystem: 7,
      targetComponent: 154,
      command: 400,
    });
    bench.send(other);
    expect(bench.heard).toHaveLength(before);
    expect(bench.command(511, [30, 0], 0)).toBe(accepted);
  });

  it('addresses its answer to whoever asked', () => {
    const bench = new Bench();
    bench.arm();
    expect(bench.latest(common.CommandAck)).toMatchObject({ targetSystem: 7, targetComponent: 191 });
  });

  it('does not know every command', () => {
    expect(new Bench().command(183, [1, 1500])).toBe(unsupported);
    expect(new Bench().command(400, [0.5])).toBe(denied);
  });

  it('takes SET_MODE and COMMAND_INT as well', () => {
    const bench = new Bench();
    const fields = { targetSystem: 7, baseMode: 1, customMode: 0x00060000 };
    bench.send(Object.assign(new common.SetMode(), fields));
    expect(bench.latest(common.CommandAck)).toMatchObject({ command: 176, result: accepted });
    const land = { targetSystem: 7, targetComponent: 1, command: 21 };
    bench.send(Object.assign(new common.CommandInt(), land));
    expect(bench.autopilot.truth.mode).toBe('AUTO.LAND');
  });

  it('sends AUTOPILOT_VERSION when asked, with the bit for byte-wise integers', () => {
    const bench = new Bench();
    expect(bench.command(512, [148])).toBe(accepted);
    const capabilities = BigInt(bench.latest(standard.AutopilotVersion)?.capabilities ?? 0);
    expect(capabilities & 16n).toBe(16n);
    expect(bench.command(512, [9999])).toBe(denied);
  });

  it('answers TIMESYNC with its own time', () => {
    const bench = new Bench();
    bench.run(2000);
    bench.send(Object.assign(new common.TimeSync(), { tc1: 0n, ts1: 99n }));
    expect(bench.latest(common.TimeSync)).toMatchObject({ tc1: 2_000_000_000n, ts1: 99n });
  });
});

describe("the simulated autopilot's streams", () => {
  const count = (bench: Bench, definition: new () => object): number => {
    bench.heard.length = 0;
    bench.run(10_000);
    return bench.heard.filter(({ message }) => message instanceof definition).length;
  };

  it('come at the default rates', () => {
    const bench = new Bench();
    bench.run(4000);
    expect(count(bench, common.LocalPositionNed)).toBeCloseTo(300, -1);
    expect(count(bench, minimal.Heartbeat)).toBe(10);
    expect(count(bench, common.Attitude)).toBeCloseTo(1000, -1);
    expect(count(bench, common.GlobalPositionInt)).toBeCloseTo(500, -1);
    expect(count(bench, common.GpsRawInt)).toBeCloseTo(80, -1);
    expect(count(bench, common.EstimatorStatus)).toBe(10);
    expect(count(bench, common.HomePosition)).toBe(5);
    expect(count(bench, common.BatteryStatus)).toBe(5);
    expect(count(bench, common.ExtendedSysState)).toBe(50);
  });

  it('follow SET_MESSAGE_INTERVAL: a rate, off, and the default again', () => {
    const bench = new Bench();
    bench.run(4000);
    expect(bench.command(511, [32, 50_000])).toBe(accepted);
    expect(count(bench, common.LocalPositionNed)).toBeCloseTo(200, -1);
    expect(bench.command(511, [32, -1])).toBe(accepted);
    expect(count(bench, common.LocalPositionNed)).toBe(0);
    expect(bench.command(511, [32, 0])).toBe(accepted);
    expect(count(bench, common.LocalPositionNed)).toBeCloseTo(300, -1);
    expect(bench.command(511, [9999, 0])).toBe(failed);
  });
});

describe('the knobs of the simulated autopilot', () => {
  it('set the battery, which empties under load and shows in both messages', () => {
    const bench = new Bench();
    bench.autopilot.setBatteryFraction(0.5);
    bench.takeOff();
    bench.run(20_000);
    expect(bench.autopilot.truth.batteryFraction).toBeLessThan(0.48);
    expect(bench.latest(common.BatteryStatus)?.batteryRemaining).toBeLessThanOrEqual(48);
    expect(bench.latest(common.SysStatus)?.voltageBattery).toBeGreaterThan(14_000);
    expect(() => bench.autopilot.setBatteryFraction(50)).toThrow(RangeError);
  });

  it('drop the link: nothing is said or heard, and it lands by itself', () => {
    const bench = new Bench();
    bench.takeOff({ x: 0, y: 0, z: 2 });
    bench.autopilot.dropLink(true);
    const before = bench.heard.length;
    bench.run(15_000);
    expect(bench.heard).toHaveLength(before);
    expect(bench.autopilot.truth).toMatchObject({ armed: false, isLanded: true });
    bench.autopilot.dropLink(false);
    bench.run(1100);
    expect(bench.latest(minimal.Heartbeat)?.baseMode).toBe(1);
    expect(bench.heard.length).toBeGreaterThan(before);
  });

  it("turn the pilot's mode switch, and reject what can not be", () => {
    const bench = new Bench();
    bench.takeOff();
    bench.autopilot.setModeByPilot('POSCTL');
    bench.run(2000);
    expect(bench.autopilot.truth.mode).toBe('POSCTL');
    expect(() => bench.autopilot.setModeByPilot('GUIDED')).toThrow(RangeError);
  });

  it('refuse system ids and parameters that there are not', () => {
    const options = { seed: 1, startPositionM: { x: 0, y: 0, z: 0 } };
    expect(() => new Autopilot({ ...options, systemId: 256 })).toThrow(RangeError);
    expect(() => new Autopilot({ ...options, systemId: 1, parameters: { NO_SUCH: 1 } })).toThrow(RangeError);
  });
});
