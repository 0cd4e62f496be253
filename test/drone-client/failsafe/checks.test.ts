import { describe, expect, it } from 'vitest';
import { findProblems } from '../../../drone-client/failsafe/checks.js';
import type { CheckInput } from '../../../drone-client/failsafe/problem.js';
import { findErrors, selfcheckAnswer, warningTexts } from '../../../drone-client/failsafe/selfcheck.js';
import type { VehicleState } from '../../../drone-client/vehicle/vehicle.js';
import { healthyEstimator, here, settingsOf, standingVehicle, zero } from './support.js';

const nowMs = 100_000;
const host = {
  ageMs: 1000,
  diskFreeBytes: 4e9,
  cpuTemperatureC: 50,
  underVoltage: { isNow: false, hasBeen: false },
};

function check(vehicle: Partial<VehicleState> = {}, change: Partial<CheckInput> = {}) {
  return findProblems({
    nowMs,
    vehicle: standingVehicle(nowMs, vehicle),
    limits: settingsOf().start,
    isGpsNeeded: false,
    host,
    lastResort: [],
    loopLagMs: 3,
    ...change,
  });
}
const position = (velocity: Partial<typeof zero>, atMs = nowMs) => ({
  position: { atMs, positionM: here, velocityMPerS: { ...zero, ...velocity } },
});
const attitude = (change: object) => ({
  attitude: { atMs: nowMs, rollRad: 0, pitchRad: 0, yawRad: 0, ratesRadPerS: zero, ...change },
});

type Row = [name: string, vehicle: Partial<VehicleState>, text: RegExp];

describe('a drone that is ready', () => {
  it('has no problems, on GPS or without', () => {
    expect(check()).toEqual([]);
    expect(check({}, { isGpsNeeded: true })).toEqual([]);
  });

  it.each<[string, Partial<VehicleState>, Partial<CheckInput>]>([
    ['a slow drift', position({ x: -0.149 }), {}],
    ['a tilt just under 5°', attitude({ rollRad: 0.087, pitchRad: -0.087 }), {}],
    ['a position of 2 s ago', position({}, nowMs - 2000), {}],
    ['a poor GPS that nobody needs', { gps: { atMs: nowMs, fixType: 0, satellites: 0 } }, {}],
    [
      'a GPS glitch indoors',
      { estimator: healthyEstimator(nowMs, { hasGpsGlitch: true, hasGlobalPosition: false }) },
      {},
    ],
    ['just enough satellites', { gps: { atMs: nowMs, fixType: 3, satellites: 8 } }, { isGpsNeeded: true }],
    ['just enough battery', { battery: { fraction: 0.3, cellVoltageV: 3.6 } }, {}],
    ['a battery of which only the voltage is known', { battery: { cellVoltageV: 3.9 } }, {}],
    ['a running drone, which is not to be armed', { armed: true, isPrearmOk: false }, {}],
    ['an autopilot that gives no verdict', { isPrearmOk: undefined }, {}],
    ['a computer that tells neither temperature nor power', {}, { host: { ageMs: 0, diskFreeBytes: 5e8 } }],
    ['a warm processor', {}, { host: { ...host, cpuTemperatureC: 74.9 } }],
    ['a little lag', {}, { loopLagMs: 249 }],
  ])('may have %s', (_, vehicle, change) => {
    expect(check(vehicle, change)).toEqual([]);
  });
});

