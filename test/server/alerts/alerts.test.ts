import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertRule } from '../../../server/alerts/alert-rule.js';
import { acceptAlert } from '../../../server/alerts/alerts.js';
import { inWind, Watch, windRule } from './support.js';

describe('an alert', () => {
  it('is raised when a drone was beyond the limit for long enough, and not before', () => {
    const watch = new Watch(windRule);
    expect(watch.see(inWind(8), 5).active).toEqual([]);
    const { active, wanted } = watch.see(inWind(8));
    expect(active).toMatchObject([{ name: 'wind', level: 'alarm', drones: ['drone-1'], of: 1 }]);
    expect(wanted).toBe('hold_fleet');
    expect(watch.told).toEqual(['raised']);
  });

  it('is not raised by what comes and goes: each break begins the time anew', () => {
    const watch = new Watch(windRule);
    for (let i = 0; i < 10; i += 1) {
      watch.see(inWind(9), 4);
      watch.see(inWind(7.9));
      watch.see(inWind(9), 4);
      watch.see(inWind(undefined));
    }
    expect(watch.told).toEqual([]);
  });

  it('stays between its two limits, and is over when it was better than the lower for long enough', () => {
    const watch = new Watch(windRule);
    watch.see(inWind(9), 6);
    expect(watch.see(inWind(7.5), 100).active).toHaveLength(1);
    expect(watch.see(inWind(7), 100).active).toHaveLength(1);
    expect(watch.see(inWind(6.9), 20).active).toHaveLength(1);
    expect(watch.see(inWind(6.9)).active).toHaveLength(0);
    expect(watch.told).toEqual(['raised', 'cleared']);
    expect(watch.look?.wanted).toBeUndefined();
  });

  it('is not over by a short calm', () => {
    const watch = new Watch(windRule);
    watch.see(inWind(9), 6);
    watch.see(inWind(6), 19);
    watch.see(inWind(9), 6);
    expect(watch.see(inWind(6), 19).active).toHaveLength(1);
    expect(watch.told).toEqual(['raised']);
  });

  it('takes as many drones as its rule says, of those that tell', () => {
    const rule: AlertRule = { ...windRule, drones: '50%' };
    const watch = new Watch(rule);
    expect(watch.see(inWind(9, 9, 3, 3, 3), 10).active).toEqual([]);
    const { active } = watch.see(inWind(9, 9, 3, 3, undefined), 10);
    expect(active).toMatchObject([{ drones: ['drone-1', 'drone-2'], of: 4 }]);
  });

  it('takes two drones at least where a share of three or more is meant: one may have gone wrong by itself', () => {
    const rule: AlertRule = { ...windRule, drones: '10%' };
    expect(new Watch(rule).see(inWind(9, 3, 3), 10).active).toEqual([]);
    expect(new Watch(rule).see(inWind(9, 9, 3), 10).active).toHaveLength(1);
    expect(new Watch(rule).see(inWind(9, 3), 10).active).toHaveLength(1);
    expect(new Watch({ ...rule, drones: '1' }).see(inWind(9, 3, 3), 10).active).toHaveLength(1);
  });

  it('keeps a drone that fell silent beyond the limit, and forgets one that landed or left', () => {
    const [first, second] = inWind(9, 3);
    if (!first || !second) throw new Error('no drones');
    const watch = new Watch(windRule);
    watch.see([first, second], 6);
    const { windMPerS: _, ...silent } = first;
    expect(watch.see([silent, second], 60).active).toMatchObject([{ drones: ['drone-1'], of: 2 }]);
    expect(watch.see([{ ...first, isFlying: false }, second], 1).active).toMatchObject([{ drones: [] }]);
    expect(watch.see([second], 20).active).toEqual([]);
  });

  it('takes what is no number for unknown', () => {
    const watch = new Watch(windRule);
    expect(watch.see(inWind(Number.NaN, Number.POSITIVE_INFINITY), 60).active).toEqual([]);
  });

  it('is of little where little is bad', () => {
    const watch = new Watch({ ...windRule, measure: 'link_quality', limit: 70, clear: 80 });
    const at = (linkQuality: number) => [{ id: 'a', isFlying: false, linkQuality }];
    expect(watch.see(at(0.71), 10).active).toEqual([]);
    expect(watch.see(at(0.7), 6).active).toHaveLength(1);
    expect(watch.see(at(0.8), 60).active).toHaveLength(1);
    expect(watch.see(at(0.81), 21).active).toEqual([]);
  });

  it('is not made of a rule without a limit', () => {
    const watch = new Watch({ ...windRule, limit: undefined });
    expect(watch.see(inWind(50), 60).active).toEqual([]);
    expect(watch.see(inWind(undefined), 60).unwatched).toEqual([]);
  });
});

