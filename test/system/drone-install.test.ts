/** `starling drone install` against a real sshd in a booted Debian. Needs root, debootstrap, openssh-client, dpkg. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  doctorScript,
  haveScript,
  installScript,
  lookScript,
  remotePackage,
  setupScript,
  takeScript,
  waitScript,
} from '../../bin/installation/remote-scripts.js';
import { makePackage } from '../../packaging/adapters/make-package.js';
import { architectures } from '../../packaging/architectures.js';
import { sides } from '../../packaging/sides.js';
import { BootedDebian } from '../support/booted-debian.js';
import { DebianRoot } from '../support/debian-root.js';
import { Program } from '../support/program.js';
import { until } from '../support/until.js';

const repository = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'starling-install-test-'));
const state = join(scratch, 'state');
const identity = join(scratch, 'id');
const sudoPassword = 'raspberry and cream';
const wifiPassword = 'a word for the show';

/** Two builds and, once a day, a Debian. */
const prepareMs = 600_000;

const architecture = process.arch === 'x64' ? 'amd64' : process.arch;

/** A folder with the package of this machine, in that version. */
function packageFolder(version: string): string {
  const side = sides.find(({ name }) => name === 'starling-drone');
  const own = architectures.find(({ debian }) => debian === architecture);
  if (!side || !own) throw new Error(`nothing is built for ${architecture}`);
  const out = join(scratch, version);
  mkdirSync(join(out, 'scratch'), { recursive: true });
  const facts = { repository, side, architecture: own, out, version, dateS: 1_700_000_000 };
  makePackage({ ...facts, scratch: join(out, 'scratch'), fetched: join(scratch, 'fetched') });
  rmSync(join(out, 'scratch'), { recursive: true });
  return out;
}

/** Users of the Pi: root, `pi` who becomes root without a password, `op` who needs one. */
const users = `
useradd -m -s /bin/bash pi && echo 'pi ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/pi
useradd -m -s /bin/bash -G sudo op && echo 'op:${sudoPassword}' | chpasswd
for home in /root /home/pi /home/op; do
  mkdir -p "$home/.ssh" && cat /tmp/id.pub >"$home/.ssh/authorized_keys" && chown -R --reference="$home" "$home/.ssh"
  chmod 0700 "$home/.ssh" && chmod 0600 "$home/.ssh/authorized_keys"
done`;

afterAll(() => rmSync(scratch, { recursive: true }));

