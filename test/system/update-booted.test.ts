/**
 * Updates on a booted Debian: the drone's package with its units and their limits, a server that sends the next one. Needs
 * root, debootstrap, a mirror of Debian, and Node's package of npm, from its cache or the registry.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFleet } from '../../lib/security/adapters/fleet-file.js';
import { deriveSigningKey, publicKeyHex } from '../../lib/security/keys.js';
import { BootedDebian } from '../support/booted-debian.js';
import { buildMs, builtPackage } from '../support/built-packages.js';
import { DebianRoot } from '../support/debian-root.js';
import { Program, runProgram } from '../support/program.js';
import { until } from '../support/until.js';

const makeMs = 600_000;
const id = 'pi-7';

let folder: string;
let state: string;
let server: Program;
let control: string;
let root: DebianRoot;
let debian: BootedDebian;

/** The package with another version, which its client says too; packed, as drones take no longer ones. */
function version(next: string, edit: (tree: string) => void = () => undefined): string {
  const tree = join(folder, next);
  execFileSync('dpkg-deb', ['--raw-extract', builtPackage('starling-drone'), tree]);
  const change = (path: string, from: RegExp, to: string) =>
    writeFileSync(join(tree, path), readFileSync(join(tree, path), 'utf8').replace(from, to));
  change('DEBIAN/control', /^Version: .*$/m, `Version: ${next}`);
  change('usr/lib/starling-drone/package.json', /"version": ?"[^"]*"/, `"version":"${next}"`);
  edit(tree);
  const target = join(folder, `starling-drone_${next}.deb`);
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Zgzip', '-z1', tree, target]);
  rmSync(tree, { recursive: true });
  return target;
}

const ctl = (...words: string[]) =>
  runProgram(['ctl', ...words, '--port', control], { env: { STARLING_STATE: state }, timeoutMs: 300_000 });

async function joins(): Promise<void> {
  const isConnected = async () => {
    const { stdout } = await ctl('list', '--json');
    const listed = JSON.parse(stdout || '[]') as { id: string; connected: boolean }[];
    return listed.some((one) => one.id === id && one.connected);
  };
  await until(isConnected, 60_000, `${id} joins`);
}

async function sendUpdate(path: string): Promise<string> {
  const signed = await runProgram(['fleet', 'sign', path, '--state', state]);
  expect(signed, signed.stderr).toMatchObject({ code: 0 });
  return (await ctl('update_software', path, '--all')).stdout;
}

const installed = async () => (await debian.must("dpkg -l starling-drone | awk 'END {print $1, $3}'")).trim();
const report = async () =>
  JSON.parse(await debian.must('cat /var/lib/starling-drone-helper/report/update.json')) as {
    outcome: string;
    text: string;
  };
const mainPid = async () =>
  Number(await debian.must('systemctl show --property MainPID --value starling-drone'));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  state = join(folder, 'state');
  root = await DebianRoot.make();
  const key = join(folder, 'key.json');
  const enrolment = await runProgram(['fleet', 'enroll', id, '-o', key, '--state', state]);
  expect(enrolment, enrolment.stderr).toMatchObject({ code: 0 });
  server = new Program([
    ...['server', '--headless', '--bind', '127.0.0.1', '--port', '0', '--control-port', '0'],
    ...['--state', state],
  ]);
  const [, port, controlPort = ''] = await server.says(/connect to 127\.0\.0\.1:(\d+); .*127\.0\.0\.1:(\d+)/);
  control = controlPort;
  debian = await BootedDebian.boot(root, { network: 'host' });
  await debian.copyIn(version('0.0.1'), '/tmp/first.deb');
  await debian.must('dpkg -i /tmp/first.deb');
  const trusted = publicKeyHex(deriveSigningKey(readFleet(state).secret));
  await debian.must(`echo ${trusted} >/etc/starling-drone-helper/trusted/fleet.pub`);
  await debian.copyIn(key, '/tmp/key.json');
  await debian.must(`install -o starling -g starling -m 0600 /tmp/key.json /etc/starling/key
    sed -i 's/^host = .*/host = 127.0.0.1/; s/^port = .*/port = ${port}/' /etc/starling/drone.ini
    sed -i 's/^STARLING_VEHICLE=.*/STARLING_VEHICLE=sim:/' /etc/default/starling-drone
    systemctl restart starling-drone`);
  await joins();
}, makeMs + buildMs);

