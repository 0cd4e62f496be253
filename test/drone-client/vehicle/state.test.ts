import { common, minimal } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { CalibrationReader } from '../../../drone-client/vehicle/mavlink/calibration.js';
import { px4Flavour } from '../../../drone-client/vehicle/mavlink/flavour.js';
import { reduceMessage, unknownState } from '../../../drone-client/vehicle/mavlink/state.js';
import { StatusTextAssembler } from '../../../drone-client/vehicle/mavlink/status-text.js';

const context = { nowMs: 1234, flavour: px4Flavour };
const unknownCells = Array.from({ length: 10 }, () => 0xffff);

function heartbeat(fields: Partial<Record<keyof minimal.Heartbeat, number>>): minimal.Heartbeat {
  return Object.assign(new minimal.Heartbeat(), { autopilot: 12, customMode: 0x00060000, ...fields });
}

describe("the vehicle's state", () => {
  it('learns mode, arming and status from HEARTBEAT', () => {
    const state = reduceMessage(unknownState, heartbeat({ baseMode: 0x81, systemStatus: 4 }), context);
    expect(state).toMatchObject({ connected: true, armed: true, mode: 'OFFBOARD', systemStatus: 'ACTIVE' });
  });

  it('is the same object when nothing changed', () => {
    const message = heartbeat({ baseMode: 1, systemStatus: 3 });
    const state = reduceMessage(unknownState, message, context);
    expect(reduceMessage(state, message, context)).toBe(state);
  });

  it('names the mode of an autopilot that we can not speak by its number', () => {
    const state = reduceMessage(unknownState, heartbeat({ customMode: 4 }), { nowMs: 0, flavour: undefined });
    expect(state.mode).toBe('CMODE(4)');
  });

  it('turns position and velocity from NED to ENU', () => {
    const fields = { x: 1, y: 2, z: -3, vx: 0.5, vy: 0.25, vz: -0.125 };
    const state = reduceMessage(unknownState, Object.assign(new common.LocalPositionNed(), fields), context);
    expect(state.position).toEqual({
      atMs: 1234,
      positionM: { x: 2, y: 1, z: 3 },
      velocityMPerS: { x: 0.25, y: 0.5, z: 0.125 },
    });
  });

  it('does not take a position that is not a number', () => {
    const broken = Object.assign(new common.LocalPositionNed(), { x: Number.NaN });
    expect(reduceMessage(unknownState, broken, context).position).toBeUndefined();
  });

  it('turns attitude to ENU with forward-left-up body axes', () => {
    const fields = { roll: 0.1, pitch: 0.2, yaw: 0, rollspeed: 1, pitchspeed: 2, yawspeed: 3 };
    const state = reduceMessage(unknownState, Object.assign(new common.Attitude(), fields), context);
    expect(state.attitude?.yawRad).toBeCloseTo(Math.PI / 2);
    expect(state.attitude).toMatchObject({
      rollRad: 0.1,
      pitchRad: -0.2,
      ratesRadPerS: { x: 1, y: -2, z: -3 },
    });
  });

  it('takes total, lowest cell, fraction and temperature from BATTERY_STATUS', () => {
    const voltages = [4100, 4050, 4110, ...unknownCells.slice(3)];
    const message = Object.assign(new common.BatteryStatus(), {
      voltages,
      voltagesExt: [0, 0, 0, 0],
      batteryRemaining: 81,
      temperature: 3150,
    });
    const state = reduceMessage(unknownState, message, context);
    expect(state.battery).toEqual({
      voltageV: 12.26,
      cellVoltageV: 4.05,
      fraction: 0.81,
      temperatureC: 31.5,
    });
    expect(reduceMessage(state, message, context)).toBe(state);
    const warmer = Object.assign(new common.BatteryStatus(), { ...message, temperature: 3160 });
    expect(reduceMessage(state, warmer, context).battery?.temperatureC).toBe(31.6);
  });

  it('leaves out what the battery monitor does not know', () => {
    const unknown = { batteryRemaining: -1, temperature: 0x7fff };
    const fields = { voltages: unknownCells, voltagesExt: [0, 0, 0, 0], ...unknown };
    const message = Object.assign(new common.BatteryStatus(), fields);
    expect(reduceMessage(unknownState, message, context).battery).toBeUndefined();
    const sysStatus = Object.assign(new common.SysStatus(), { voltageBattery: 0xffff, batteryRemaining: -1 });
    expect(reduceMessage(unknownState, sysStatus, context).battery).toBeUndefined();
  });

  it('ignores a second battery', () => {
    const fields = { id: 1, voltages: unknownCells, voltagesExt: [], batteryRemaining: 5 };
    expect(
      reduceMessage(unknownState, Object.assign(new common.BatteryStatus(), fields), context).battery,
    ).toBeUndefined();
  });

  it.each([
    [0, 0, undefined],
    [0x10000000, 0, false],
    [0x10000000, 0x10000000, true],
  ])(
    'reads the arming verdict from the sensor bits (present %i, healthy %i)',
    (present, health, expected) => {
      const fields = { onboardControlSensorsPresent: present, onboardControlSensorsHealth: health };
      const state = reduceMessage(unknownState, Object.assign(new common.SysStatus(), fields), context);
      expect(state.isPrearmOk).toBe(expected);
    },
  );

  it.each([
    [0, undefined],
    [1, 'on_ground'],
    [2, 'in_air'],
    [3, 'taking_off'],
    [4, 'landing'],
  ])('landed state %i is %s', (landedState, expected) => {
    const message = Object.assign(new common.ExtendedSysState(), { landedState });
    expect(reduceMessage(unknownState, message, context).landed).toBe(expected);
  });
});

describe('texts of the autopilot', () => {
  const chunk = (id: number, chunkSeq: number, text: string): common.StatusText =>
    Object.assign(new common.StatusText(), { severity: 4, id, chunkSeq, text });
  const full = 'x'.repeat(50);

  it('are complete in one message when they have no id', () => {
    expect(new StatusTextAssembler().push(chunk(0, 0, 'Low\u0007 battery '))).toEqual({
      severity: 4,
      text: 'Low  battery',
    });
  });

  it('are joined from chunks', () => {
    const texts = new StatusTextAssembler();
    expect(texts.push(chunk(9, 0, full))).toBeUndefined();
    expect(texts.push(chunk(9, 1, 'end'))).toEqual({ severity: 4, text: `${full}end` });
  });

  it('show a hole where a chunk was lost, and are UTF-8', () => {
    const texts = new StatusTextAssembler();
    texts.push(chunk(9, 0, full));
    expect(texts.push(chunk(9, 2, '\u{c3}\u{a9}'))).toEqual({ severity: 4, text: `${full}…é` });
  });

  it('do not mix: a new id drops the unfinished one', () => {
    const texts = new StatusTextAssembler();
    texts.push(chunk(9, 0, full));
    expect(texts.push(chunk(10, 0, 'new'))).toEqual({ severity: 4, text: 'new' });
  });
});

describe('the calibration', () => {
  it('is known when all three ids are, and 0 means not calibrated', () => {
    const reader = new CalibrationReader(px4Flavour.calibrationParams);
    expect(reader.push('CAL_GYRO0_ID', 11)).toBeUndefined();
    expect(reader.push('CAL_ACC0_ID', 12)).toBeUndefined();
    expect(reader.missing).toEqual(['CAL_MAG0_ID']);
    expect(reader.push('CAL_MAG0_ID', 0)).toEqual({ gyro: true, mag: false, accel: true });
    expect(reader.push('MPC_XY_P', 0)).toBeUndefined();
  });
});