it('is no business of a drone: its package says where the command is', () => {
  const wrapper = join(repository, 'packaging/files/starling-drone/starling');
  const { status, stderr } = spawnSync('sh', [wrapper, 'drone', 'install', 'pi@a'], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain('"drone install" is in the package starling-server');
});

describe('what is run on a Pi', () => {
  const file = { path: 'x.deb', name: 'starling-drone', version: '1.2~3', architecture: 'arm64' };
  const target = remotePackage(file, 'a'.repeat(64));
  const settings = { id: 'drone-1', wifi: { ssid: "It's", password: 'x' } };

  it.each([
    ['look', lookScript],
    ['have', haveScript(target)],
    ['take', takeScript(target)],
    ['install', installScript(target, file)],
    ['setup', setupScript(settings)],
    ['doctor', doctorScript],
    ['wait', waitScript],
  ])('to %s is what shellcheck has nothing to say of', (_, script) => {
    // 1091: a file of the Pi; 2016: the form of an answer of dpkg; 2317: a trap is called.
    execFileSync('shellcheck', ['--shell=sh', '--exclude=1091,2016,2317', '-'], { input: script });
  });
});

describe('bringing Pis in over SSH', () => {
  let root: DebianRoot;
  let debian: BootedDebian;
  let first = '';
  let second = '';

  beforeAll(async () => {
    first = packageFolder('0.0.1');
    second = packageFolder('0.0.2');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identity]);
    mkdirSync(join(scratch, 'ssh'));
    // What ssh remembers is put aside for the tests: it goes by the user's own home, whatever HOME says.
    mkdirSync(join(homedir(), '.ssh'), { recursive: true, mode: 0o700 });
    root = await DebianRoot.make({ packages: ['sudo'] });
    debian = await BootedDebian.boot(root, { network: 'cable' });
    await debian.copyIn(`${identity}.pub`, '/tmp/id.pub');
    await debian.must(users);
  }, prepareMs);

  afterAll(async () => {
    await debian?.close();
    await root?.close();
  });

  type Calling = { readonly folder?: string; readonly stdin?: string };

  const start = (args: readonly string[], { folder = first, stdin = '' }: Calling = {}) => {
    const input = join(scratch, 'input');
    writeFileSync(input, stdin);
    const aside = `mount --bind '${join(scratch, 'ssh')}' ~/.ssh && exec "$@" <'${input}'`;
    const prefix = ['unshare', '--mount', 'sh', '-c', aside, 'sh'];
    const common = ['--package', folder, '--state', state, '--identity', identity, '--vehicle', 'sim:'];
    return new Program(['drone', 'install', ...args, ...common], { prefix });
  };

  async function install(args: readonly string[], calling: Calling = {}) {
    const program = start(args, calling);
    const code = await program.end(120_000);
    return { code, said: program.stdout, told: program.stderr };
  }

  const pi = (user = 'pi') => `${user}@${debian.address}`;
  const installedVersion = () => debian.must(`dpkg-query -W -f '\${Version}' starling-drone || true`);
  const isRunning = async () => (await debian.run('systemctl is-active starling-drone')).stdout.trim();

  it('tells of a computer that ssh does not know, and does nothing', async () => {
    const { code, said } = await install([pi(), '--id', 'drone-1']);
    expect(code).toBe(1);
    expect(said).toContain('FAILED: connect: Host key verification failed');
    expect(said).toContain('--accept-new-host-keys');
  });

  it('makes a drone of a Pi by one command', async () => {
    const json = join(scratch, 'summary.json');
    const own = ['--id', 'drone-1', '--accept-new-host-keys', '--json', json];
    const { code, said, told } = await install([pi(), ...own, '--server', `${debian.hostAddress}:25000`]);
    expect(code, said + told).toBe(0);
    expect(said).toContain('version 0.0.1 installed');
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      ok: true,
      drones: [{ id: 'drone-1', ok: true, version: '0.0.1', isNew: true }],
    });
    expect(await isRunning()).toBe('active');
    expect(await debian.must("stat -c '%U %a' /etc/starling/key")).toBe('starling 600\n');
    expect(JSON.parse(await debian.must('cat /etc/starling/key'))).toMatchObject({ identity: 'drone-1.1' });
    expect(await debian.must('ls /run /var/cache')).not.toMatch(/starling-install(?!\.lock)/);
  });

  it('does nothing the second time, and asks for no new key', async () => {
    const { code, said } = await install([pi(), '--id', 'drone-1']);
    expect(code, said).toBe(0);
    expect(said).toContain('version 0.0.1 was there');
    expect(JSON.parse(await debian.must('cat /etc/starling/key'))).toMatchObject({ identity: 'drone-1.1' });
  });

  it('becomes root by a password that it reads from its input', async () => {
    const own = [pi('op'), '--id', 'drone-1', '--sudo-password-stdin'];
    const wrong = await install(own, { stdin: 'nonsense' });
    expect(wrong.code).toBe(1);
    expect(wrong.said).toContain('sudo does not take the password of op');
    const right = await install(own, { stdin: sudoPassword });
    expect(right.code, right.said).toBe(0);
    const without = await install([pi('op'), '--id', 'drone-1', '--accept-new-host-keys']);
    expect(without.said).toContain('--sudo-password-stdin');
  });

  it('shows no secret to whoever looks at the processes there', async () => {
    const wifi = join(scratch, 'wifi.txt');
    writeFileSync(wifi, `${wifiPassword}\n`);
    await debian.must('mkdir -p /etc/NetworkManager/system-connections');
    // Every process that there was, for as long as the mark is there.
    const watching = debian.must(
      'touch /tmp/mark; while [ -e /tmp/mark ]; do cat /proc/[0-9]*/cmdline 2>/dev/null; done | tr "\\0" "\\n" | sort -u',
      { timeoutMs: 120_000 },
    );
    const radio = ['--ssid', 'Show', '--country', 'DE', '--wifi-password-file', wifi];
    const own = [pi('op'), '--id', 'drone-1', '--sudo-password-stdin', ...radio];
    const { code, said } = await install(own, { stdin: sudoPassword });
    await debian.must('rm /tmp/mark');
    const seen = await watching;
    expect(code, said).toBe(0);
    expect(seen).toContain('--wifi-password-file');
    const { psk } = JSON.parse(await debian.must('cat /etc/starling/key')) as { psk: string };
    for (const secret of [psk, wifiPassword, sudoPassword]) expect(seen).not.toContain(secret);
    expect(await debian.must('cat /etc/NetworkManager/system-connections/starling.nmconnection')).toContain(
      wifiPassword,
    );
  });

  it('goes on with the others when one can not be reached', async () => {
    const hosts = join(scratch, 'hosts.txt');
    writeFileSync(hosts, `${pi()} drone-1\nroot@${debian.hostAddress} drone-2 port=9\n`);
    const { code, said } = await install(['--fleet', hosts, '--jobs', '2']);
    expect(code).toBe(1);
    expect(said).toContain(`drone-1 (${pi()}): version 0.0.1 was there`);
    expect(said).toMatch(/drone-2 \(root@.*\): FAILED: connect: .*Connection refused/);
    expect(said).toContain('1 of 2 failed');
  });

  it('names the architecture that there is no package for', async () => {
    const folder = join(scratch, 'foreign');
    mkdirSync(folder);
    writeFileSync(join(folder, 'starling-drone_0.0.2_armhf.deb'), '');
    const { code, said } = await install([pi(), '--id', 'drone-1'], { folder });
    expect(code).toBe(1);
    expect(said).toMatch(/it is (amd64|arm64): .* has no starling-drone_VERSION_\w+\.deb, only for armhf/);
  });

  it('installs nothing that is not what its name says', async () => {
    const folder = join(scratch, 'misnamed');
    mkdirSync(folder);
    const file = (version: string) => `starling-drone_${version}_${architecture}.deb`;
    copyFileSync(join(second, file('0.0.2')), join(folder, file('0.0.9')));
    const { code, said } = await install([pi(), '--id', 'drone-1'], { folder });
    expect(code).toBe(1);
    expect(said).toContain('is not what its name says');
    expect(await installedVersion()).toBe('0.0.1');
  });

  it('leaves an armed drone alone', async () => {
    await debian.must('touch /run/starling-drone/armed');
    const { code, said } = await install([pi(), '--id', 'drone-1'], { folder: second });
    await debian.must('rm /run/starling-drone/armed');
    expect(code).toBe(1);
    expect(said).toContain('its motors are armed');
    expect(await installedVersion()).toBe('0.0.1');
  });

  it('leaves no half thing when it is killed while it copies, and goes on when called again', async () => {
    const program = start([pi(), '--id', 'drone-1'], { folder: second });
    await program.says(/copy the package/);
    program.signal('SIGKILL');
    await program.end();
    // Of root's and of the user's: one process each that sshd has for a connection.
    await until(
      async () => (await debian.run("pgrep -f '[s]shd: pi'")).code !== 0,
      10_000,
      'the connection ends',
    );
    expect(await installedVersion()).toBe('0.0.1');
    expect(await isRunning()).toBe('active');
    const { code, said } = await install([pi(), '--id', 'drone-1'], { folder: second });
    expect(code, said).toBe(0);
    expect(said).toContain('version 0.0.2 installed');
    expect(await installedVersion()).toBe('0.0.2');
  });

  it('waits for the one that it was itself when it is called again while dpkg is at work', async () => {
    const program = start([pi(), '--id', 'drone-1', '--force'], { folder: second });
    await program.says(/install the package/);
    program.signal('SIGKILL');
    await program.end();
    const { code, said } = await install([pi(), '--id', 'drone-1', '--force'], { folder: second });
    expect(code, said).toBe(0);
    expect(await isRunning()).toBe('active');
  });
});
