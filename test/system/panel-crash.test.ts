import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PanelRig } from '../support/panel-rig.js';
import { requireTmux } from '../support/tmux.js';

/** The process id of the server in a rig's terminal. */
function pidOf({ terminal }: PanelRig): number {
  const pid = terminal.childPid();
  if (pid === undefined) throw new Error(`no server runs in the terminal:\n${terminal.screen()}`);
  return pid;
}

describe('a server that dies with its panel open', () => {
  let folder: string;

  beforeAll(() => {
    requireTmux();
    folder = mkdtempSync(join(tmpdir(), 'starling-crash-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('by a fault of its own gives the terminal back, and says why and where its log is', async () => {
    const fault = join(folder, 'fault.mjs');
    writeFileSync(fault, "process.on('SIGUSR2', () => { throw new Error('a fault of a test'); });\n");
    const rig = await PanelRig.start({ drones: 2, prefix: `NODE_OPTIONS='--import ${fault}'` });
    try {
      process.kill(pidOf(rig), 'SIGUSR2');
      await rig.terminal.until(() => rig.terminal.ending() !== undefined);
      expect(rig.terminal.ending()).toEqual({ status: 1, isCooked: true });
      // The terminal breaks long lines at its edge.
      const screen = rig.terminal.screen().replaceAll('\n', '');
      expect(screen).toContain('starling server has crashed: a fault of a test');
      expect(screen).toContain(`the log is ${join(rig.state, 'server.log')}`);
      expect(screen).toContain('Start the server again by the same command');
      expect(rig.terminal.modes()).toEqual({ isAlternate: false, hasCursor: true });
      expect(rig.log().at(-1)).toMatch(/^starling server has crashed: Error: a fault of a test\n +at /);
    } finally {
      await rig.close();
    }
  });

  // That no drone is moved by it: server-restart.test.ts.
  it('by force is started again in the same terminal, and has the fleet back within 3 s', async () => {
    // The terminal is wiped between the two: what is seen afterwards is the second server's.
    const again = (server: string) => `printf '\\033c'; ${server}`;
    const rig = await PanelRig.start({ drones: 3, show: 'circle', again });
    const { terminal } = rig;
    try {
      await rig.makeReady(3);
      await rig.startShow(5);
      await terminal.until(/ 3 armed/, 30_000);
      process.kill(pidOf(rig), 'SIGKILL');
      const fromMs = performance.now();
      await terminal.until((screen) => !screen.includes('connected'), 5000);
      await terminal.until(/SHOW 0:\d\d[\s\S]* 3 connected/);
      expect(performance.now() - fromMs).toBeLessThan(3000);
      await terminal.until(/ 3 connected +\d+ ready +3 armed/);
      terminal.keys('C-x');
      await terminal.until(/LAND ALL: 3 ok/);
      await terminal.until(/ 0 armed/, 40_000);
      await rig.quit();
    } finally {
      await rig.close();
    }
  });
});
