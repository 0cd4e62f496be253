/** The example script for `starling ctl`, run by bash against a server and two simulated drones. Needs the Debian package jq. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Program, programPath, runProgram } from '../support/program.js';
import { until } from '../support/until.js';

const script = fileURLToPath(new URL('../../shows/examples/evening.sh', import.meta.url));

/** Stands 0.5 s, rises to 1 m in 2 s, waits, sinks in 2 s, stands. Frames of 0.1 s. */
function shortShow(x: number, waitS: number): string {
  const eased = (u: number) => (1 - Math.cos(Math.PI * u)) / 2;
  const heights = [
    ...Array.from({ length: 5 }, () => 0),
    ...Array.from({ length: 20 }, (_, i) => eased((i + 1) / 20)),
    ...Array.from({ length: waitS * 10 }, () => 1),
    ...Array.from({ length: 20 }, (_, i) => 1 - eased((i + 1) / 20)),
    ...Array.from({ length: 5 }, () => 0),
  ];
  const rows = heights.map((z, i) => `${i + 1},${x},0,${z.toFixed(3)},0,0,255,0`);
  return `short\n${rows.join('\n')}\n`;
}

describe('the evening by a script', () => {
  let folder: string;
  let server: Program;
  let sim: Program;
  let ctlOptions: string[];
  let evening: ChildProcess | undefined;
  let said: string;

  function begin(...options: string[]): void {
    const env = { ...process.env, STARLING: `${process.execPath} ${programPath}` };
    const child = spawn('bash', [script, ...options, '--', ...ctlOptions], { env, stdio: 'pipe' });
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk: Buffer) => {
        said += chunk;
      });
    evening = child;
  }

  async function ended(): Promise<number | null> {
    if (evening?.exitCode === null) await once(evening, 'exit');
    return evening?.exitCode ?? null;
  }

  const areArmed = async () => {
    const { stdout } = await runProgram(['ctl', 'list', '--json', ...ctlOptions]);
    const drones = JSON.parse(stdout) as { telemetry: { armed?: boolean } }[];
    return drones.map(({ telemetry }) => telemetry.armed);
  };

  async function fleet(waitS: number): Promise<void> {
    const show = join(folder, 'short');
    mkdirSync(show);
    for (const number of [1, 2])
      writeFileSync(join(show, `drone-${number}.csv`), shortShow(3 * number, waitS));
    const state = join(folder, 'state');
    const ports = ['--port', '0', '--control-port', '0', '--state', state, '--show', show];
    server = new Program(['server', '--headless', '--open', '--bind', '127.0.0.1', ...ports]);
    const [, drones, control] = await server.says(/connect to 127\.0\.0\.1:(\d+); .*127\.0\.0\.1:(\d+)/);
    ctlOptions = ['--port', String(control), '--token-file', join(state, 'control-token')];
    sim = new Program(['sim', '--drones', '2', '--open', '--server', `127.0.0.1:${drones}`]);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'starling-evening-'));
    evening = undefined;
    said = '';
  });

  afterEach(async () => {
    if (evening?.exitCode === null) evening.kill('SIGKILL');
    await sim.stop();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('flies the show from upload to landing and tells the batteries', async () => {
    await fleet(2);
    begin('-d', '4');
    expect({ code: await ended(), said }).toMatchObject({ code: 0 });
    for (const line of [
      'Show short, 2 drones',
      'All ready',
      'Phase: countdown',
      'Phase: running',
      'Phase: idle',
    ])
      expect(said).toContain(line);
    expect(said).toMatch(/All have landed\.[\s\S]*Batteries:\n {2}drone-1 {2}\d+ %\n {2}drone-2 {2}\d+ %\n$/);
    expect(await areArmed()).toEqual([false, false]);
  });

  it('lands everybody when it is ended in mid-show, and fails', async () => {
    await fleet(60);
    begin('-d', '4');
    await until(
      () => said.includes('Phase: running'),
      60_000,
      () => said,
    );
    await until(async () => (await areArmed()).every((isArmed) => isArmed), 20_000, 'armed');
    evening?.kill('SIGTERM');
    expect(await ended()).toBe(1);
    expect(said).toContain('landing everybody');
    await until(async () => (await areArmed()).every((isArmed) => isArmed === false), 40_000, 'landed');
  });

  it('starts nothing when a drone of the show is not there, and says how many are', async () => {
    await fleet(2);
    begin('-n', '3', '-t', '2');
    expect(await ended()).toBe(1);
    expect(said).toMatch(/Waited 2 s for 3 drones to be there: [0-2] there[\s\S]*nothing was started/);
  });

  it('says how it is called when it is called wrongly', async () => {
    await fleet(2);
    begin('-n', 'many');
    expect(await ended()).toBe(2);
    expect(said).toMatch(/"many" is no number\nUsage: evening\.sh/);
  });
});