describe('what is wanted', () => {
  const mild: AlertRule = { ...windRule, name: 'mild', limit: 5, clear: 4, action: 'hold_start' };

  it('is the strongest action, with the texts of those that want it', () => {
    const watch = new Watch(mild, windRule);
    expect(watch.see(inWind(6), 6)).toMatchObject({ wanted: 'hold_start', reasons: [/wind 5/] });
    const look = watch.see(inWind(9), 6);
    expect(look.wanted).toBe('hold_fleet');
    expect(look.reasons).toHaveLength(1);
    expect(look.active.map(({ name }) => name)).toEqual(['wind', 'mild']);
  });

  it('is nothing of an alert that an operator accepted, until it was over and came again', () => {
    const watch = new Watch(mild, windRule);
    watch.see(inWind(9), 6);
    watch.state = acceptAlert(watch.state, 'wind');
    expect(watch.see(inWind(9), 60)).toMatchObject({ wanted: 'hold_start' });
    expect(watch.first).toMatchObject({ name: 'wind', isAccepted: true });
    watch.see(inWind(4.5), 30);
    expect(watch.look?.active.map(({ name }) => name)).toEqual(['mild']);
    expect(watch.see(inWind(9), 6).wanted).toBe('hold_fleet');
  });

  it('can not be accepted before it is raised', () => {
    const watch = new Watch(windRule);
    watch.see(inWind(9), 3);
    expect(acceptAlert(acceptAlert(watch.state, 'wind'), 'nothing')).toBe(watch.state);
    expect(watch.see(inWind(9), 6).wanted).toBe('hold_fleet');
  });
});

describe('what nobody tells', () => {
  it('is said after a while, for a measure that drones should tell', () => {
    const watch = new Watch(windRule);
    expect(watch.see(inWind(undefined, undefined), 30).unwatched).toEqual([]);
    expect(watch.see(inWind(undefined, undefined)).unwatched).toEqual([
      expect.stringMatching(/^wind: wind is not watched, since none of 2 drones tells it: check/),
    ]);
    expect(watch.see(inWind(undefined, 3)).unwatched).toEqual([]);
    const standing = inWind(undefined).map((reading) => ({ ...reading, isFlying: false }));
    expect(watch.see(standing, 60).unwatched).toEqual([]);
  });
});

const minutes = fc.array(fc.option(fc.double({ min: 5, max: 10, noNaN: true }), { nil: undefined }), {
  minLength: 60,
  maxLength: 150,
});

describe('whatever the wind does', () => {
  it('an alert is raised and over in turns, and lasts at least as long as its calm takes', () => {
    fc.assert(
      fc.property(minutes, fc.constantFrom('1', '50%', 'all'), (winds, drones) => {
        const watch = new Watch({ ...windRule, drones, afterS: 2 });
        winds.forEach((wind, i) => {
          watch.see(inWind(wind, winds[(i * 7) % winds.length]));
        });
        const { events } = watch;
        events.forEach((event, i) => {
          expect(event.type).toBe(i % 2 === 0 ? 'raised' : 'cleared');
          const before = events[i - 1];
          if (event.type === 'cleared')
            expect(event.atMs - (before?.atMs ?? 0)).toBeGreaterThanOrEqual(20_000);
        });
      }),
      { numRuns: 15 },
    );
  });

  it('one drone is beyond its limit by the same rule as its history says', () => {
    fc.assert(
      fc.property(minutes, (winds) => {
        const watch = new Watch({ ...windRule, afterS: 2, clearAfterS: 0 });
        let isBeyond = false;
        let badFor = 0;
        const expected: boolean[] = [];
        const seen: boolean[] = [];
        for (const wind of winds) {
          if (wind === undefined) badFor = 0;
          else if (isBeyond) isBeyond = wind >= 7;
          else badFor = wind >= 8 ? badFor + 1 : 0;
          if (badFor > 2) [isBeyond, badFor] = [true, 0];
          expected.push(isBeyond);
          seen.push(watch.see(inWind(wind)).active.length === 1);
        }
        expect(seen).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});