afterAll(async () => {
  await debian?.close();
  await root?.close();
  await server?.stop();
  rmSync(folder, { recursive: true });
});

it('an update that its server sends is installed by the helper as its unit lets it', async () => {
  const told = await sendUpdate(version('0.0.2'));
  expect(told, await debian.journal('starling-drone-helper')).toMatch(/pi-7 +ok/);
  expect([await installed(), (await report()).outcome]).toEqual(['ii 0.0.2', 'done']);
  await joins();
  expect(await debian.must('ls -A /var/lib/starling-drone-helper/work')).toBe('');
  expect(await debian.must('systemctl --failed --quiet --plain')).toBe('');
}, 200_000);

it('one whose client falls is taken back, with whatever lies in the folder of the configuration', async () => {
  await joins();
  await debian.must(`cd /etc/starling && mkfifo pipe && ln -s /etc/shadow link && ln -s nowhere 'a
b' && mkdir -p -m 0700 deep/er && touch deep/er/file && chmod 0600 deep/er/file
    chown -hR starling:starling . && chmod g+s . deep
    find . -printf '%p %M %u %g %l\\n' | sort >/root/before`);
  const told = await sendUpdate(
    version('0.0.3', (tree) =>
      writeFileSync(join(tree, 'usr/lib/starling-drone/starling'), '#!/bin/sh\nexit 1\n', { mode: 0o755 }),
    ),
  );
  expect(told, await debian.journal('starling-drone-helper')).toMatch(/pi-7 .*rolled_back|taken back/);
  expect([await installed(), (await report()).outcome]).toEqual(['ii 0.0.2', 'rolled_back']);
  expect(
    await debian.must(
      "cd /etc/starling && find . -printf '%p %M %u %g %l\\n' | sort | diff /root/before - && ls -A /etc | grep '^.starling' || true",
    ),
  ).toBe('');
  await joins();
}, 300_000);

it('the user of the client gets its jobs done, none while the mark is there, and none of its last life', async () => {
  await joins();
  const [first, ask] = [await mainPid(), 'runuser -u starling -- touch /run/starling-drone-requests/'];
  await debian.must(`touch /run/starling-drone/armed; ${ask}restart-client`);
  const result = async () =>
    debian.run('cat /run/starling-drone-helper/restart-client.json').then(({ stdout }) => stdout);
  await until(async () => (await result()).includes('armed'), 20_000);
  expect(await mainPid()).toBe(first);
  await debian.must(`rm /run/starling-drone/armed; ${ask}restart-client`);
  await until(async () => ![0, first].includes(await mainPid()), 20_000);
  await joins();
  await debian.must(
    `systemctl stop starling-drone-helper.path; ${ask}reboot; systemctl restart starling-drone`,
  );
  const isForgotten = async () => (await debian.must('ls /run/starling-drone-requests')) === '';
  await until(isForgotten, 20_000);
  await debian.must('systemctl start starling-drone-helper.path');
  await joins();
}, 120_000);

it('a client that the watchdog ends in the air leaves its mark, and the next one holds it until it knows better', async () => {
  await joins();
  const before = await mainPid();
  await debian.must('touch /run/starling-drone/armed');
  await debian.must(`systemctl kill --signal=STOP starling-drone`);
  await until(async () => ![0, before].includes(await mainPid()), 30_000);
  expect(await debian.journal('starling-drone')).toMatch(/[Ww]atchdog/);
  await until(
    async () => (await debian.run('ls /run/starling-drone/armed')).code !== 0,
    30_000,
    'its simulated autopilot is heard, and disarmed',
  );
  await joins();
}, 120_000);

it('an update during which the power goes is taken back before the client starts', async () => {
  await joins();
  const sent = sendUpdate(version('0.0.4'));
  const journal = '/var/lib/starling-drone-helper/journal.json';
  await until(
    async () => /"(?:installing|waiting)"/.test((await debian.run(`cat ${journal}`)).stdout),
    60_000,
  );
  await debian.powerCut();
  await debian.boot();
  await until(async () => (await debian.run(`test -e ${journal}`)).code !== 0, 60_000);
  expect([await installed(), (await report()).outcome]).toEqual(['ii 0.0.2', 'rolled_back']);
  await joins();
  await sent;
}, 300_000);
