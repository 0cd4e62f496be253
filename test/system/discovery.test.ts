import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Program, runProgram } from '../support/program.js';

const ground = 'starling-ground';
const air = 'starling-air';

function ip(...args: string[]): void {
  execFileSync('ip', args);
}

const inside = (namespace: string) => ({ prefix: ['ip', 'netns', 'exec', namespace] });

describe('two hosts on a network without a default route', () => {
  let state: string;
  const programs: Program[] = [];

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'starling-test-'));
    for (const name of [ground, air]) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('link', 'add', 'veth0', 'netns', ground, 'type', 'veth', 'peer', 'name', 'veth0', 'netns', air);
    ip('-n', ground, 'addr', 'add', '10.77.0.1/24', 'brd', '+', 'dev', 'veth0');
    ip('-n', air, 'addr', 'add', '10.77.0.2/24', 'brd', '+', 'dev', 'veth0');
    for (const name of [ground, air]) ip('-n', name, 'link', 'set', 'veth0', 'up');
  });

  afterEach(async () => {
    for (const program of programs.splice(0).reverse()) await program.stop();
    for (const name of [ground, air]) ip('netns', 'del', name);
    rmSync(state, { recursive: true });
  });

  it('find each other: drones that know no address connect to the server', async () => {
    const server = new Program(['server', '--headless', '--state', state], inside(ground));
    programs.push(server);
    await server.says(/drones connect to 10\.77\.0\.1:25000/);
    programs.push(new Program(['sim', '--drones', '2', '--fleet', state], inside(air)));
    await server.says(/drone-1 connected from 10\.77\.0\.2/, 30_000);
    await server.says(/drone-2 connected from 10\.77\.0\.2/);
    const options = { ...inside(ground), env: { STARLING_STATE: state } };
    const { stdout } = await runProgram(['ctl', 'list', '--json'], options);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: 'drone-1', connected: true },
      { id: 'drone-2', connected: true },
    ]);
  });
});
