/** A package from its build to the fleet: signed, sent and installed in stages, by `starling ctl` and by the panel. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readFleet } from '../../lib/security/adapters/fleet-file.js';
import { deriveSigningKey, publicKeyHex } from '../../lib/security/keys.js';
import { Program, programPath, runProgram } from '../support/program.js';
import { requireTmux, Terminal } from '../support/tmux.js';
import { until } from '../support/until.js';
import { UpdatingDrone } from '../support/updating-drone.js';

const folder = mkdtempSync(join(tmpdir(), 'starling-update-'));
/** Each test has a server, and a fleet, of its own. */
let state = '';
const server: { port: number; control: number } = { port: 0, control: 0 };
let drones: UpdatingDrone[] = [];

beforeAll(requireTmux);
beforeEach(async ({ task }) => {
  state = join(folder, task.id);
  await runProgram(['fleet', 'enroll', 'somebody', '--state', state]);
});
afterEach(() => {
  for (const drone of drones) drone.close();
  drones = [];
  rmSync(join(folder, 'packages'), { recursive: true, force: true });
});
// The server of a terminal that was closed writes its last words.
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 30, retryDelay: 100 }));

const ctl = (...words: string[]) =>
  runProgram(['ctl', ...words, '--port', String(server.control)], { env: { STARLING_STATE: state } });

/** A small package with all that a real one says of itself; gives its path. */
function build(
  version: string,
  { name = 'starling-drone', packing = 'xz', architecture = 'arm64' } = {},
): string {
  const root = join(folder, 'root');
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  const control = [
    ...[`Package: ${name}`, `Version: ${version}`, `Architecture: ${architecture}`],
    ...['Maintainer: Test <test@example.org>', 'Description: a test', ''],
  ];
  writeFileSync(join(root, 'DEBIAN', 'control'), control.join('\n'));
  writeFileSync(join(root, 'payload'), Buffer.alloc(400_000, version));
  const target = join(folder, 'packages', `${name}_${version}_${architecture}.deb`);
  mkdirSync(join(folder, 'packages'), { recursive: true });
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', `-Z${packing}`, root, target]);
  return target;
}

