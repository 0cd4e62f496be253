import { common, minimal } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { groundStationHeartbeat } from '../../../drone-client/vehicle/mavlink/outgoing.js';
import { at, Bench } from './bench.js';

type Values = Readonly<Record<string, number>>;

const temporarilyRejected = 1;

function flying(parameters: Values = {}, z = 5): Bench {
  const bench = new Bench({ parameters });
  bench.takeOff({ x: 0, y: 0, z });
  return bench;
}

const mode = (bench: Bench): string => bench.autopilot.truth.mode;
const sayHello = (bench: Bench): void =>
  bench.autopilot.receive(
    { systemId: 255, componentId: 190, message: groundStationHeartbeat() },
    bench.nowMs,
  );

describe("PX4's lost setpoints", () => {
  it.each([
    [0, 'POSCTL'],
    [1, 'POSCTL'],
    [3, 'AUTO.RTL'],
    [4, 'AUTO.LAND'],
    [5, 'AUTO.LOITER'],
  ])('with COM_OBL_RC_ACT %i lead to %s, 0.95 to 1.3 s after', (action, wanted) => {
    const bench = flying({ COM_OBL_RC_ACT: action });
    bench.setpoint = undefined;
    bench.run(850);
    expect(mode(bench)).toBe('OFFBOARD');
    bench.run(500);
    expect(mode(bench)).toBe(wanted);
  });

  it.each([6, 7])('with COM_OBL_RC_ACT %i stop the motors in the air', (action) => {
    const bench = flying({ COM_OBL_RC_ACT: action });
    bench.setpoint = undefined;
    bench.run(1400);
    expect(bench.autopilot.truth.armed).toBe(false);
  });

  it('can not lead home without a position on the globe: it lands', () => {
    const bench = new Bench({ parameters: { COM_OBL_RC_ACT: 3 }, dependsOnGps: false });
    bench.autopilot.applyFault({ kind: 'gps-loss' }, 0);
    bench.takeOff();
    bench.setpoint = undefined;
    bench.run(1500);
    expect(mode(bench)).toBe('AUTO.LAND');
  });

  it('leave OFFBOARD intended, which CURRENT_MODE shows', () => {
    const bench = flying();
    bench.setpoint = undefined;
    bench.run(4000);
    expect(bench.latest(common.CurrentMode)).toMatchObject({
      customMode: 0x06040000,
      intendedCustomMode: 0x00060000,
    });
  });

  it('do not matter in another mode', () => {
    const bench = flying();
    bench.setMode('AUTO.LOITER');
    bench.setpoint = undefined;
    bench.run(5000);
    expect(mode(bench)).toBe('AUTO.LOITER');
  });
});

describe("PX4's battery", () => {
  it.each([
    [2, 0.12, 'AUTO.LAND'],
    [3, 0.12, 'AUTO.RTL'],
    [3, 0.05, 'AUTO.LAND'],
    [2, 0.3, 'OFFBOARD'],
    [0, 0.05, 'OFFBOARD'],
  ])('with COM_LOW_BAT_ACT %i at %d leads to %s', (action, fraction, wanted) => {
    const bench = flying({ COM_LOW_BAT_ACT: action });
    bench.autopilot.setBatteryFraction(fraction);
    bench.run(100);
    expect(mode(bench)).toBe(wanted);
  });

  it('that sinks further ends a return in a landing', () => {
    const bench = flying({ COM_LOW_BAT_ACT: 3 });
    bench.autopilot.setBatteryFraction(0.12);
    bench.run(100);
    bench.autopilot.setBatteryFraction(0.06);
    bench.run(100);
    expect(mode(bench)).toBe('AUTO.LAND');
  });

  it('can be overruled by a mode', () => {
    const bench = flying();
    bench.autopilot.setBatteryFraction(0.12);
    bench.run(100);
    bench.setMode('OFFBOARD');
    bench.run(2000);
    expect(mode(bench)).toBe('OFFBOARD');
  });

  it('too low keeps it from arming', () => {
    const bench = new Bench();
    bench.autopilot.setBatteryFraction(0.1);
    bench.run(3500);
    expect(bench.arm()).toBe(temporarilyRejected);
  });
});

