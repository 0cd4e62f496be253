import { ardupilotmega, common, minimal } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import type { AutopilotOptions } from '../../../drone-client/simulator/autopilot.js';
import { Bench } from './bench.js';
import { CopterBench } from './copter-bench.js';

const accepted = 0;
const temporarilyRejected = 1;
const denied = 2;
const unsupported = 3;
const failed = 4;

type Flavour = 'px4' | 'ardupilot';
type State = 'settling' | 'ready' | 'armed' | 'flying';

/** A drone of that kind in that state. */
function drone(flavour: Flavour, state: State, options: Partial<AutopilotOptions> = {}): Bench {
  if (flavour === 'ardupilot') {
    const bench = new CopterBench(options);
    if (state === 'settling') bench.run(1000);
    else if (state === 'ready') {
      bench.run(3500);
      bench.setMode('GUIDED');
    } else if (state === 'armed') bench.armGuided();
    else bench.lift();
    return bench;
  }
  const bench = new Bench(options);
  if (state === 'settling') bench.run(1000);
  else if (state === 'flying') bench.takeOff({ x: 0, y: 0, z: 5 });
  else bench.run(3500);
  if (state === 'armed') bench.arm();
  return bench;
}

const systemStatus = (bench: Bench): number | undefined => bench.latest(minimal.Heartbeat)?.systemStatus;

describe('each command in each situation', () => {
  const nan = Number.NaN;
  const table: readonly [string, number, readonly number[], Flavour, State, number][] = [
    ['arm', 400, [1], 'px4', 'settling', temporarilyRejected],
    ['arm', 400, [1], 'px4', 'ready', accepted],
    ['arm', 400, [1], 'px4', 'flying', accepted],
    ['arm', 400, [1], 'ardupilot', 'settling', failed],
    ['arm', 400, [1], 'ardupilot', 'ready', accepted],
    ['arm by force', 400, [1, 21196], 'px4', 'settling', accepted],
    ['arm by force', 400, [1, 21196], 'ardupilot', 'settling', accepted],
    ['disarm', 400, [0], 'px4', 'ready', accepted],
    ['disarm', 400, [0], 'px4', 'armed', accepted],
    ['disarm', 400, [0], 'px4', 'flying', temporarilyRejected],
    ['disarm', 400, [0], 'ardupilot', 'armed', accepted],
    ['disarm', 400, [0], 'ardupilot', 'flying', failed],
    ['disarm by force', 400, [0, 21196], 'px4', 'flying', accepted],
    ['disarm by force', 400, [0, 21196], 'ardupilot', 'flying', accepted],
    ['AUTO.LAND', 176, [1, 4, 6], 'px4', 'flying', accepted],
    ['AUTO.RTL', 176, [1, 4, 5], 'px4', 'flying', accepted],
    ['AUTO.MISSION', 176, [1, 4, 4], 'px4', 'flying', temporarilyRejected],
    ['LAND', 176, [1, 9], 'ardupilot', 'flying', accepted],
    ['AUTO', 176, [1, 3], 'ardupilot', 'flying', failed],
    ['a mode without the flag', 176, [0, 4], 'px4', 'ready', denied],
    ['a mode without the flag', 176, [0, 4], 'ardupilot', 'ready', denied],
    ['take-off', 22, [0, 0, 0, nan, nan, nan, 495], 'px4', 'ready', accepted],
    ['take-off', 22, [0, 0, 0, 0, 0, 0, 5], 'ardupilot', 'ready', failed],
    ['take-off', 22, [0, 0, 0, 0, 0, 0, 5], 'ardupilot', 'armed', accepted],
    ['take-off', 22, [0, 0, 0, 0, 0, 0, 9], 'ardupilot', 'flying', failed],
    ['land', 21, [], 'px4', 'flying', accepted],
    ['land', 21, [], 'ardupilot', 'flying', accepted],
    ['return', 20, [], 'px4', 'flying', accepted],
    ['return', 20, [], 'ardupilot', 'flying', accepted],
    ['termination', 185, [1], 'px4', 'flying', accepted],
    ['termination', 185, [1], 'ardupilot', 'flying', accepted],
    ['no termination', 185, [0], 'px4', 'flying', accepted],
    ['gyro calibration', 241, [1], 'px4', 'ready', accepted],
    ['gyro calibration', 241, [1], 'px4', 'armed', temporarilyRejected],
    ['gyro calibration', 241, [1], 'ardupilot', 'flying', failed],
    ['level calibration', 241, [0, 0, 0, 0, 2], 'px4', 'ready', accepted],
    ['compass calibration', 241, [0, 1], 'px4', 'ready', unsupported],
    ['reboot', 246, [1], 'px4', 'ready', accepted],
    ['reboot', 246, [1], 'px4', 'armed', temporarilyRejected],
    ['reboot', 246, [1], 'ardupilot', 'ready', accepted],
    ['reboot', 246, [1], 'ardupilot', 'flying', failed],
    ['shutdown', 246, [2], 'px4', 'ready', denied],
    ['a servo', 183, [1, 1500], 'px4', 'ready', unsupported],
    ['a servo', 183, [1, 1500], 'ardupilot', 'ready', unsupported],
  ];
  it.each(table)('%s (%i %j) on %s, %s: %i', (_name, command, params, flavour, state, result) => {
    expect(drone(flavour, state).command(command, params)).toBe(result);
  });

  it.each(['px4', 'ardupilot'] as const)('%s answers none of another system', (flavour) => {
    const bench = drone(flavour, 'ready');
    for (const [, command, params, kind] of table)
      if (kind === flavour) expect(bench.command(command, params, 9)).toBeUndefined();
    expect(bench.autopilot.truth.armed).toBe(false);
  });
});

