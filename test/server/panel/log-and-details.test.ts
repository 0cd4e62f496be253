/** What has been: the log over the whole screen, and everything known of one drone. */
import { describe, expect, it } from 'vitest';
import { EventLog } from '../../../server/event-log.js';
import type { Telemetry } from '../../../server/fleet/telemetry.js';
import { speaksOf } from '../../../server/panel/facts.js';
import { reduce } from '../../../server/panel/reduce.js';
import { type Context, initialState, type PanelState } from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { view } from '../../../server/panel/view.js';
import type { LogLine } from '../../../server/snapshot.js';
import { drone, readyDrones, showNightUtcMs, snapshotOf } from './support/fake-fleet.js';

const size = { columns: 80, rows: 24 };

function press(keys: readonly string[], context: Context, from: PanelState = initialState) {
  let state = reduce(from, { type: 'tick' }, context).state;
  for (const key of keys) state = reduce(state, { type: 'key', key }, context).state;
  const lines = view(state, context.snapshot, context.size).map(plainText);
  return { state, lines, text: lines.join('\n') };
}

const log = Array.from({ length: 1_200 }, (_, index): LogLine => {
  const level = index % 100 === 99 ? 'error' : index % 10 === 9 ? 'warning' : 'info';
  return { atUtcMs: showNightUtcMs + index * 1000, level, text: `line ${index} of drone-${index % 7}` };
});
const context = { snapshot: snapshotOf(readyDrones(3), { log }), size };

describe('the full log', () => {
  it('shows the newest lines at its end, and a thousand lines back by keys', () => {
    const { lines, state } = press(['L'], context);
    expect(lines.slice(4, 23).map((line) => line.slice(12, 21))).toEqual(
      Array.from({ length: 19 }, (_, index) => `line ${1181 + index}`),
    );
    const back = press([...Array.from({ length: 100 }, () => 'pageup'), 'down'], context, state);
    expect(back.lines[22]).toContain('line 200 ');
    expect(back.text).toContain('999 newer below');
    expect(press(['home'], context, state).lines[4]).toContain('line 0 ');
    expect(press(['home', 'end'], context, state).lines[22]).toContain('line 1199');
  });

  it('searches as one types, in any case, and shows warnings and errors alone', () => {
    const searched = press(['L', '/', ...'LINE 119'], context);
    expect(searched.text).toContain('11 of 1200 lines');
    expect(searched.text).toContain('line 119 ');
    expect(searched.text).not.toContain('line 1189');
    expect(press(['escape'], context, searched.state).text).toContain('1200 of 1200 lines');
    const warned = press(['enter', 'w'], context, searched.state);
    expect(warned.text).toContain('2 of 1200 lines');
    expect(warned.text).toContain('✗ line 1199');
    expect(press(['L', 'w'], context).text).toContain('120 of 1200 lines');
    expect(press(['L', 'w'], context).text).toMatch(/! line 1189 /);
    expect(press(['escape'], context, warned.state).state.dialog).toBeUndefined();
  });

  it('has more than a thousand lines to show', () => {
    const kept = new EventLog();
    for (const line of [...log, ...log]) kept.add(line);
    expect(kept.lines).toHaveLength(2_000);
    expect(kept.lines.at(-1)?.text).toBe('line 1199 of drone-2');
  });
});

const busy = drone('drone-1', {
  telemetry: { landed: 'on_ground', show_clock: [0.123456789, 'exchanges', 0], battery: [14, 0.2] },
  recentOutcomes: [
    { action: 'upload', atMs: 40_000, result: { id: 'drone-1', ok: true } },
    {
      action: 'start',
      atMs: 90_000,
      result: { id: 'drone-1', ok: false, code: 'not_ready', message: 'battery 20 %' },
    },
  ],
});
const lines: LogLine[] = [
  { atUtcMs: showNightUtcMs, level: 'info', text: 'drone-1 connected' },
  { atUtcMs: showNightUtcMs, level: 'info', text: 'drone-10 connected' },
  { atUtcMs: showNightUtcMs, level: 'warning', text: 'start drone-1: battery' },
];

describe('the details of a drone', () => {
  it('hold all telemetry, each failing check with what to do, its last commands and its lines of the log', () => {
    const snapshot = snapshotOf([busy], { log: lines });
    const { text, lines: rows } = press(['enter'], { snapshot, size: { columns: 100, rows: 70 } });
    for (const expected of [
      '✗ battery 20 % (must be above 50 %): change the battery',
      'landed            on_ground',
      'show_clock        0.123; exchanges; 0',
      'round trip, ms',
      '✗ 21:03:55 start: not_ready: battery 20 %',
      '✓ 21:03:05 upload',
      '! start drone-1: battery',
    ])
      expect(text).toContain(expected);
    const sheet = rows.slice(rows.findIndex((line) => line.startsWith('── drone-1  ') || line === rows[2]));
    expect(sheet.join('\n').split('its log')[1]).not.toContain('drone-10');
  });

  it('stand at the side of the table from 160 columns on, and below it on a narrower screen', () => {
    const snapshot = snapshotOf([busy, ...readyDrones(4).slice(1)], { log: lines });
    const wide = press([], { snapshot, size: { columns: 160, rows: 40 } });
    expect(wide.lines[3]).toMatch(/^ {3}id▲ .*│── drone-1 ─+$/);
    expect(wide.lines.every((line) => line.length === 160)).toBe(true);
    expect(wide.text).toContain('last commands');
    const narrow = press([], { snapshot, size: { columns: 159, rows: 40 } });
    expect(narrow.text).not.toContain('│');
    expect(narrow.text).toContain('── drone-1  192.168.1.20:40112');
  });

  it('tell the wind, the temperatures and the Wi-Fi that it measures, and say what of them it does not know', () => {
    const shown = (telemetry: Telemetry, rows: number, keys: readonly string[] = []) => {
      const snapshot = snapshotOf([drone('drone-1', { telemetry })]);
      return press(keys, { snapshot, size: { columns: 100, rows } }).text;
    };
    const flying = { wind: [4.21, 6.05, 270], temperature: [61.6, 31], link_quality: 0.77 };
    expect(shown(flying, 40)).toContain(' wind 4.2 m/s, gusts 6.0, from 270°, 62 °C, Wi-Fi 77 %');
    const standing = { wind: [], temperature: [Number.NaN, 31.2], link_quality: Number.NaN };
    expect(shown(standing, 40)).toMatch(/^ +31 °C *$/m);
    expect(shown({ wind: [], temperature: [] }, 40)).not.toMatch(/°C|wind/);
    const whole = shown(flying, 70, ['enter']);
    expect(whole).toContain('wind              4.2 m/s, gusts 6.0, from 270°');
    expect(whole).toContain('temperature       computer 62 °C, battery 31 °C');
    expect(whole).toMatch(/link quality {6}77 %/);
    expect(whole).not.toContain('link_quality');
    expect(shown(standing, 70, ['enter'])).toMatch(
      / wind {14}unknown[\s\S]*battery 31 °C[\s\S]*link quality {6}unknown/,
    );
  });

  it('find its name, and not one that begins or ends with it', () => {
    expect(['drone-1', 'land drone-1: ok', 'x (drone-1)'].every((text) => speaksOf(text, 'drone-1'))).toBe(
      true,
    );
    expect(['drone-10', 'my-drone-1', 'drone-1-b', 'drone'].some((text) => speaksOf(text, 'drone-1'))).toBe(
      false,
    );
  });
});