describe("PX4's data link", () => {
  const lost = (parameters: Values): Bench => {
    const bench = new Bench({ parameters });
    bench.setpoint = () => at({ x: 0, y: 0, z: 5 });
    for (let s = 0; s < 12; s += 1) {
      if (s === 4) bench.setMode('OFFBOARD');
      if (s === 4) bench.arm();
      sayHello(bench);
      bench.run(1000);
    }
    bench.run(8500);
    expect(mode(bench)).toBe('OFFBOARD');
    bench.run(1000);
    return bench;
  };

  it.each([
    [0, 'OFFBOARD'],
    [1, 'AUTO.LOITER'],
    [2, 'AUTO.RTL'],
    [3, 'AUTO.LAND'],
  ])('lost, with NAV_DLL_ACT %i, leads to %s', (action, wanted) => {
    expect(mode(lost({ NAV_DLL_ACT: action }))).toBe(wanted);
  });

  it.each([5, 6])('lost, with NAV_DLL_ACT %i, stops the motors', (action) => {
    expect(lost({ NAV_DLL_ACT: action }).autopilot.truth.armed).toBe(false);
  });

  it('does not matter in OFFBOARD with COM_DLL_EXCEPT 4', () => {
    expect(mode(lost({ NAV_DLL_ACT: 3, COM_DLL_EXCEPT: 4 }))).toBe('OFFBOARD');
  });

  it('that comes back brings OFFBOARD back', () => {
    const bench = lost({ NAV_DLL_ACT: 1 });
    sayHello(bench);
    bench.run(100);
    expect(mode(bench)).toBe('OFFBOARD');
  });

  it('that is not there keeps it from arming when it is wanted', () => {
    const bench = new Bench({ parameters: { NAV_DLL_ACT: 3 } });
    bench.run(3500);
    expect(bench.arm()).toBe(temporarilyRejected);
    sayHello(bench);
    expect(bench.arm()).toBe(0);
  });
});

describe("PX4's geofence", () => {
  const climb = (parameters: Values): Bench => {
    const bench = flying({ GF_MAX_VER_DIST: 8, ...parameters });
    bench.setpoint = () => at({ x: 0, y: 0, z: 13 });
    bench.run(3500);
    return bench;
  };

  it.each([
    [0, 'OFFBOARD'],
    [1, 'OFFBOARD'],
    [2, 'AUTO.LOITER'],
    [3, 'AUTO.RTL'],
    [5, 'AUTO.LAND'],
  ])('crossed upwards, with GF_ACTION %i, leads to %s', (action, wanted) => {
    expect(mode(climb({ GF_ACTION: action }))).toBe(wanted);
  });

  it('crossed with GF_ACTION 4 stops the motors for good', () => {
    const bench = climb({ GF_ACTION: 4 });
    expect(bench.autopilot.truth.armed).toBe(false);
    bench.run(1000);
    expect(bench.latest(minimal.Heartbeat)?.systemStatus).toBe(minimal.MavState.FLIGHT_TERMINATION);
  });

  it('stays in force when it is back inside: the landing goes on', () => {
    const bench = climb({});
    bench.run(60_000);
    expect(bench.autopilot.truth).toMatchObject({ armed: false, isLanded: true });
  });

  it.each([{ GF_MAX_VER_DIST: 0 }, { GF_MAX_VER_DIST: 40 }])('does nothing with %j', (values) => {
    expect(mode(climb(values))).toBe('OFFBOARD');
  });

  it('has a radius too', () => {
    const bench = flying({ GF_MAX_HOR_DIST: 4 });
    bench.setpoint = () => at({ x: 9, y: 0, z: 5 });
    bench.run(4000);
    expect(mode(bench)).toBe('AUTO.LAND');
  });
});

describe("PX4's need of a pilot", () => {
  it.each([
    [{ COM_RCL_EXCEPT: 4 }, 0],
    [{ COM_RCL_EXCEPT: 0 }, temporarilyRejected],
    [{ COM_RCL_EXCEPT: 3 }, temporarilyRejected],
    [{ COM_RCL_EXCEPT: 0, COM_RC_IN_MODE: 4 }, 0],
    [{ COM_RCL_EXCEPT: 0, COM_RC_IN_MODE: 1 }, 0],
  ])('with %j answers arming in OFFBOARD with %i', (parameters, result) => {
    const bench = new Bench({ parameters });
    bench.setpoint = () => at({ x: 0, y: 0, z: 3 });
    bench.run(3500);
    bench.setMode('OFFBOARD');
    expect(bench.arm()).toBe(result);
  });
});

describe("PX4's lost position", () => {
  it('ends OFFBOARD in a level descent, and gives it back when the position is back', () => {
    const bench = flying({}, 15);
    bench.autopilot.applyFault({ kind: 'gps-loss', durationS: 3 }, bench.nowMs);
    bench.run(900);
    expect(mode(bench)).toBe('OFFBOARD');
    bench.run(500);
    expect(mode(bench)).toBe('AUTO.LAND');
    bench.run(1000);
    expect(Math.abs(bench.autopilot.truth.velocityMPerS.z + 0.7)).toBeLessThan(0.15);
    bench.run(3000);
    expect(mode(bench)).toBe('OFFBOARD');
  });

  it('for good: it comes down and disarms', () => {
    const bench = flying();
    bench.autopilot.applyFault({ kind: 'gps-loss' }, bench.nowMs);
    bench.run(20_000);
    expect(bench.autopilot.truth).toMatchObject({ armed: false, isLanded: true });
  });

  it('does not matter to a drone that is positioned by something else', () => {
    const bench = new Bench({ dependsOnGps: false });
    bench.takeOff();
    bench.autopilot.applyFault({ kind: 'gps-loss' }, bench.nowMs);
    bench.run(5000);
    expect(mode(bench)).toBe('OFFBOARD');
  });
});
