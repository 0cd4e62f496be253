import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { programPath } from '../support/program.js';
import { requireTmux, Terminal } from '../support/tmux.js';

describe('the panel in a real terminal of 80 by 24', () => {
  let terminal: Terminal;

  beforeAll(requireTmux);
  afterEach(() => terminal.close());

  async function readyFleet(count: number): Promise<void> {
    terminal = new Terminal(`${process.execPath} ${programPath} demo --drones ${count}`);
    await terminal.until(new RegExp(`${count} connected`));
    terminal.keys('a');
    await terminal.until(new RegExp(`${count} selected`));
    terminal.keys('u');
    await terminal.until(new RegExp(`upload: ${count} ok`));
    await terminal.until(new RegExp(`${count} ready`));
    await terminal.until(/NEXT .*press A to authorize/);
    terminal.keys('A');
    await terminal.until(/found no violations/);
    terminal.keys('y');
    await terminal.until(/MAY FLY[\s\S]*NEXT .*press s to start/);
  }

  async function startShow(delayS: string): Promise<void> {
    terminal.keys('s');
    await terminal.until(/Start 1\/2/);
    // The field holds its default: it is cleared first.
    terminal.keys('C-u');
    terminal.type(delayS);
    terminal.keys('Enter');
    await terminal.until(/Start 2\/2/);
    terminal.keys('y');
    await terminal.until(/T-00:0\d/);
  }

  async function quit(): Promise<void> {
    terminal.keys('q');
    await terminal.until(/End the server\?/);
    terminal.keys('y');
    await terminal.until(() => terminal.ending() !== undefined);
    expect(terminal.ending()).toEqual({ status: 0, isCooked: true });
  }

  it('shows a fleet, takes it through a whole show, and gives the terminal back', async () => {
    await readyFleet(2);
    const screen = terminal.screen();
    expect(screen).toMatch(/SECURE/);
    expect(screen).toMatch(/\^X LAND ALL/);
    expect(screen).toMatch(/NEXT .*press s to start/);
    await startShow('5');
    await terminal.until(/SHOW 0:0[5-9][\s\S]*2 armed|2 armed[\s\S]*SHOW 0:0[5-9]/, 30_000);
    terminal.keys('p');
    await terminal.until(/PAUSED at/);
    await terminal.until(/paused/);
    terminal.keys('r');
    await terminal.until(/SHOW 0:/);
    terminal.keys('q');
    await terminal.until(/drone-1[\s\S]*Press y for yes/);
    terminal.keys('Escape');
    await terminal.until(/all landed/, 90_000);
    expect(terminal.screen()).toMatch(/ 0 armed/);
    await quit();
  });

  it('lands every drone by Ctrl-X while a text is being typed, whatever is selected', async () => {
    await readyFleet(3);
    await startShow('5');
    await terminal.until(/3 armed/, 30_000);
    terminal.keys('n');
    await terminal.until(/0 selected/);
    terminal.keys('Space', 'd');
    await terminal.until(/type disarm/);
    terminal.type('disa');
    terminal.keys('C-x');
    await terminal.until(/LAND ALL: 3 ok/);
    await terminal.until(/ 0 armed/, 40_000);
    terminal.keys('Escape');
    await quit();
  });
});
