import { describe, expect, it } from 'vitest';
import { ruleLine } from '../../../server/alerts/alert-rule.js';
import { parseAlertRules } from '../../../server/alerts/alert-spec.js';
import { measureNames } from '../../../server/alerts/measures.js';
import { takeApart } from '../../../server/fleet/drone-words.js';
import { inWind, Watch, windRule } from './support.js';

describe('the text of an alert', () => {
  it('says what, which drones and what to do', () => {
    const watch = new Watch(windRule);
    const winds = [9.04, 3, 11.26, 8, 8, 8, 8, 8, 8];
    expect(watch.see(inWind(...winds), 6).active[0]?.text).toBe(
      'wind 8.0 m/s or more at 8 of 9 drones, drone-1, drone-3, drone-4, drone-5, drone-6 and 3 more' +
        ' (most 11.3 m/s at drone-3): wait until it is below 7.0 m/s, and land if it rises',
    );
  });

  it('says that it is about to be over, and then that it is', () => {
    const watch = new Watch(windRule);
    watch.see(inWind(9), 6);
    expect(watch.see(inWind(5)).active[0]?.text).toBe(
      'wind 8.0 m/s or more at 0 of 1 drones (most 5.0 m/s at drone-1), about to be over:' +
        ' wait until it is below 7.0 m/s, and land if it rises',
    );
    watch.see(inWind(5), 20);
    expect(watch.events.at(-1)).toMatchObject({
      type: 'cleared',
      text: 'wind 8.0 m/s or more: over for 20 s (most 5.0 m/s at drone-1)',
    });
  });

  it('names those that are still beyond when the rest is not', () => {
    const watch = new Watch({ ...windRule, drones: '2' });
    watch.see(inWind(9, 9, 9), 6);
    watch.see(inWind(5, 9, 5), 21);
    expect(watch.events.at(-1)).toMatchObject({
      text: expect.stringContaining('over for 20 s, but for drone-2'),
    });
  });

  it.each(measureNames)('of %s ends with what to do, as all texts of ours do', (measure) => {
    const watch = new Watch({ ...windRule, measure, limit: 50, clear: 50, afterS: 0 });
    const many = {
      ...{ windMPerS: 50, gustMPerS: 50, positionErrorM: 50, batteryShort: 0.5, temperatureC: 50 },
      ...{ linkQuality: 0.5, latencyMs: 50, silentS: 50, clockErrorMs: 50 },
    };
    const { active } = watch.see([{ id: 'a', isFlying: true, ...many }]);
    expect(active[0]?.text).toMatch(/ 50(\.0)? \S+ or (more|less) at 1 of 1 drones, a \((most|least) 50/);
    expect(takeApart(active[0]?.text ?? '').hint).toBeDefined();
  });

  it('names drones in the order that people count in', () => {
    const watch = new Watch({ ...windRule, afterS: 0 });
    watch.see([...inWind(9, ...Array(9).fill(1), 9)].reverse());
    expect(watch.first?.text).toContain('at 2 of 11 drones, drone-1, drone-11 (');
  });

  it('is a line before the show', () => {
    expect(ruleLine(windRule)).toBe(
      'wind: wind 8.0 m/s or more at one drone for 5 s: alarm, the fleet is held (over at 7.0 m/s)',
    );
    const lines = parseAlertRules('[ALERTS]\n[[link]]\ndrones = all\n[[gust]]\nlimit = 0\n', 'a.ini').map(
      ruleLine,
    );
    expect(lines).toContain('gust: not watched');
    expect(lines).toContain(
      'wind_high: wind 10.0 m/s or more at 20% of the drones for 5 s: alarm, the fleet is held (over at 8.5 m/s)',
    );
    expect(lines.find((line) => line.startsWith('link:'))).toMatch(
      /45 % or less at all drones for 10 s: warning, told/,
    );
  });
});