describe("PX4's flight termination", () => {
  it('stops the motors at once and for good, until it is rebooted', () => {
    const bench = drone('px4', 'flying');
    bench.command(185, [1]);
    expect(bench.autopilot.truth.armed).toBe(false);
    bench.run(5000);
    expect(systemStatus(bench)).toBe(minimal.MavState.FLIGHT_TERMINATION);
    bench.setMode('AUTO.LOITER');
    expect(bench.arm()).toBe(temporarilyRejected);
    expect(bench.command(246, [1])).toBe(accepted);
    bench.run(6000);
    expect(bench.arm()).toBe(accepted);
  });

  it('is denied by its circuit breaker', () => {
    const bench = drone('px4', 'flying', { parameters: { CBRK_FLIGHTTERM: 121212 } });
    expect(bench.command(185, [1])).toBe(denied);
    expect(bench.autopilot.truth.armed).toBe(true);
  });
});

describe('what PX4 wants before it arms', () => {
  it.each(['CAL_ACC0_ID', 'CAL_GYRO0_ID', 'CAL_MAG0_ID'])('a calibrated sensor: %s', (id) => {
    expect(drone('px4', 'ready', { parameters: { [id]: 0 } }).arm()).toBe(temporarilyRejected);
  });

  it.each([
    [0, temporarilyRejected],
    [1, accepted],
  ])('satellites, with COM_ARM_WO_GPS %i: %i', (value, result) => {
    const bench = drone('px4', 'ready', { parameters: { COM_ARM_WO_GPS: value }, dependsOnGps: false });
    expect(bench.arm()).toBe(accepted);
    bench.disarm();
    bench.autopilot.applyFault({ kind: 'gps-loss' }, bench.nowMs);
    expect(bench.arm()).toBe(result);
  });

  it('a place on the globe for AUTO.RTL', () => {
    const bench = new Bench({ dependsOnGps: false });
    bench.autopilot.applyFault({ kind: 'gps-loss' }, 0);
    bench.takeOff();
    expect(bench.setMode('AUTO.RTL')).toBe(temporarilyRejected);
  });
});

describe('AUTO.RTL', () => {
  it('climbs, flies home and lands', () => {
    const bench = drone('px4', 'flying', { parameters: { RTL_RETURN_ALT: 10 } });
    bench.setpoint = () => ({
      positionM: { x: 15, y: 5, z: 5 },
      velocityMPerS: { x: 0, y: 0, z: 0 },
      yawRad: Number.NaN,
    });
    bench.run(10_000);
    expect(bench.setMode('AUTO.RTL')).toBe(accepted);
    let highestM = 0;
    bench.run(90_000, () => {
      highestM = Math.max(highestM, bench.autopilot.truth.positionM.z);
      return !bench.autopilot.truth.armed;
    });
    expect(highestM).toBeCloseTo(10, 0);
    expect(bench.autopilot.truth.positionM.x).toBeCloseTo(0, 0);
    expect(bench.autopilot.truth.positionM.y).toBeCloseTo(0, 0);
    expect(bench.autopilot.truth.isLanded).toBe(true);
  });
});

