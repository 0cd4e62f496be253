import { describe, expect, it } from 'vitest';
import { parseAlertRules } from '../../../server/alerts/alert-spec.js';
import type { DroneReading } from '../../../server/alerts/measures.js';
import { FlownWind } from '../../drone-client/wind/flown-wind.js';
import { Watch } from './support.js';

describe('a wind that rises in the show', () => {
  it('holds the fleet by what its drones feel, before it is too strong for them', () => {
    const fleet = (['px4', 'ardupilot'] as const).map((autopilot, index) => {
      const wind = { meanMPerS: 5, fromRad: 2, gustMPerS: 0.4 };
      const flown = new FlownWind({ autopilot, wind, seed: index + 1 });
      flown.takeOff();
      return flown;
    });
    const watch = new Watch(...parseAlertRules('', 'alerts.ini'));
    const readings = (): DroneReading[] =>
      fleet.map((flown, index) => {
        flown.fly(1);
        const { speedMPerS, gustMPerS } = flown.estimate ?? {};
        const wind = speedMPerS !== undefined && { windMPerS: speedMPerS };
        const gust = gustMPerS !== undefined && { gustMPerS };
        return { id: `drone-${index + 1}`, isFlying: true, ...wind, ...gust };
      });
    for (let tS = 0; tS < 12; tS += 1) watch.see(readings());
    expect(watch.look?.active).toEqual([]);
    for (const { bench } of fleet)
      bench.autopilot.applyFault({ kind: 'gust', mPerS: 9, durationS: 40 }, bench.nowMs);
    let heldAfterS = 0;
    while (watch.look?.wanted !== 'hold_fleet' && heldAfterS < 20) {
      watch.see(readings());
      heldAfterS += 1;
    }
    // It is at its worst, 14 m/s, 20 s after it begins to rise; the second of them can lean against 12.5.
    expect(heldAfterS).toBeLessThan(20);
    expect(watch.look?.reasons[0]).toMatch(/^gusts 10\.5 m\/s or more at \d of 2 drones/);
  });
});
