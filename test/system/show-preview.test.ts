import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { programPath } from '../support/program.js';
import { requireTmux, Terminal } from '../support/tmux.js';

const circle = fileURLToPath(new URL('../../shows/circle', import.meta.url));

describe('the preview of a show in a real terminal', () => {
  let terminal: Terminal;

  beforeAll(requireTmux);
  afterEach(() => terminal.close());

  async function open(): Promise<void> {
    terminal = new Terminal(
      `echo before; echo "pid $$"; ${process.execPath} ${programPath} show preview ${circle}`,
    );
    await terminal.until(/▶ 0:0\d\.\d of 0:40\.0/);
  }

  async function hasEnded(): Promise<void> {
    await terminal.until(() => terminal.ending() !== undefined);
    expect(terminal.ending()).toEqual({ status: 0, isCooked: true });
    // What was on the screen before the preview is there again.
    expect(terminal.screen()).toMatch(/before\n/);
  }

  it('plays, jumps, pauses, turns the view, fits a new size, and gives the terminal back by q', async () => {
    await open();
    terminal.keys('Right', 'Right', 'Space');
    await terminal.until(/paused 0:1\d\.\d/);
    const above = await terminal.until(/from above: x →, y ↑/);
    expect(above.match(/[▀▄]/g)?.length).toBeGreaterThanOrEqual(3);
    terminal.keys('v');
    await terminal.until(/from the side: x →, z ↑/);
    terminal.keys('End');
    await terminal.until(/paused 0:40\.0/);
    terminal.resize(200, 60);
    await terminal.until((screen) => screen.split('\n').filter((line) => line.length === 200).length > 2);
    expect(terminal.screen()).toMatch(/q quit\s*$/);
    terminal.keys('q');
    await hasEnded();
  });

  it('gives the terminal back by Ctrl-C', async () => {
    await open();
    terminal.keys('C-c');
    await hasEnded();
  });
});