describe('the checks of the vehicle', () => {
  it.each<Row>([
    ['velocity', position({ x: 0.16 }), /velocity x is 0\.16 m\/s \(limit 0\.15\): keep/],
    ['velocity', position({ y: -0.16 }), /velocity y is -0\.16 m\/s/],
    ['velocity', position({ z: Number.NaN }), /velocity z is unknown/],
    [
      'rates',
      attitude({ ratesRadPerS: { ...zero, z: -0.06 } }),
      /yaw rate is -0\.060 rad\/s \(limit 0\.05\)/,
    ],
    ['tilt', attitude({ rollRad: -0.1 }), /roll is -5\.7° \(limit 5°\): put/],
    ['tilt', attitude({ pitchRad: 0.09 }), /pitch is 5\.2°/],
    ['position', position({}, nowMs - 2100), /position is 2\.1 s old \(limit 2 s\): check/],
    [
      'estimator',
      { estimator: healthyEstimator(nowMs, { hasVerticalPosition: false }) },
      /not vouch for height: wait/,
    ],
    ['sensors', { unhealthySensors: ['gyro', 'mag'] }, /not healthy: gyro, mag; restart/],
    [
      'calibration',
      { calibration: { gyro: true, mag: false, accel: false } },
      /not calibrated: mag, accel; calibrate/,
    ],
    ['prearm', { isPrearmOk: false }, /would refuse to arm: read/],
    ['battery', { battery: { fraction: 0.29 } }, /battery has 29 % \(at least 30 %\): change/],
    ['battery', { battery: { fraction: Number.NaN } }, /battery has NaN % /],
    ['battery', { battery: { fraction: 1.2 } }, /battery has 120 %: the gauge is broken/],
    ['battery', { battery: undefined }, /battery is unknown: check/],
    [
      'cell',
      { battery: { fraction: 0.9, cellVoltageV: 3.59 } },
      /cell has 3\.59 V \(at least 3\.6 V\): change/,
    ],
  ])('find a wrong %s, with its number, its limit and what to do', (id, vehicle, text) => {
    expect(check(vehicle)).toEqual([{ id, severity: 'blocking', text: expect.stringMatching(text) }]);
  });

  it('take what is unknown for a problem', () => {
    expect(
      check({ position: undefined, attitude: undefined }).map(({ id, severity }) => [id, severity]),
    ).toEqual([
      ['velocity', 'blocking'],
      ['rates', 'blocking'],
      ['tilt', 'blocking'],
      ['position', 'blocking'],
    ]);
  });

  it.each<Row>([
    ['estimator', { estimator: undefined }, /does not tell/],
    ['estimator', { estimator: healthyEstimator(nowMs - 6000) }, /does not tell/],
    ['calibration', { calibration: undefined }, /not known yet/],
    ['prearm', { isPrearmOk: false, role: 'land', mode: 'AUTO.LAND' }, /in its present mode AUTO\.LAND/],
  ])('only warn of a doubtful %s', (id, vehicle, text) => {
    expect(check(vehicle)).toEqual([{ id, severity: 'warning', text: expect.stringMatching(text) }]);
  });

  it('say nothing of the offboard mode, which is left by itself', () => {
    expect(check({ isPrearmOk: false, role: 'offboard', mode: 'OFFBOARD' })).toEqual([]);
  });

  it.each<Row>([
    ['gps', { gps: undefined }, /GPS is not heard/],
    ['gps', { gps: { atMs: nowMs - 6000, fixType: 6, satellites: 20 } }, /GPS is not heard/],
    ['gps', { gps: { atMs: nowMs, fixType: 2, satellites: 9 } }, /GPS has 2D \(3D is needed\)/],
    ['satellites', { gps: { atMs: nowMs, fixType: 3, satellites: 7 } }, /sees 7 satellites \(at least 8\)/],
    ['gps_glitch', { estimator: healthyEstimator(nowMs, { hasGpsGlitch: true }) }, /GPS disagrees/],
    ['estimator', { estimator: healthyEstimator(nowMs, { hasGlobalPosition: false }) }, /global position/],
  ])('find a wrong %s where the show stands on GPS', (id, vehicle, text) => {
    expect(check(vehicle, { isGpsNeeded: true })).toEqual([
      { id, severity: 'blocking', text: expect.stringMatching(text) },
    ]);
  });

  it('find that there is no autopilot, and judge nothing that it said before', () => {
    expect(
      check({ connected: false, position: undefined, battery: undefined }, { lastResort: 'unread' }),
    ).toEqual([{ id: 'autopilot', severity: 'blocking', text: expect.stringContaining('not connected') }]);
  });
});

describe('the checks of computer and program', () => {
  it.each<[string, 'blocking' | 'warning', Partial<CheckInput>, RegExp]>([
    ['host', 'warning', { host: undefined }, /not read yet/],
    ['host', 'warning', { host: { ...host, ageMs: 31_000 } }, /31 s ago \(limit 30 s\)/],
    ['disk', 'warning', { host: { ageMs: 0 } }, /unknown/],
    ['disk', 'warning', { host: { ...host, diskFreeBytes: 499e6 } }, /499 MB .* \(at least 500\)/],
    ['disk', 'blocking', { host: { ...host, diskFreeBytes: 49e6 } }, /49 MB .* \(at least 50\)/],
    ['temperature', 'warning', { host: { ...host, cpuTemperatureC: 75 } }, /75 °C \(limit 75\)/],
    ['temperature', 'blocking', { host: { ...host, cpuTemperatureC: 82 } }, /82 °C \(limit 82\)/],
    [
      'under_voltage',
      'blocking',
      { host: { ...host, underVoltage: { isNow: true, hasBeen: true } } },
      /too low now/,
    ],
    [
      'under_voltage',
      'warning',
      { host: { ...host, underVoltage: { isNow: false, hasBeen: true } } },
      /since its start/,
    ],
    ['lag', 'warning', { loopLagMs: 250 }, /250 ms late \(limit 250\)/],
    ['lag', 'blocking', { loopLagMs: 1000 }, /1000 ms late \(limit 1000\)/],
    ['last_resort', 'blocking', { lastResort: 'unread' }, /not read yet: wait/],
  ])('find %s (%s)', (id, severity, change, text) => {
    expect(check({}, change)).toEqual([{ id, severity, text: expect.stringMatching(text) }]);
  });

  it('take over what others found, blocking ones first', () => {
    const wrong = { id: 'COM_OBL_RC_ACT', severity: 'blocking', text: 'is 0: set 4' } as const;
    const found = { id: 'found_armed', severity: 'blocking', text: 'armed' } as const;
    const problems = check({ calibration: undefined }, { lastResort: [wrong], others: [found] });
    expect(problems.map(({ id }) => id)).toEqual(['found_armed', 'COM_OBL_RC_ACT', 'calibration']);
  });
});

describe('the answer to selfcheck', () => {
  it('has the blocking texts alone, as old servers take every text for an error', () => {
    const problems = check({ calibration: undefined, isPrearmOk: false });
    expect(selfcheckAnswer(standingVehicle(nowMs), problems)).toEqual([
      expect.stringContaining('refuse to arm'),
    ]);
    expect(warningTexts(problems)).toEqual([expect.stringContaining('calibration is not known')]);
    expect(selfcheckAnswer(standingVehicle(nowMs), check({ calibration: undefined }))).toBe('OK');
  });

  it('says when there is no autopilot', () => {
    expect(selfcheckAnswer(standingVehicle(nowMs, { connected: false }), [])).toBe('NOT_CONNECTED_TO_FCU');
  });

  it('judges the motion where nothing else is at hand', () => {
    expect(findErrors(standingVehicle(nowMs, position({ x: 1 })))).toHaveLength(1);
    expect(selfcheckAnswer(standingVehicle(nowMs))).toBe('OK');
  });
});
