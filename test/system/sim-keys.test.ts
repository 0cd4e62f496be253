import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Program, programPath } from '../support/program.js';
import { requireTmux, Terminal } from '../support/tmux.js';

let state: string;
let server: Program;
let terminal: Terminal;

beforeAll(requireTmux);

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'starling-test-'));
  const wiring = ['--bind', '127.0.0.1', '--port', '0', '--control-port', '0', '--state', state];
  server = new Program(['server', '--headless', ...wiring]);
  const [, port] = await server.says(/connect to 127\.0\.0\.1:(\d+)/);
  const sim = `sim --drones 2 --server 127.0.0.1:${port} --fleet ${state}`;
  terminal = new Terminal(`${process.execPath} ${programPath} ${sim}`);
});

afterEach(async () => {
  terminal.close();
  await server.stop();
  rmSync(state, { recursive: true });
});

it('a simulated fleet takes faults by key, and gives the terminal back', async () => {
  await terminal.until(/faults by key: a drone number, then m motor-loss/);
  await server.says(/drone-1 connected[\s\S]*drone-2 connected|drone-2 connected[\s\S]*drone-1 connected/);
  terminal.type('2c');
  await terminal.until(/drone-2: link-cut/);
  terminal.type('7m');
  await terminal.until(/there is no drone 7: 1 to 2/);
  terminal.keys('C-c');
  await terminal.until(() => terminal.ending() !== undefined);
  expect(terminal.ending()).toEqual({ status: 0, isCooked: true });
});
