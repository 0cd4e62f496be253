import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../lib/errors.js';
import { settingsOf } from './support.js';

describe("the watchdog's settings", () => {
  it('are on in a fresh configuration, and land a drone that lost its position or strays', () => {
    const settings = settingsOf();
    expect(settings.isEnabled).toBe(true);
    expect(settings.positionLost).toEqual({ maxAgeS: 1.5, delayS: 0.5, action: 'land' });
    expect(settings.strayed).toEqual({ maxM: 3, delayS: 1, action: 'land' });
    expect(settings.serverLost).toEqual({ delayS: 5, action: 'report' });
    expect(settings.fence).toMatchObject({ polygon: [], ceilingZM: undefined });
    expect(settings.foundArmed).toEqual({ policy: 'land', delayS: 5 });
    expect(settings.emergency).toEqual({ thrust: 0.45, decreaseAfterS: 3 });
  });

  it("keep the meaning of clever-show's files", () => {
    const text = '[FAILSAFE]\nenabled = True\naction = emergency_land\nvision_pose_timeout = 1\n';
    expect(settingsOf(text).positionLost).toEqual({ maxAgeS: 1, delayS: 0.5, action: 'emergency_land' });
    expect(settingsOf(text).strayed.action).toBe('emergency_land');
    const off = settingsOf('[FAILSAFE]\nenabled = False\naction = disarm\nposition_delta_max = 0\n');
    expect(off.positionLost.action).toBe('report');
    expect(off.strayed).toEqual({ maxM: undefined, delayS: 1, action: 'report' });
  });

  it('take 0 for "not watched"', () => {
    const settings = settingsOf('[FAILSAFE]\nposition_timeout = 0\nbattery_low = 0\nbattery_critical = 0\n');
    expect(settings.positionLost.maxAgeS).toBeUndefined();
    expect(settings.batteryCritical.minFraction).toBeUndefined();
  });

  it('read the corners of the fence', () => {
    const { fence } = settingsOf('[GEOFENCE]\npolygon = -5 -5; 5 -5; 5.5 5\nceiling = 40\n');
    expect(fence).toMatchObject({
      polygon: [
        { x: -5, y: -5 },
        { x: 5, y: -5 },
        { x: 5.5, y: 5 },
      ],
      ceilingZM: 40,
    });
  });

  it.each([
    ['[GEOFENCE]\npolygon = 0 0; 1 0\n', '[GEOFENCE] polygon = "0 0; 1 0" is wrong, expected x y; x y'],
    ['[GEOFENCE]\npolygon = 0 0; 2 2; 2 0; 0 2\n', 'no edge crossing another'],
    ['[GEOFENCE]\nbubble = -1\n', '[GEOFENCE] bubble = "-1"'],
    ['[FAILSAFE]\nposition_timeout = -1\n', '[FAILSAFE] position_timeout = "-1"'],
    ['[FAILSAFE]\nlink_lost_action = disarm\n', 'one of continue, hold, land, return'],
    [
      '[FAILSAFE]\nbattery_critical = 0.3\nbattery_low = 0.2\n',
      'client.ini: [FAILSAFE] battery_critical is above battery_low',
    ],
    ['[FAILSAFE]\ncell_critical = 3.6\n', '[FAILSAFE] cell_critical is above cell_low'],
    ['[FAILSAFE]\nbattery_start_min = 0.05\n', 'battery_start_min is below battery_critical'],
    ['[GEOFENCE]\nceiling = 1\n', '[GEOFENCE] margin is above ceiling'],
  ])('refuse %j and say what is wrong', (text, error) => {
    expect(() => settingsOf(text)).toThrow(ConfigError);
    expect(() => settingsOf(text)).toThrow(error);
  });
});
