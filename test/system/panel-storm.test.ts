import { beforeAll, describe, expect, it } from 'vitest';
import { operationNames, operations } from '../../lib/operations/catalogue.js';
import { PanelRig } from '../support/panel-rig.js';
import { requireTmux, type Terminal } from '../support/tmux.js';
import { until } from '../support/until.js';

/** Numbers in [0, 1) that are the same in every run. Source: D. Lehmer's generator, minimal standard. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Lines without what goes on by itself: times, charges, offsets of clocks. */
function still(screen: string): string[] {
  return screen.split('\n').map((line) =>
    line
      .replace(/[\d.:±%-]+/g, '0')
      .replace(/ +/g, ' ')
      .trim(),
  );
}

/** What is on the screen is what a fresh painting of it is. */
async function expectRightPicture(terminal: Terminal): Promise<void> {
  const isSame = async () => {
    const before = still(terminal.screen());
    terminal.keys('C-l');
    await rest(150);
    return JSON.stringify(before) === JSON.stringify(still(terminal.screen()));
  };
  await until(
    isSame,
    10_000,
    () => `a picture that is the same when it is painted anew:\n${terminal.screen()}`,
  );
}

/** Every key but y and Y: without them nothing that asks is confirmed. */
const letters = 'abcdefghijklmnopqrstuvwxzABCDEFGHIJKLMNOPQRSTUVWXZ0123456789 ?/.,-+@!<>=';
const named = [
  ...['Enter', 'Enter', 'Escape', 'Escape', 'Tab', 'BTab', 'Up', 'Down', 'Left', 'Right', 'BSpace', 'Space'],
  ...['PageUp', 'PageDown', 'Home', 'End', 'DC', 'C-u', 'C-l', 'C-c', 'C-r', 'F5', 'IC', 'M-a'],
];

/** What is confirmed by a y or a word before it is sent, but for the takeoff that the test itself gives. */
const needAnswer: readonly string[] = operationNames.filter(
  (name) => name === 'start' || (operations[name].confirm !== undefined && name !== 'takeoff'),
);

describe.concurrent('the panel in a storm', () => {
  beforeAll(requireTmux);

  it('of sizes keeps its picture right, while a show is flown to its end', async () => {
    const count = 5;
    const rig = await PanelRig.start({ drones: count, show: 'circle' });
    const { terminal } = rig;
    const random = seeded(7);
    const from = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
    try {
      await rig.makeReady(count);
      await rig.startShow(5);
      for (let burst = 0; burst < 12; burst += 1) {
        for (let i = 0; i < 12; i += 1) {
          terminal.resize(from(20, 250), from(6, 80));
          await rest(from(0, 30));
        }
        const [columns, rows] = burst % 2 === 0 ? [80, 24] : [from(80, 200), from(24, 60)];
        terminal.resize(columns, rows);
        // The terminal takes its time to tell the program of its size: the last line is the last of the new one.
        await terminal.until((screen) => {
          const lines = screen.split('\n');
          return / STARLING /.test(lines[0] ?? '') && /\^X LAND ALL/.test(lines[rows - 1] ?? '');
        });
        await expectRightPicture(terminal);
        const rowsOf = terminal
          .screen()
          .match(/^[ >●]{0,4}drone-\d /gm)
          ?.map((row) => row.slice(-8));
        expect(rowsOf, terminal.screen()).toEqual([1, 2, 3, 4, 5].map((number) => `drone-${number} `));
      }
      terminal.resize(80, 24);
      await terminal.until(/all landed/, 90_000);
      await rig.quit();
      expect(terminal.ending()).toEqual({ status: 0, isCooked: true });
    } finally {
      await rig.close();
    }
  });

  it('of random keys for a minute never starts, never arms and never disarms, and lands all at the end', async () => {
    const count = 4;
    const rig = await PanelRig.start({ drones: count, show: 'circle' });
    const { terminal } = rig;
    const random = seeded(20_260);
    const pick = <T>(items: ArrayLike<T>): T => items[Math.floor(random() * items.length)] as T;
    try {
      await rig.makeReady(count);
      const takeoffs: number[] = [];
      const overMs = Date.now() + 60_000;
      let [nextMs, pressed] = [0, 0];
      while (Date.now() < overMs) {
        // Two fly, as far as the keys let them; two stand, and must go on standing.
        if (Date.now() >= nextMs) {
          nextMs = Date.now() + 12_000;
          takeoffs.push((await rig.ctl('takeoff', 'drone-1', 'drone-2')).code);
          const standing = (await rig.drones()).filter(({ id }) => /-[34]$/.test(id));
          expect(standing.map(({ telemetry }) => telemetry.armed)).toEqual([false, false]);
        }
        if (random() < 0.35) terminal.keys(pick(named));
        else terminal.type(pick(letters));
        pressed += 1;
        await rest(15);
        if (pressed % 40 === 0) expect(terminal.ending(), terminal.screen()).toBeUndefined();
      }
      expect(pressed).toBeGreaterThan(500);
      expect(takeoffs).toContain(0);
      const asked = rig.log().flatMap((line) => /^([a-z_]+): \d+ of \d+ ok$/.exec(line)?.[1] ?? []);
      expect(asked.filter((action) => needAnswer.includes(action))).toEqual([]);
      expect(asked.filter((action) => action === 'takeoff').length).toBeLessThanOrEqual(takeoffs.length);
      expect(rig.log().join('\n')).not.toMatch(/panel: /);
      await rig.ctl('takeoff', 'drone-1', 'drone-2');
      terminal.keys('C-x');
      await terminal.until(/LAND ALL/);
      await rig.allDrones(({ telemetry }) => telemetry.armed === false, 'landed');
      terminal.keys('Escape', 'Escape', 'Escape');
      await expectRightPicture(terminal);
      await rig.quit();
      expect(terminal.ending()).toEqual({ status: 0, isCooked: true });
    } finally {
      await rig.close();
    }
  });
});
