/** The rules of a show take the place of the server's, option by option. */
import { expect, it } from 'vitest';
import { defineSpec, loadConfig } from '../../../lib/config/index.js';
import { oversightSections, readOversight } from '../../../server/oversight/settings.js';

const spec = defineSpec(oversightSections);
const server = (ini: string) => loadConfig(ini, 'server.ini', spec);
const limitOf = (settings: ReturnType<typeof readOversight>, name: string) =>
  settings.alerts.find((rule) => rule.name === name)?.limit;

it('what the show says counts, what it leaves out is as the server has it', () => {
  const config = server('[ALERTS]\n[[wind]]\nlimit = 6\n[[gust]]\nlimit = 7\n[BATTERY PLAN]\nreserve = 30\n');
  const text = '[ALERTS]\n[[wind]]\nlimit = 5\n[GATES]\nfinale = 40, 90, 1\n[LOSSES]\nminimum = 3\n';
  const settings = readOversight(config, { text, fileName: 'rules.ini' });
  expect([limitOf(settings, 'wind'), limitOf(settings, 'gust')]).toEqual([5, 7]);
  expect(settings.gates.gates).toEqual([{ name: 'finale', tS: 40, minShare: 0.9, withinM: 1 }]);
  expect([settings.losses.minimum, settings.batteryReserve]).toEqual(['3', 0.3]);
  expect(limitOf(readOversight(config), 'wind')).toBe(6);
});

it.each([
  ['[ALERTS]\n[[wind]]\nlimt = 5\n', /rules\.ini, line 3: .*limt.* is unknown/],
  ['[ALERTS]\n[[wind]]\nlimit = strong\n', /rules\.ini, line 3/],
  ['[SHOW]\nquorum = 3\n', /rules\.ini, line 2: .*quorum.* is unknown/],
  [
    '[ALERTS]\n[[wind]]\nlimit = 5\nclear = 6\n',
    /rules\.ini: \[ALERTS\] \[\[wind\]\] clear .* would never be over/,
  ],
])('%j is refused, with its place', (text, message) => {
  expect(() => readOversight(server(''), { text, fileName: 'rules.ini' })).toThrow(message);
});
