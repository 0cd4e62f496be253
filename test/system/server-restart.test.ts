import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { Program, runProgram } from '../support/program.js';
import { until } from '../support/until.js';

const circle = fileURLToPath(new URL('../../shows/circle', import.meta.url));
const ids = ['drone-1', 'drone-2', 'drone-3'];

type Listed = {
  id: string;
  ready: boolean;
  connected: boolean;
  telemetry: { armed?: boolean; last_task?: string; start?: unknown[] };
};
type Status = { phase: string; startAt: string | null; authorization: object | null };

describe('a server that is killed or stalls in mid-show', () => {
  let state: string;
  let server: Program;
  let last: RunningServer | undefined;
  let sim: Program;
  let dronePort: number;
  let controlPort: number;

  const ctl = (...args: string[]) =>
    runProgram(['ctl', ...args, '--json', '--port', String(controlPort)], { env: { STARLING_STATE: state } });
  const list = async () => JSON.parse((await ctl('list')).stdout || '[]') as Listed[];
  const status = async () => JSON.parse((await ctl('status')).stdout) as Status;

  async function allDrones(isSo: (drone: Listed) => boolean, what: string): Promise<void> {
    let drones: Listed[] = [];
    await until(
      async () => {
        drones = await list();
        return drones.length === ids.length && drones.every(isSo);
      },
      40_000,
      () => `${what}: ${JSON.stringify(drones)}`,
    );
  }

  async function startProgram(...more: string[]): Promise<void> {
    const ports = ['--port', String(dronePort), '--control-port', String(controlPort)];
    server = new Program([
      'server',
      '--headless',
      '--bind',
      '127.0.0.1',
      ...ports,
      '--state',
      state,
      ...more,
    ]);
    const [, drones, control] = await server.says(/connect to 127\.0\.0\.1:(\d+); .*127\.0\.0\.1:(\d+)/);
    dronePort = Number(drones);
    controlPort = Number(control);
  }

  async function kill(): Promise<void> {
    server.signal('SIGKILL');
    await server.end();
  }

  beforeEach(async () => {
    last = undefined;
    [dronePort, controlPort] = [0, 0];
    state = mkdtempSync(join(tmpdir(), 'starling-test-'));
    await startProgram('--show', circle);
    sim = new Program(['sim', '--drones', '3', '--server', `127.0.0.1:${dronePort}`, '--fleet', state]);
    await allDrones(({ connected }) => connected, 'connected');
    expect(await ctl('upload', '--all')).toMatchObject({ code: 0 });
    await allDrones(({ ready }) => ready, 'ready');
    expect(await ctl('authorize', '--all')).toMatchObject({ code: 0 });
  });

  afterEach(async () => {
    await sim.stop();
    await server.stop();
    await last?.close();
    rmSync(state, { recursive: true });
  });

  it('comes back within seconds to the show as it is, and no drone was moved by it', async () => {
    expect(await ctl('start', '--all', '--delay', '4')).toMatchObject({ code: 0 });
    await allDrones(({ telemetry }) => telemetry.armed === true, 'armed');
    const before = await status();
    expect(before.phase).toBe('running');
    await kill();
    const fromMs = performance.now();
    await startProgram();
    await server.says(new RegExp(ids.map((id) => `(?=[\\s\\S]*${id} connected)`).join('')));
    expect(performance.now() - fromMs).toBeLessThan(3000);
    const { phase: phaseNow, startAt, authorization } = await status();
    expect({ phase: phaseNow, startAt }).toEqual({ phase: 'running', startAt: before.startAt });
    expect(authorization).toMatchObject({ scope: 'live', ids });
    expect(server.stdout).toContain('a show is on: this server was started anew in it');
    expect(await ctl('pause', '--all')).toMatchObject({ code: 0 });
    const paused = await status();
    expect(paused).toMatchObject({ phase: 'paused', startAt: before.startAt });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await kill();
    await startProgram();
    await allDrones(({ telemetry }) => telemetry.last_task === 'paused', 'paused');
    expect((await status()).phase).toBe('paused');
    expect(await ctl('resume', '--all')).toMatchObject({ code: 0 });
    const resumed = await status();
    expect(resumed.phase).toBe('running');
    expect(Date.parse(String(resumed.startAt))).toBeGreaterThan(Date.parse(String(before.startAt)) + 500);
    await kill();
    const server3 = await startServer({
      ...{ clock: new SystemClock(), version: '0.1.0', stateFolder: state, isHeadless: true },
      ...{ port: dronePort, bind: '127.0.0.1', controlPort, isDiscoverable: false },
    });
    last = server3;
    const { facade } = server3;
    const phase = () => facade.snapshot().phase;
    const now = phase();
    expect(now.phase === 'running' && Math.floor(now.startUtcMs)).toBe(Date.parse(String(resumed.startAt)));
    await until(() => phase().phase === 'idle', 90_000, 'the end of the show');
    for (const id of ids) {
      const report = (await facade.ask(id, 'flight_report')) as Record<string, number>;
      expect(report).toMatchObject({ result: 'landed', isFlying: false });
      const said = `${id}, in what the drones said:\n${sim.stderr}`;
      expect(report.maxDistanceM, said).toBeLessThan(1.5);
      expect(report.rmsDistanceM, said).toBeLessThan(0.5);
    }
  });

  // After an accident of the field: live drones looked dead to a server that had stalled, and Kill was blocked.
  it('for 17 s moves no drone, takes none for dead, and lands all at once when it is back', async () => {
    expect(await ctl('start', '--all', '--delay', '4')).toMatchObject({ code: 0 });
    await allDrones(({ telemetry }) => telemetry.armed === true, 'armed');
    server.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 17_000));
    server.signal('SIGCONT');
    const backMs = performance.now();
    const landed = await ctl('land');
    const tookMs = performance.now() - backMs;
    expect({ ...landed, tookMs }).toMatchObject({ code: 0 });
    expect(tookMs).toBeLessThan(3000);
    await allDrones(({ connected, telemetry }) => connected && telemetry.armed === false, 'landed');
    // It is reported that the server is lost, and nothing is done about it.
    expect(sim.stderr).not.toMatch(/failsafe: (?!the server is lost.*\(report\))/);
  });

  it('in its countdown goes on counting down, and the show is flown as it was told', async () => {
    expect(await ctl('start', '--all', '--delay', '10')).toMatchObject({ code: 0 });
    const before = await status();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await kill();
    await startProgram();
    expect(await status()).toMatchObject({ phase: 'countdown', startAt: before.startAt });
    await allDrones(({ telemetry }) => telemetry.armed === true, 'armed');
    expect((await status()).phase).toBe('running');
    expect(await ctl('land', '--all')).toMatchObject({ code: 0 });
  });

  it('and stays away in its countdown, leaves its drones on the ground', async () => {
    expect(await ctl('start', '--all', '--delay', '6')).toMatchObject({ code: 0 });
    await kill();
    await sim.says(
      /drone-1.*the server was gone at the last moment at which it could have called the start off/,
    );
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await startProgram();
    await allDrones(({ telemetry }) => telemetry.armed === false, 'on the ground');
    await until(async () => (await status()).phase === 'idle', 10_000, 'idle');
  });

  it('and has lost its state, calls off what its drones count down to', async () => {
    expect(await ctl('start', '--all', '--delay', '15')).toMatchObject({ code: 0 });
    await kill();
    rmSync(join(state, 'state.json'));
    await startProgram('--show', circle);
    await allDrones(({ telemetry }) => telemetry.start?.length === 0, 'nothing planned');
    expect(server.stdout).toContain('drone-2 counts down to a start that nobody means any more');
  });
});
