import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { programPath } from '../support/program.js';
import { requireTmux, Terminal } from '../support/tmux.js';

describe('the demo at its panel, in a real terminal of 80 by 24', () => {
  let terminal: Terminal;

  beforeAll(requireTmux);
  afterEach(() => terminal.close());

  it('shows a fleet, takes it through a whole show, and gives the terminal back', async () => {
    terminal = new Terminal(`${process.execPath} ${programPath} demo --drones 2`);
    await terminal.until(/^ 2 connected/m, 30_000);
    terminal.keys('a');
    await terminal.until(/ 2 selected/);
    terminal.keys('u');
    await terminal.until(/upload: 2 ok/);
    await terminal.until(/ 2 ready/);
    await terminal.until(/NEXT .*press A to authorize/);
    terminal.keys('A');
    await terminal.until(/found no violations/);
    terminal.keys('y');
    const screen = await terminal.until(/MAY FLY[\s\S]*NEXT .*press s to start/);
    expect(screen).toMatch(/SECURE/);
    expect(screen).toMatch(/\^X LAND ALL/);
    terminal.keys('s');
    // An empty field is its default.
    await terminal.until(/Start the show \([\s\S]*> delay: +_ +empty = 10/);
    terminal.type('5');
    terminal.keys('Enter');
    await terminal.until(/Start: is everybody clear of the drones\?[\s\S]* in 5 s with 2 drones/);
    terminal.keys('y');
    await terminal.until(/T-00:0\d/);
    await terminal.until(/SHOW 0:0[5-9][\s\S]* 2 armed/, 30_000);
    terminal.keys('q');
    await terminal.until(/drone-1[\s\S]*Press y for yes/);
    terminal.keys('Escape');
    await terminal.until(/all landed/, 90_000);
    expect(terminal.screen()).toMatch(/ 0 armed/);
    terminal.keys('q');
    await terminal.until(/End the server\?/);
    terminal.keys('y');
    await terminal.until(() => terminal.ending() !== undefined);
    expect(terminal.ending()).toEqual({ status: 0, isCooked: true });
  });
});
