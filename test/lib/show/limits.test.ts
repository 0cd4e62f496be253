import { describe, expect, it } from 'vitest';
import { ShowError } from '../../../lib/errors.js';
import { buildFlightPlan } from '../../../lib/show/flight-plan.js';
import { parseCleverShowCsv } from '../../../lib/show/formats/clever-show-csv.js';
import {
  type AnimationSettings,
  defaultAnimationSettings,
  defaultFlightSettings,
} from '../../../lib/show/settings.js';

function plan(rows: readonly string[], change: Partial<AnimationSettings> = {}) {
  const animation = parseCleverShowCsv(rows.join('\n'), 'a.csv', { frameDelayS: 0.1 });
  return buildFlightPlan(animation, { ...defaultAnimationSettings, ...change }, defaultFlightSettings);
}

const rising = ['0,0,0,0,0,0,0,0', '1,0,0,1,0,0,0,0', '2,0,0,2,0,0,0,0'];

describe('a plan that no drone can fly', () => {
  it('leads further than 10 km from the origin, whatever took it there', () => {
    expect(() => plan(rising)).not.toThrow();
    expect(() => plan([...rising, '3,1e308,0,2,0,0,0,0'])).toThrow(ShowError);
    expect(() => plan(rising, { ratio: { x: 1, y: 1, z: 1e5 } })).toThrow('frame 1');
    expect(() => plan(rising, { privateOffsetM: { x: -1e39, y: 0, z: 0 } })).toThrow('10000 m');
  });

  it('lasts for more than a day', () => {
    expect(() => plan(['delay,1e300', ...rising])).toThrow('a day');
    expect(() => plan(['delay,86400', ...rising])).toThrow('a day');
  });

  it('takes off to a height of more than 10 km', () => {
    const animation = parseCleverShowCsv(rising.join('\n'), 'a.csv', { frameDelayS: 0.1 });
    const settings = { ...defaultAnimationSettings, startAction: 'takeoff' as const };
    const flight = { ...defaultFlightSettings, takeoffHeightM: 1e300 };
    expect(() => buildFlightPlan(animation, settings, flight)).toThrow('take-off');
  });
});
