import { describe, expect, it } from 'vitest';
import { type CheckSettings, runChecks } from '../../../server/fleet/checks.js';
import type { Telemetry } from '../../../server/fleet/telemetry.js';

const settings: CheckSettings = {
  isVersionChecked: true,
  isPositionChecked: true,
  batteryMinPercent: 50,
  startDistanceMaxM: 1,
  timeDeltaMaxS: 1,
};

const good: Telemetry = {
  git_version: '1.0.0',
  animation_info: ['circle', 'OK'],
  battery: [15.8, 0.93],
  fcu_status: 'STANDBY',
  calibration_status: 'OK',
  mode: 'AUTO.LOITER',
  selfcheck: 'OK',
  current_position: [1, 2, 0, 90, 'map'],
  start_position: [1, 2.5, 0, Number.NaN, 'fly', 1],
  time_delta: 1_700_000_000,
};

function check(
  change: Telemetry,
  timeDeltaS: number | undefined = 0.01,
  changed: Partial<CheckSettings> = {},
) {
  const telemetry = { ...good, ...change };
  return runChecks(
    { telemetry, timeDeltaS, expectedVersion: '1.0.0', proof: 'match' },
    { ...settings, ...changed },
  );
}

describe('the ten checks', () => {
  it('pass for a drone that is as it should be', () => {
    expect(new Set(Object.values(check({})))).toEqual(new Set(['ok']));
  });

  it('call every absent or null value missing', () => {
    const results = runChecks(
      { telemetry: {}, timeDeltaS: undefined, expectedVersion: '1.0.0', proof: 'match' },
      settings,
    );
    expect(new Set(Object.values(results))).toEqual(new Set(['missing']));
    expect(check({ battery: null }).battery).toBe('missing');
  });

  it('compare the version unless told not to, or the server has none', () => {
    expect(check({ git_version: '0.9.0' }).git_version).toBe('bad');
    expect(check({ git_version: '0.9.0' }, 0, { isVersionChecked: false }).git_version).toBe('ok');
    const telemetry = { ...good, git_version: '0.9.0' };
    expect(
      runChecks({ telemetry, timeDeltaS: 0, expectedVersion: undefined, proof: 'match' }, settings)
        .git_version,
    ).toBe('ok');
  });

  it('want the animation state OK', () => {
    expect(check({ animation_info: ['circle', 'line 3: wrong'] }).animation_info).toBe('bad');
    expect(check({ animation_info: 'OK' }).animation_info).toBe('bad');
  });

  it('want more battery than the minimum, and take an unknown charge for none', () => {
    expect(check({ battery: [15, 0.5] }).battery).toBe('bad');
    expect(check({ battery: [15, 0.501] }).battery).toBe('ok');
    expect(check({ battery: [15, Number.NaN] }).battery).toBe('bad');
    expect(check({ battery: [15, Number.POSITIVE_INFINITY] }).battery).toBe('bad');
  });

  it('want STANDBY, calibrated sensors, a known mode and a clean self-check', () => {
    expect(check({ fcu_status: 'ACTIVE' }).fcu_status).toBe('bad');
    expect(check({ calibration_status: 'gyro: uncalibrated' }).calibration_status).toBe('bad');
    expect(check({ mode: 'NO_FCU' }).mode).toBe('bad');
    expect(check({ mode: 'CMODE(196608)' }).mode).toBe('bad');
    expect(check({ selfcheck: ['tilted'] }).selfcheck).toBe('bad');
  });

  it('want a position that is a place', () => {
    expect(check({ current_position: 'NO_POS' }).current_position).toBe('bad');
    expect(check({ current_position: [Number.NaN, 0, 0, 0, 'map'] }).current_position).toBe('bad');
    expect(check({ current_position: 'NO_POS' }, 0, { isPositionChecked: false }).current_position).toBe(
      'ok',
    );
  });

  it('want the drone near its start, measured in 3D', () => {
    expect(check({ current_position: [1, 2, 0.9, 0, 'map'] }).start_position).toBe('bad');
    expect(check({ current_position: [1, 2, 0.8, 0, 'map'] }).start_position).toBe('ok');
    expect(check({ current_position: [9, 9, 9, 0, 'map'] }, 0, { startDistanceMaxM: 0 }).start_position).toBe(
      'ok',
    );
    expect(check({ current_position: null }).start_position).toBe('ok');
    expect(check({ current_position: 'NO_POS' }).start_position).toBe('bad');
  });

  it('want a start action that flies', () => {
    expect(check({ start_position: [1, 2, 0, 0, 'error: below ground', 0] }).start_position).toBe('bad');
    expect(check({ start_position: [1, 2, 0, 0, 'takeoff', 0] }).start_position).toBe('ok');
  });

  it('want the clocks together, before or behind', () => {
    expect(check({}, 1).time_delta).toBe('bad');
    expect(check({}, -0.999).time_delta).toBe('ok');
    expect(check({}, -1.5).time_delta).toBe('bad');
    expect(check({}, Number.NaN).time_delta).toBe('bad');
  });
});

it('the clock of a drone that measures the server’s itself is right, whatever its own says', () => {
  expect(check({ show_clock: [0.4, 'exchanges'] }, 86_400).time_delta).toBe('ok');
  expect(check({ show_clock: [] }, 86_400).time_delta).toBe('bad');
});
