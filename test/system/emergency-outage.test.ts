/** Land by datagram over a network that loses everything for five seconds; needs root and iproute2 (network namespaces). */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Program, runProgram } from '../support/program.js';

const ground = 'starling-lost-ground';
const router = 'starling-lost-router';
const air = 'starling-lost-air';
const names = [ground, router, air];

function ip(...args: string[]): void {
  execFileSync('ip', args);
}

/** A router that does not forward drops in silence. */
function setForwarding(isOn: boolean): void {
  ip('netns', 'exec', router, 'sh', '-c', `echo ${isOn ? 1 : 0} > /proc/sys/net/ipv4/ip_forward`);
}

function join2(left: string, leftAddress: string, right: string, rightAddress: string, link: string): void {
  ip('link', 'add', link, 'netns', left, 'type', 'veth', 'peer', 'name', link, 'netns', right);
  ip('-n', left, 'addr', 'add', leftAddress, 'dev', link);
  ip('-n', right, 'addr', 'add', rightAddress, 'dev', link);
  for (const name of [left, right]) ip('-n', name, 'link', 'set', link, 'up');
}

const inside = (namespace: string) => ({ prefix: ['ip', 'netns', 'exec', namespace] });
const sleep = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));

describe('drones whose link loses everything for 5 s', () => {
  let state: string;
  const programs: Program[] = [];

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'starling-test-'));
    for (const name of names) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    join2(ground, '10.77.0.1/24', router, '10.77.0.254/24', 'lost0');
    join2(router, '10.78.0.254/24', air, '10.78.0.2/24', 'lost1');
    ip('-n', ground, 'route', 'add', 'default', 'via', '10.77.0.254');
    ip('-n', air, 'route', 'add', 'default', 'via', '10.78.0.254');
    setForwarding(true);
  });

  afterEach(async () => {
    for (const program of programs.splice(0).reverse()) await program.stop();
    for (const name of names) ip('netns', 'del', name);
    rmSync(state, { recursive: true });
  });

  it('begin to land within 300 ms after it is back', async () => {
    const server = new Program(['server', '--headless', '--state', state], inside(ground));
    programs.push(server);
    await server.says(/drones connect to/);
    const drones: Program[] = [];
    for (const id of ['drone-1', 'drone-2']) {
      const key = join(state, `${id}.key.json`);
      expect(await runProgram(['fleet', 'enroll', id, '-o', key, '--state', state])).toMatchObject({
        code: 0,
      });
      const wiring = [
        '--vehicle',
        'sim:',
        '--server',
        '10.77.0.1:25000',
        '--key',
        key,
        '--data',
        join(state, id),
      ];
      drones.push(new Program(['drone', '--id', id, ...wiring], inside(air)));
      programs.push(...drones.slice(-1));
      await server.says(new RegExp(`${id} connected from 10\\.78\\.0\\.2`), 30_000);
    }
    const options = { ...inside(ground), env: { STARLING_STATE: state } };
    const ctl = (...args: string[]) => runProgram(['ctl', ...args], options);
    await sleep(8000);
    expect(await ctl('takeoff', '--all')).toMatchObject({ code: 0 });
    await sleep(5000);
    setForwarding(false);
    await sleep(2500);
    const landing = ctl('land', '--all', '--json');
    await sleep(2500);
    const backMs = Date.now();
    setForwarding(true);
    for (const drone of drones) {
      const [, time = ''] = await drone.says(/"time":"([^"]+)"[^\n]*land: told by datagram/, 5000);
      const tookMs = Date.parse(time) - backMs;
      expect(tookMs).toBeGreaterThan(-20);
      expect(tookMs).toBeLessThan(300);
    }
    const { code, stdout } = await landing;
    expect(code).toBe(0);
    expect(stdout.match(/told by datagram/g)).toHaveLength(2);
  });
});
