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
async function openValue(terminal: Terminal): Promise<void> {
  await openConfig(terminal);
  terminal.keys('Enter');
}

/** Keys by their names, and then a text. */
function press(keys: readonly string[], text = ''): (terminal: Terminal) => void {
  return (terminal) => {
    terminal.keys(...keys);
    if (text !== '') terminal.type(text);
  };
}

/** Some of them each in a terminal of their own, so that they go on at the same time. */
const ways: readonly (readonly Way[])[] = [
  [
    ['help', press(['?']), /Esc back +Up\/Down scroll/],
    ['the menu while it is searched', press(['m'], 'disarm'), /search: +disarm_/],
    ['a form', openForm, /red: +25_/],
    ['the choice of drones', press(['g'], '1-'), / 1-_/],
    ['the browser of files', openBrowser, /Choose: [\s\S]*type to search/],
  ],
  [
    ['a question with y', press(['q']), /Press y for yes/],
    ['a word that is typed', press(['d'], 'disa'), / disa_/],
    ['the editor of a configuration', openConfig, /Enter edit/],
    ['a value in the editor of a configuration', openValue, /config_name: +client/],
    ['the details of a drone', press(['Enter']), /Up\/Down.*Esc back|Esc back.*Up\/Down/],
  ],
  [
    ['the columns', press(['c']), /── Columns/],
    ['the name of columns', press(['c', 's'], 'ab'), / ab_/],
    ['the filter', press(['/'], 'dro'), /dro_/],
    ['the log', press(['L']), /Event log/],
    ['the search of the log', press(['L', '/'], 'up'), / up_/],
  ],
  [
    ['visual land', press(['w']), /Visual land: step 1/],
    ['the outcomes of the last command', press(['e']), /drone-2 [\s\S]*Esc back/],
    ['a notice of why something can not be', press(['T']), /Take off and hover: not possible/],
    ['an authorization', press(['A']), /── Authorize circle/],
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
          expect(terminal.screen(), name).not.toMatch(sign);
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