describe('a calibration', () => {
  const uncalibrated = { parameters: { CAL_GYRO0_ID: 0 } };
  const texts = (bench: Bench): string[] =>
    bench.heard.flatMap(({ message }) => (message instanceof common.StatusText ? [message.text] : []));

  it('shows CALIBRATING, then STANDBY, and leaves a calibrated gyro', () => {
    const bench = drone('px4', 'ready', uncalibrated);
    bench.command(241, [1]);
    bench.heard.length = 0;
    bench.run(4000);
    const { CALIBRATING, STANDBY } = minimal.MavState;
    expect(bench.sequence(minimal.Heartbeat, (message) => message.systemStatus)).toEqual([
      CALIBRATING,
      STANDBY,
    ]);
    expect(texts(bench)).toEqual(['[cal] calibration done: gyro']);
    expect(bench.arm()).toBe(accepted);
  });

  it('of the gyro fails when it is moved, and leaves it as it was', () => {
    const bench = drone('px4', 'ready', uncalibrated);
    bench.command(241, [1]);
    bench.run(500);
    bench.autopilot.carryTo({ x: 0.5, y: 0 });
    bench.run(4000);
    expect(texts(bench)).toEqual(['[cal] calibration failed: it was moved']);
    expect(bench.arm()).toBe(temporarilyRejected);
  });

  it('keeps it from arming while it runs, and there is one at a time', () => {
    const bench = drone('px4', 'ready');
    bench.command(241, [1]);
    expect(bench.arm()).toBe(temporarilyRejected);
    expect(bench.command(241, [1])).toBe(temporarilyRejected);
  });

  it.each([
    [false, accepted],
    [true, failed],
  ])('is answered by ArduPilot when it is done (moved: %s): %i', (isMoved, result) => {
    const bench = drone('ardupilot', 'ready');
    expect(bench.command(241, [1])).toBeUndefined();
    bench.run(1000);
    if (isMoved) bench.autopilot.carryTo({ x: 1, y: 0 });
    bench.run(1500);
    expect(bench.latest(common.CommandAck)).toMatchObject({ command: 241, result, targetSystem: 7 });
  });
});

describe('a reboot', () => {
  it('answers, is silent for 2 s, and begins anew with the parameters kept', () => {
    const bench = drone('px4', 'ready', { parameters: { MIS_TAKEOFF_ALT: 7 } });
    bench.command(511, [32, -1]);
    bench.run(1000);
    expect(bench.command(246, [1])).toBe(accepted);
    bench.run(20);
    bench.heard.length = 0;
    expect(bench.command(511, [0, 0])).toBeUndefined();
    bench.run(1900);
    expect(bench.heard).toEqual([]);
    bench.run(1200);
    expect(systemStatus(bench)).toBe(minimal.MavState.UNINIT);
    expect(bench.arm()).toBe(temporarilyRejected);
    bench.run(3000);
    expect(bench.latest(common.LocalPositionNed)?.timeBootMs).toBeLessThan(4300);
    expect(bench.arm()).toBe(accepted);
    bench.command(22, [0, 0, 0, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    bench.run(12_000);
    expect(bench.autopilot.truth.positionM.z).toBeCloseTo(7, 0);
  });
});

describe('LED_CONTROL', () => {
  const light = (bench: Bench, fields: { instance: number; pattern: number; bytes: number[] }): void =>
    bench.send(
      Object.assign(new ardupilotmega.LedControl(), {
        targetSystem: 7,
        targetComponent: 1,
        instance: fields.instance,
        pattern: fields.pattern,
        customLen: fields.bytes.length,
        customBytes: fields.bytes,
      }),
    );
  const red = [255, 10, 20];
  const show = { ledDialect: 'skybrush' } as const;

  it.each([
    ['ardupilot', {}, 0, 255, red, red],
    ['ardupilot', {}, 0, 1, red, undefined],
    ['ardupilot', {}, 42, 42, red, undefined],
    ['ardupilot', { parameters: { NTF_LED_OVERRIDE: 0 } }, 0, 255, red, undefined],
    ['ardupilot', show, 42, 42, red, red],
    ['ardupilot', show, 42, 42, [...red, 0x10, 0x27], red],
    ['ardupilot', show, 42, 255, red, undefined],
    ['ardupilot', show, 0, 42, red, undefined],
    ['ardupilot', show, 42, 42, [1, 2], undefined],
    ['px4', {}, 0, 255, red, undefined],
  ] as const)('on %s %j: instance %i, pattern %i, %j → %j', (...row) => {
    const [flavour, options, instance, pattern, bytes, rgb] = row;
    const bench = drone(flavour, 'ready', options);
    light(bench, { instance, pattern, bytes: [...bytes] });
    expect(bench.autopilot.truth.ledRgb).toEqual(rgb);
  });

  it('lasts 5 s in the show firmware, or as long as it says; for ever elsewhere', () => {
    const bench = drone('ardupilot', 'ready', show);
    light(bench, { instance: 42, pattern: 42, bytes: red });
    bench.run(4900);
    expect(bench.autopilot.truth.ledRgb).toEqual(red);
    bench.run(200);
    expect(bench.autopilot.truth.ledRgb).toBeUndefined();
    light(bench, { instance: 42, pattern: 42, bytes: [...red, 0xe8, 0x03] });
    bench.run(1100);
    expect(bench.autopilot.truth.ledRgb).toBeUndefined();
    const plain = drone('ardupilot', 'ready');
    light(plain, { instance: 0, pattern: 255, bytes: red });
    plain.run(60_000);
    expect(plain.autopilot.truth.ledRgb).toEqual(red);
  });
});