async function freePort(): Promise<number> {
  const door = createServer();
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  await new Promise((resolve) => door.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function newPorts(): Promise<string[]> {
  [server.port, server.control] = [await freePort(), await freePort()];
  const ports = [
    '--bind',
    '127.0.0.1',
    '--port',
    String(server.port),
    '--control-port',
    String(server.control),
  ];
  return ['server', '--open', '--state', state, ...ports];
}

async function connectDrones(count: number): Promise<void> {
  const trusted = publicKeyHex(deriveSigningKey(readFleet(state).secret));
  for (let index = 1; index <= count; index += 1) {
    const drone = new UpdatingDrone(`drone-${index}`, { port: server.port, trusted });
    drone.installMs = 300;
    drones.push(drone);
    await drone.connect();
  }
}

describe('starling fleet sign', () => {
  it.each(['xz', 'gzip', 'zstd', 'none'])('signs a package that is packed with %s', async (packing) => {
    const path = build('0.9.0', { packing });
    const { code, stdout } = await runProgram(['fleet', 'sign', path, '--state', state]);
    expect([code, stdout]).toEqual([0, `${path}.sig: starling-drone 0.9.0 arm64 may be installed\n`]);
  });

  it('says what is wrong with a file, and signs none of those that were named with it', async () => {
    const good = build('0.9.1');
    const foreign = build('0.9.1', { name: 'starling-server' });
    const cut = join(folder, 'cut.deb');
    writeFileSync(cut, '!<arch>\n');
    const sign = async (...words: string[]) => {
      const { code, stderr } = await runProgram(['fleet', 'sign', ...words, '--state', state]);
      return [code, stderr];
    };
    expect(await sign(good, foreign)).toEqual([
      2,
      `starling: ${foreign} is the package starling-server: drones install starling-drone alone\n`,
    ]);
    expect(existsSync(`${good}.sig`)).toBe(false);
    expect(await sign(cut)).toEqual([
      2,
      `starling: ${cut} is no Debian package (.deb), or is cut short: copy it anew\n`,
    ]);
    expect(await sign(`${good}x`)).toEqual([2, `starling: ${good}x is not there\n`]);
    const nowhere = await runProgram(['fleet', 'sign', good, '--state', join(folder, 'none')]);
    expect(nowhere.stderr).toMatch(
      /there is no fleet in .*: sign where the server runs, or name its state folder/,
    );
    const older = await runProgram(['fleet', 'sign', good, '--older', '--state', state]);
    expect(older.stdout).toBe(
      `${good}.sig: starling-drone 0.9.1 arm64 may be installed, also in place of a newer version\n`,
    );
  });
});

it('starling ctl installs a signed package on one drone, then on the others, and says what became of each', async () => {
  const program = new Program([...(await newPorts()), '--headless']);
  try {
    await program.says(/control port/i);
    await connectDrones(4);
    const [, , , last] = drones;
    if (last) last.obstacle = 'no key is trusted';
    await until(async () => (await ctl('status')).stdout.includes('4 connected'));
    const path = build('0.2.0');
    const unsigned = await ctl('update_software', path, '--all');
    expect([unsigned.code, drones[0]?.files.size]).toEqual([1, 0]);
    expect(unsigned.stdout).toContain(`sign the package: starling fleet sign ${path}`);
    await runProgram(['fleet', 'sign', path, '--state', state]);
    const { stdout, code } = await ctl(
      'update_software',
      join(folder, 'packages'),
      '--all',
      '--stages',
      '1,all',
    );
    expect([code, ...stdout.trim().split('\n')]).toEqual([
      1,
      'drone-1  ok       0.1.0 is 0.2.0 now',
      'drone-2  ok       0.1.0 is 0.2.0 now',
      'drone-3  ok       0.1.0 is 0.2.0 now',
      'drone-4  skipped  not_supported: no key is trusted',
    ]);
    const { stdout: software } = await ctl('software');
    const lines = software.trim().split('\n');
    expect(lines[0]).toMatch(/^ID +VERSION +FOR +UPDATES$/);
    expect(lines[1]).toMatch(/^drone-1 +0\.2\.0 +arm64 +done, 0\.2\.0 at 20.*Z: 0\.1\.0 is 0\.2\.0 now$/);
    expect(lines[4]).toMatch(/^drone-4 +0\.1\.0 +arm64 +no key is trusted$/);
    expect((await ctl('update_stop')).stderr).toBe('starling ctl: no update is on\n');
  } finally {
    await program.stop();
  }
});

it('the panel finds the package, tells how far the update is, and who did not come through', async () => {
  const path = build('0.3.0');
  await runProgram(['fleet', 'sign', path, '--state', state]);
  const server = [process.execPath, programPath, ...(await newPorts())].join(' ');
  const terminal = new Terminal(`cd ${folder}/packages; ${server}`);
  try {
    await terminal.until(/no drones yet/);
    await connectDrones(6);
    const [, second, third] = drones;
    for (const drone of drones) drone.installMs = 1500;
    if (second) second.plan = 'rolled_back';
    if (third) third.architecture = 'armhf';
    await terminal.until(/^ 6 connected/m);
    terminal.keys('a');
    await terminal.until(/6 selected/);
    terminal.keys('m');
    await terminal.until(/type to search/);
    terminal.type('update');
    await terminal.until(/> files +Update the software/);
    terminal.keys('Enter');
    await terminal.until(/path: +_ +Tab looks for it/);
    terminal.keys('Tab');
    await terminal.until(/starling-drone_0\.3\.0_arm64\.deb\b/);
    terminal.type('0.3.0_arm64.deb');
    terminal.keys('Enter');
    await terminal.until(/path: .*0\.3\.0_arm64\.deb_/);
    terminal.keys('Down');
    terminal.type('1,2,all');
    terminal.keys('Enter');
    await terminal.until(/Update the software\?[\s\S]*6 drones: [\s\S]*stages 1,2,all/);
    terminal.keys('y');
    await terminal.until(/NEXT +update 0\.3\.0, stage 1\/3: 0\/6 done, 1 installing; e each/);
    terminal.keys('e');
    const sheet = await terminal.until(/Update to 0\.3\.0: stage 2 of 3/);
    expect(sheet).toMatch(/1 drone done: drone-1/);
    expect(sheet).toMatch(/drone-3 skipped: none of the packages is for armhf/);
    await terminal.until(
      /Update to 0\.3\.0: over[\s\S]*No other drone begins: drone-2 went back[\s\S]*drone-2 is BACK at its old version: the new client/,
    );
    expect(terminal.screen()).toMatch(/2 drones done: drone-1, drone-4/);
    expect(terminal.screen()).toMatch(/2 drones not begun: drone-5, drone-6/);
    terminal.keys('Escape');
    await terminal.until(/update: 1 FAILED: drone-2 the new client was not well in 60 s/);
    terminal.keys('e');
    await terminal.until(
      /update: 1 failed, 3 left out, 2 done[\s\S]*drone-5 called_off: not begun: drone-2 went back/,
    );
  } finally {
    terminal.close();
  }
});
