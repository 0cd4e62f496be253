import { describe, expect, it } from 'vitest';
import { defaultIni, defineSpec, loadConfig } from '../../../lib/config/index.js';
import { alertSection, parseAlertRules, readAlertRules } from '../../../server/alerts/alert-spec.js';

const named = (text: string, name: string) =>
  parseAlertRules(text, 'alerts.ini').find((rule) => rule.name === name);

describe('the thresholds of a show', () => {
  it('hold the fleet for much wind, and the start for less, where nobody says otherwise', () => {
    expect(named('', 'wind')).toMatchObject({ limit: 8, clear: 6.8, action: 'hold_start', drones: '20%' });
    expect(named('', 'wind_high')).toMatchObject({ limit: 10, level: 'alarm', action: 'hold_fleet' });
    const watched = new Set(parseAlertRules('', 'alerts.ini').map(({ measure }) => measure));
    expect(watched.size).toBe(9);
  });

  it('are changed one by one, and go on to be over by 15 % better', () => {
    expect(named('[ALERTS]\n[[wind]]\nlimit = 6\n', 'wind')).toMatchObject({
      limit: 6,
      clear: 5.1,
      afterS: 5,
    });
    expect(named('[ALERTS]\n[[link]]\nlimit = 60\n', 'link')?.clear).toBeCloseTo(69);
    expect(named('[ALERTS]\n[[link]]\nlimit = 95\n', 'link')?.clear).toBeCloseTo(97.5);
    expect(named('[ALERTS]\n[[wind]]\nlimit = 0\n', 'wind')).toMatchObject({ limit: undefined });
  });

  it('can be more than the usual ones', () => {
    const text = '[ALERTS]\n[[storm]]\nmeasure = gust\nlimit = 20\naction = hold_fleet\nlevel = alarm\n';
    expect(named(text, 'storm')).toEqual({
      ...{ name: 'storm', measure: 'gust', limit: 20, clear: 17, drones: '1' },
      ...{ afterS: 5, clearAfterS: 20, level: 'alarm', action: 'hold_fleet' },
    });
    expect(named('[ALERTS]\n[[storm]]\nmeasure = gust\n', 'storm')?.limit).toBeUndefined();
  });

  it.each([
    [
      '[[wind]]\nclear = 9\n',
      /\[\[wind\]\] clear \(9\.0 m\/s\) is above limit \(8\.0 m\/s\): it would never be over/,
    ],
    ['[[link]]\nclear = 40\n', /\[\[link\]\] clear \(40 %\) is below limit \(45 %\)/],
    ['[[wind]]\ndrones = many\n', /drones .*expected all, a number of drones/],
    ['[[wind]]\naction = explode\n', /one of alert, hold_start, hold_fleet/],
    ['[[wind]]\nafter = -1\n', /at least 0/],
    ['[[mine]]\nmeasure = colour\n', /one of wind, gust/],
  ])('are refused by what is wrong: %s', (text, expected) => {
    expect(() => parseAlertRules(`[ALERTS]\n${text}`, 'alerts.ini')).toThrow(expected);
  });

  it('are a section of a larger configuration, whose file of defaults says the same', () => {
    const spec = defineSpec({ OTHER: {}, ALERTS: alertSection });
    const rules = readAlertRules(loadConfig(defaultIni(spec), 'server.ini', spec));
    expect(rules).toEqual(parseAlertRules('', 'alerts.ini'));
  });
});
