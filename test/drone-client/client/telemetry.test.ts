import { describe, expect, it } from 'vitest';
import { buildTelemetry, type TelemetryInput } from '../../../drone-client/client/telemetry.js';
import { positionText } from '../../../drone-client/client/vehicle-texts.js';
import { selfcheckAnswer } from '../../../drone-client/failsafe/selfcheck.js';
import type { FailsafeEvent } from '../../../drone-client/failsafe/situation.js';
import type { VehicleState } from '../../../drone-client/vehicle/vehicle.js';

const zero = { x: 0, y: 0, z: 0 };

const vehicle: VehicleState = {
  connected: true,
  autopilot: 'PX4',
  armed: false,
  mode: 'AUTO.LOITER',
  role: 'hold',
  systemStatus: 'STANDBY',
  landed: 'on_ground',
  position: { atMs: 0, positionM: { x: 1.004, y: -2, z: 0.5 }, velocityMPerS: zero },
  attitude: { atMs: 0, rollRad: 0, pitchRad: 0, yawRad: Math.PI / 2, ratesRadPerS: zero },
  battery: { voltageV: 11.1, fraction: 0.75 },
  calibration: { gyro: true, mag: true, accel: true },
  isPrearmOk: true,
  global: undefined,
  gps: undefined,
  estimator: undefined,
  unhealthySensors: undefined,
};

const input: TelemetryInput = {
  version: '0.1.0',
  configName: 'client',
  configVersion: '1.0',
  animation: { id: 'circle', state: 'OK' },
  clockQuality: { uncertaintyMs: 0.4, isHoldover: false, by: 'exchanges' },
  clockOffsetMs: -0.1,
  showDigest: 'ab12',
  authorization: ['ab12', 'live', 600],
  start: [1_700_000_010.5, 'ab12'],
  startPosition: [1, 2, 3, Number.NaN, 'fly', 1.5],
  vehicle,
  lastTask: 'No task',
  frame: 'map',
  wind: undefined,
  host: undefined,
  problems: [],
  failsafe: { active: [], fired: [] },
  nowMs: 20_000,
  led: { red: 1, green: 2, blue: 3 },
  utcMs: 1_700_000_000_250,
};

function telemetry(change: Partial<VehicleState> = {}) {
  return buildTelemetry({ ...input, vehicle: { ...vehicle, ...change } });
}

