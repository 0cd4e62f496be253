/** An evening with a checklist, an alert that holds the start, and wind that holds the fleet: at the keyboard alone. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programPath } from '../support/program.js';
import { requireTmux, Terminal } from '../support/tmux.js';

/** More than any latency is: it is always raised. Wind is above its limit soon after the simulator's rises. */
const alerts = `[ALERTS]
[[latency]]
limit = 0.001
after = 0
action = hold_start
[[wind_high]]
limit = 3
clear = 1
after = 1
`;

describe('the panel of a server that watches', () => {
  let folder = '';
  let terminal: Terminal | undefined;

  beforeEach(() => {
    requireTmux();
    folder = mkdtempSync(join(tmpdir(), 'starling-oversight-'));
  });
  afterEach(() => {
    terminal?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  function demo(config: string, faults: string): Terminal {
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const list = file('list.txt', '[Weather]\nwind below 8 m/s\n[People]\ncordon closed\n');
    const ini = file('server.ini', `[CHECKLIST]\nfile = ${list}\n${config}`);
    const options = `--drones 2 --config ${ini} --faults ${file('faults.txt', faults)} --state ${join(folder, 'state')}`;
    terminal = new Terminal(`${process.execPath} ${programPath} demo ${options}`);
    return terminal;
  }

  it('lets nothing fly before the list is ticked and the alert is answered, and is told why the fleet is held', async () => {
    const panel = demo(alerts, '6 * wind 6\n');
    await panel.until(/^ 2 connected/m, 40_000);
    panel.keys('a', 'u');
    await panel.until(/NEXT all 2 selected ready; v: 2 of 2 items of the checklist are open/, 40_000);
    panel.keys('A');
    await panel.until(/"Weather: wind below 8 m\/s"[\s\S]*Press v for the checklist/);
    panel.keys('y', 'v');
    await panel.until(/Checklist: 2 of 2 open/);
    panel.keys('Space');
    await panel.until(/ticked: wind below 8 m\/s \(1 of 2\)/);
    panel.keys('Tab', 'Space');
    await panel.until(/Checklist: complete[\s\S]*cordon closed +panel \d\d:\d\d:\d\d/);
    panel.keys('Escape');
    await panel.until(/Press y to let it fly/);
    panel.keys('y');
    await panel.until(/MAY FLY[\s\S]* WARNING {2}latency[\s\S]*NEXT alert latency holds the start/);
    panel.keys('s');
    await panel.until(/> start: alert latency holds the start/);
    panel.keys('!', 'Enter');
    await panel.until(/Go on in spite of latency\?/);
    panel.keys('y');
    await panel.until(/alert: latency: accepted, until it is over[\s\S]* accepted {2}latency/);
    panel.keys('Escape');
    await panel.until(/NEXT all 2 selected ready: press s to start/);
    panel.keys('s', '4', 'Enter');
    await panel.until(
      /What is done by itself:[\s\S]*lost: [\s\S]*more lines of it in ![\s\S]*Press y for yes/,
    );
    panel.keys('y');
    await panel.until(/T-0?0:0\d/);

    const held = await panel.until(
      /HELD for an alert, 0:0\d: r goes on in spite of it, \^X lands all/,
      60_000,
    );
    expect(held).toMatch(/PAUSED at/);
    expect(held).toMatch(/wind 3\.0 m\/s or more at \d of 2 drones/);
    expect(held).toMatch(/ARMED: /);
    expect(held).toMatch(/ \^X LAND ALL /);
    // Nobody is selected: what is held is the whole fleet.
    panel.keys('n', 'r');
    const goesOn = await panel.until(/SHOW 0:\d\d[\s\S]* accepted {2}wind/);
    expect(goesOn).not.toContain('HELD');
    panel.keys('C-x');
    await panel.until(/ 0 armed/, 60_000);

    const recordings = join(folder, 'state', 'recordings');
    const journals = readdirSync(recordings, { recursive: true, encoding: 'utf8' })
      .filter((name) => /journal/.test(name))
      .map((name) => readFileSync(join(recordings, name), 'utf8'))
      .join('');
    for (const part of [
      'cordon closed',
      'alert latency was accepted by panel',
      'alert wind_high was accepted by panel',
    ])
      expect(journals).toContain(part);
  });

  it('says in the header that the black box does not record, where its folder can not be', async () => {
    const blocked = join(folder, 'server.ini', 'recordings');
    const panel = demo(`[RECORDER]\nfolder = ${blocked}\n`, '');
    await panel.until(/^ STARLING .* NOT RECORDED /m, 40_000);
    await panel.until(/^ 2 connected/m, 40_000);
    panel.keys('!');
    await panel.until(/Black box\s+nothing is recorded any more: L shows why/);
  });
});
