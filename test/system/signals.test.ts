import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Program, runProgram } from '../support/program.js';

const circle = fileURLToPath(new URL('../../shows/circle', import.meta.url));

describe('the end of programs while drones fly', () => {
  let state: string;
  let server: Program;
  let sim: Program;
  let controlPort: string;

  const ctl = (...args: string[]) =>
    runProgram(['ctl', ...args, '--json', '--port', controlPort], { env: { STARLING_STATE: state } });

  async function allDrones(isSo: (drone: { ready: boolean; telemetry: { armed?: boolean } }) => boolean) {
    const untilMs = Date.now() + 40_000;
    for (;;) {
      const drones = JSON.parse((await ctl('list')).stdout || '[]') as Parameters<typeof isSo>[0][];
      if (drones.length === 2 && drones.every(isSo)) return;
      if (Date.now() > untilMs) throw new Error(`the fleet is not so: ${JSON.stringify(drones)}`);
    }
  }

  beforeEach(async () => {
    state = mkdtempSync(join(tmpdir(), 'starling-test-'));
    const wiring = ['--bind', '127.0.0.1', '--port', '0', '--control-port', '0', '--state', state];
    server = new Program(['server', '--headless', '--show', circle, ...wiring]);
    const [, dronePort = '', port = ''] = await server.says(
      /connect to 127\.0\.0\.1:(\d+); .*127\.0\.0\.1:(\d+)/,
    );
    controlPort = port;
    sim = new Program(['sim', '--drones', '2', '--server', `127.0.0.1:${dronePort}`, '--fleet', state]);
    await server.says(/drone-1 connected[\s\S]*drone-2 connected|drone-2 connected[\s\S]*drone-1 connected/);
    expect(await ctl('upload', '--all')).toMatchObject({ code: 0 });
    await allDrones(({ ready }) => ready);
    expect(await ctl('authorize', '--all')).toMatchObject({ code: 0 });
    expect(await ctl('start', '--all', '--delay', '4')).toMatchObject({ code: 0 });
    await allDrones(({ telemetry }) => telemetry.armed === true);
  });

  afterEach(async () => {
    await sim.stop();
    await server.stop();
    rmSync(state, { recursive: true });
  });

  it('is refused to the first Ctrl-C, which says who flies, and granted to the second', async () => {
    server.signal('SIGINT');
    await server.says(/armed: drone-1, drone-2\./);
    expect(await ctl('land')).toMatchObject({ code: 0 });
    sim.signal('SIGINT');
    await sim.says(/armed: drone-1, drone-2\./);
    expect(sim.hasEnded).toBe(false);
    server.signal('SIGINT');
    expect(await server.end()).toBe(0);
    sim.signal('SIGINT');
    expect(await sim.end()).toBe(0);
  });

  it('is granted to SIGTERM at once', async () => {
    server.signal('SIGTERM');
    expect(await server.end()).toBe(0);
    sim.signal('SIGTERM');
    expect(await sim.end()).toBe(0);
  });
});

describe('the end of a demo before its show is over', () => {
  let temporary: string;
  let demo: Program;

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'starling-test-'));
    demo = new Program(['demo', '--headless', '--drones', '2'], { env: { TMPDIR: temporary } });
  });

  afterEach(async () => {
    await demo.stop();
    rmSync(temporary, { recursive: true });
  });

  it('comes at once when it is told to, and leaves nothing behind', async () => {
    await demo.says(/the show starts in/, 40_000);
    demo.signal('SIGTERM');
    expect(await demo.end(5000)).toBe(1);
    expect(demo.stderr).toMatch(/ended by SIGTERM before the show was over\n$/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('comes when its fleet is killed, is told, and leaves nothing behind', async () => {
    await demo.says(/countdown/, 40_000);
    const fleet = execFileSync('ps', ['--ppid', String(demo.child.pid), '-o', 'pid='], { encoding: 'utf8' });
    process.kill(Number(fleet), 'SIGKILL');
    expect(await demo.end(5000)).toBe(1);
    expect(demo.stderr).toMatch(/the simulated fleet has ended \(SIGKILL\)/);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