describe('telemetry', () => {
  it('has each key in the type that a server reads', () => {
    expect(telemetry()).toEqual({
      git_version: '0.1.0',
      config_version: 'client V1.0',
      animation_info: ['circle', 'OK'],
      show_clock: [0.4, 'exchanges', -0.1],
      show_digest: 'ab12',
      authorization: ['ab12', 'live', 600],
      start: [1_700_000_010.5, 'ab12'],
      battery: [11.1, 0.75],
      armed: false,
      fcu_status: 'STANDBY',
      calibration_status: 'OK',
      mode: 'AUTO.LOITER',
      selfcheck: 'OK',
      current_position: [1.004, -2, 0.5, 90, 'map'],
      start_position: [1, 2, 3, Number.NaN, 'fly', 1.5],
      last_task: 'No task',
      time_delta: 1_700_000_000.25,
      led: [1, 2, 3],
      landed: 'on_ground',
      warnings: [],
      failsafe: [],
      failsafe_last: null,
      wind: [],
      temperature: [Number.NaN, Number.NaN],
    });
  });

  const estimate = {
    ...{ meanMPerS: { x: 0, y: 0 }, speedMPerS: 4.236, fromRad: 0, nowMPerS: 4, gustMPerS: 6 },
    downwindM: undefined,
  };

  it.each([
    ['y', Math.PI / 2, 0],
    ['x', 0, 90],
    ['the other end of x', Math.PI, 270],
    ['just beside y', Math.PI / 2 + 0.001, 0],
  ])('has the wind from %s clockwise from y, as weather reports do', (_, fromRad, deg) => {
    expect(buildTelemetry({ ...input, wind: { ...estimate, fromRad } }).wind).toEqual([4.24, 6, deg]);
  });

  it('has the temperatures and the Wi-Fi that are known', () => {
    const battery = { ...vehicle.battery, temperatureC: 31.5 };
    const host = { ageMs: 2000, cpuTemperatureC: 61.234, linkQuality: 0.7714 };
    const told = (change: Partial<typeof host>, connected = true) =>
      buildTelemetry({
        ...input,
        host: { ...host, ...change },
        vehicle: { ...vehicle, connected, battery },
      });
    expect(told({})).toMatchObject({ temperature: [61.23, 31.5], link_quality: 0.77 });
    expect(told({ linkQuality: Number.NaN }, false)).toMatchObject({
      temperature: [61.23, Number.NaN],
      link_quality: Number.NaN,
    });
    expect(told({ ageMs: 10_001 })).toMatchObject({
      temperature: [Number.NaN, 31.5],
      link_quality: Number.NaN,
    });
  });

  it('tells what blocks a start apart from what is only to be known, and what the watchdog did', () => {
    const told = buildTelemetry({
      ...input,
      problems: [
        { id: 'battery', severity: 'blocking', text: 'battery low: charge it' },
        { id: 'fence', severity: 'warning', text: 'no ceiling' },
      ],
      failsafe: {
        active: [{ id: 'strayed', text: '4 m off', sinceMs: 5 }],
        fired: [
          { id: 'strayed', atMs: 5, numbers: { distanceM: 4 }, text: '4 m off: landing', action: 'land' },
        ],
      },
    });
    expect(told).toMatchObject({
      selfcheck: ['battery low: charge it'],
      warnings: ['no ceiling'],
      failsafe: ['4 m off'],
      failsafe_last: ['strayed', 'land', '4 m off: landing'],
    });
  });

  describe('of standing motors in the offboard mode, as after each landing,', () => {
    const idle = (atMs: number, action: FailsafeEvent['action'] = 'hold') =>
      ({ id: 'offboard_idle', atMs, numbers: {}, text: 'leaving the mode', action }) as const;
    const nowMs = 100_000;
    const told = (fired: readonly FailsafeEvent[], armed = false) => {
      const active = [{ id: 'offboard_idle', text: 'leaving the mode', sinceMs: fired.at(-1)?.atMs ?? 0 }];
      const { failsafe, failsafe_last } = buildTelemetry({
        ...{ ...input, nowMs },
        ...{ vehicle: { ...vehicle, armed }, failsafe: { active, fired } },
      });
      return { failsafe, failsafe_last };
    };
    const strayed = {
      id: 'strayed',
      atMs: 5,
      numbers: {},
      text: '4 m off: landing',
      action: 'land',
    } as const;

    it('says nothing when they leave it', () => {
      expect(told([idle(95_000)])).toEqual({ failsafe: [], failsafe_last: null });
      const landed = ['strayed', 'land', '4 m off: landing'];
      expect(told([strayed, idle(95_000)])).toEqual({ failsafe: [], failsafe_last: landed });
      expect(told([idle(20_000), strayed, idle(95_000)])).toEqual({ failsafe: [], failsafe_last: landed });
    });

    it.each<[string, FailsafeEvent[], boolean]>([
      ['they do not leave it', [idle(89_999)], false],
      ['somebody puts them there again and again', [idle(84_000), idle(90_000), idle(96_000)], false],
      ['it can not be judged, or nothing can be done', [idle(99_000, 'report')], false],
      ['they run', [idle(99_000)], true],
    ])('says so when %s', (_, fired, armed) => {
      expect(told(fired, armed).failsafe).toEqual(['leaving the mode']);
    });

    it('tells it as what was done last when it was done again and again', () => {
      expect(told([strayed, idle(84_000), idle(90_000)]).failsafe_last).toEqual([
        ...['offboard_idle', 'hold', 'leaving the mode'],
      ]);
    });
  });

  it('says NO_FCU and NO_POS without an autopilot', () => {
    const none = telemetry({ connected: false, battery: undefined });
    expect(none).toMatchObject({
      fcu_status: 'NO_FCU',
      calibration_status: 'NO_FCU',
      mode: 'NO_FCU',
      selfcheck: ['NO_FCU'],
      current_position: 'NO_POS',
      battery: [Number.NaN, Number.NaN],
      landed: null,
    });
  });

  it('has NaN inside lists and null for whole values that are unknown', () => {
    const unknown = telemetry({
      attitude: undefined,
      battery: {},
      mode: undefined,
      systemStatus: undefined,
      calibration: undefined,
    });
    expect(unknown).toMatchObject({
      battery: [Number.NaN, Number.NaN],
      mode: null,
      fcu_status: null,
      calibration_status: 'NO_INFO',
      current_position: [1.004, -2, 0.5, Number.NaN, 'map'],
    });
    expect(telemetry({ position: undefined }).current_position).toBe('NO_POS');
    expect(selfcheckAnswer({ ...vehicle, attitude: undefined })).toEqual([
      'angular rates are unknown: wait for the autopilot, check its cable',
      'roll and pitch are unknown: wait for the autopilot, check its cable',
    ]);
  });

  it('names each sensor that wants calibration', () => {
    expect(telemetry({ calibration: { gyro: false, mag: false, accel: true } }).calibration_status).toBe(
      'gyro: uncalibrated; mag: uncalibrated',
    );
  });
});

describe('the self-check', () => {
  const velocity = (x: number) => ({ position: { atMs: 0, positionM: zero, velocityMPerS: { ...zero, x } } });

  it.each([0.16, -0.16, Number.NaN])('finds a speed of %s m/s, whatever its sign', (x) => {
    expect(selfcheckAnswer({ ...vehicle, ...velocity(x) })).toHaveLength(1);
  });

  it('lets a slow drift pass', () => {
    expect(selfcheckAnswer({ ...vehicle, ...velocity(-0.149) })).toBe('OK');
  });

  it.each([
    ['yaw rate', { ratesRadPerS: { ...zero, z: -0.06 } }],
    ['roll', { rollRad: -0.1 }],
    ['pitch', { pitchRad: 0.09 }],
  ])('finds a wrong %s and says what to do', (name, change) => {
    const attitude = { atMs: 0, rollRad: 0, pitchRad: 0, yawRad: 0, ratesRadPerS: zero, ...change };
    expect(selfcheckAnswer({ ...vehicle, attitude })).toEqual([
      expect.stringMatching(new RegExp(`^${name} .*: .+`)),
    ]);
  });

  it('says when there is no autopilot, and asks for a position when there is none', () => {
    expect(selfcheckAnswer({ ...vehicle, connected: false })).toBe('NOT_CONNECTED_TO_FCU');
    expect(selfcheckAnswer({ ...vehicle, position: undefined })).toEqual([
      expect.stringContaining('velocity is unknown'),
    ]);
  });
});

describe('the position as a text', () => {
  it('has two decimals, and one for the yaw in degrees', () => {
    expect(positionText(vehicle, 'map')).toBe('1.00 -2.00 0.50 90.0 map');
    expect(positionText({ ...vehicle, position: undefined, attitude: undefined }, 'map')).toBe(
      'nan nan nan nan map',
    );
  });
});
