import { describe, expect, it } from 'vitest';
import { readWindSettings, windSection } from '../../../drone-client/wind/settings.js';
import { defaultWindSettings } from '../../../drone-client/wind/wind-estimator.js';
import { defaultIni, defineSpec, loadConfig } from '../../../lib/config/index.js';

const spec = defineSpec({ WIND: windSection });
const settingsOf = (...lines: readonly string[]) =>
  readWindSettings(loadConfig(`[WIND]\n${lines.join('\n')}\n`, 'drone.ini', spec));

describe("a drone's wind settings", () => {
  it('are the defaults where nobody says otherwise', () => {
    expect(settingsOf()).toEqual(defaultWindSettings);
    expect(readWindSettings(loadConfig(defaultIni(spec), 'drone.ini', spec))).toEqual(defaultWindSettings);
  });

  it('are those of its airframe and its load', () => {
    const given = ['momentum_drag = 0.3', 'ballistic_coefficient = 50', 'mass_ratio = 4'];
    expect(settingsOf(...given, 'mean = 10', 'gust_window = 20')).toMatchObject({
      airframe: { momentumDragPerS: 0.15, ballisticCoefficientKgPerM2: 200 },
      ...{ meanS: 10, gustWindowS: 20 },
    });
    expect(settingsOf('ballistic_coefficient = 0').airframe.ballisticCoefficientKgPerM2).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('are refused for an airframe without drag', () => {
    expect(() => settingsOf('momentum_drag = 0', 'ballistic_coefficient = 0')).toThrow(/both 0: give one/);
    expect(settingsOf('momentum_drag = 0').airframe.momentumDragPerS).toBe(0);
  });
});
