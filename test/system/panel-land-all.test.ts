import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PanelRig } from '../support/panel-rig.js';
import { requireTmux, type Terminal } from '../support/tmux.js';

/** How a dialog is come to, and what shows that it is there. */
type Way = readonly [name: string, open: (terminal: Terminal) => void | Promise<void>, sign: RegExp];

const count = 2;

async function openForm(terminal: Terminal): Promise<void> {
  terminal.keys('m');
  await terminal.until(/type to search/);
  terminal.type('led_fill');
  await terminal.until(/> .*led_fill/);
  terminal.keys('Enter');
  await terminal.until(/> red:/);
  terminal.type('25');
}

async function openBrowser(terminal: Terminal): Promise<void> {
  terminal.keys('o');
  await terminal.until(/> path:/);
  terminal.keys('Tab');
}

async function openConfig(terminal: Terminal): Promise<void> {
  terminal.keys('C');
  await terminal.until(/Config drone-/);
}

/** Some of them each in a terminal of their own, so that they go on at the same time. */
const ways: readonly (readonly Way[])[] = [
  [
    ['help', (terminal) => terminal.keys('?'), /lands every drone at once/],
    [
      'the menu while it is searched',
      (terminal) => (terminal.keys('m'), terminal.type('disarm')),
      /search: +disarm_/,
    ],
    ['a form', openForm, /red: +25_/],
    ['the choice of drones', (terminal) => (terminal.keys('g'), terminal.type('1-')), /1-_/],
    ['the browser of files', openBrowser, /Choose: .*type to search/s],
  ],
  [
    ['a question with y', (terminal) => terminal.keys('q'), /Press y for yes/],
    ['a word that is typed', (terminal) => (terminal.keys('d'), terminal.type('disa')), /disa_/],
    ['the editor of a configuration', openConfig, /Config drone-/],
    [
      'a value in the editor of a configuration',
      async (terminal) => {
        await openConfig(terminal);
        terminal.keys('Enter');
      },
      /config_name: +client/,
    ],
    ['the details of a drone', (terminal) => terminal.keys('Enter'), /Esc back/],
  ],
  [
    ['the columns', (terminal) => terminal.keys('c'), /Columns/],
    ['the name of columns', (terminal) => (terminal.keys('c', 's'), terminal.type('ab')), /ab_/],
    ['the filter', (terminal) => (terminal.keys('/'), terminal.type('dro')), /dro_/],
    ['the log', (terminal) => terminal.keys('L'), /Log|log/],
    ['the search of the log', (terminal) => (terminal.keys('L', '/'), terminal.type('up')), /up_/],
  ],
  [
    ['visual land', (terminal) => terminal.keys('w'), /Visual land: step 1/],
    ['the outcomes of the last command', (terminal) => terminal.keys('e'), /drone-2.*[\s\S]*Esc back/],
    ['an authorization', (terminal) => terminal.keys('A'), /Authorize|not possible|under way|no show/],
    ['a table that nobody left', () => undefined, /NEXT|STILL/],
  ],
];

describe.concurrent('Ctrl-X lands all drones that are armed', () => {
  beforeAll(requireTmux);

  for (const some of ways) {
    const names = some.map(([name]) => name).join(', ');
    it(`from inside of ${names}`, async () => {
      const rig = await PanelRig.start({ drones: count, show: 'circle' });
      const { terminal } = rig;
      try {
        terminal.keys('a');
        await terminal.until(/2 selected/);
        await rig.did('upload', '--all');
        await rig.allDrones(({ ready }) => ready, 'ready');
        for (const [name, open, sign] of some) {
          await rig.did('takeoff', '--all');
          await terminal.until(/ 2 armed/, 20_000);
          await open(terminal);
          await terminal.until(sign);
          terminal.keys('C-x');
          const screen = await terminal.until(/LAND ALL(: 2 ok| sent to 2)/);
          expect(screen, name).toMatch(/NEXT|STILL ARMED/);
          await terminal.until(/ 0 armed/, 40_000);
          terminal.keys('Escape');
        }
        expect(rig.log().filter((line) => /^land: 2 of 2 ok/.test(line))).toHaveLength(some.length);
      } finally {
        await rig.close();
      }
    });
  }
});
