/**
 * Cards of `starling provision` in Debian roots that look like freshly flashed Raspberry Pis where it matters: a boot
 * folder, a first user, and on trixie cloud-init. Needs root, debootstrap, dpkg, shellcheck.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePackage } from '../../packaging/adapters/make-package.js';
import { architectures } from '../../packaging/architectures.js';
import { sides } from '../../packaging/sides.js';
import { BootedDebian } from '../support/booted-debian.js';
import { DebianRoot, groupsPlace, rootPlace } from '../support/debian-root.js';
import { runProgram } from '../support/program.js';
import { until } from '../support/until.js';

const repository = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'starling-provision-test-'));
const state = join(scratch, 'state');
const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
const packageName = `starling-drone_0.0.1_${architecture}.deb`;
const fresh =
  'console=serial0,115200 console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 fsck.repair=yes rootwait quiet init=/usr/lib/raspberrypi-sys-mods/firstboot\n';
const wifiPassword = "it's 1 secret";
const sshKey = `ssh-ed25519 ${'A'.repeat(68)} op@laptop`;

/** What Raspberry Pi OS has and Debian's smallest root has not, and what these tests look at. */
const raspberryPi = 'mkdir -p /etc/NetworkManager/system-connections; useradd -m -u 1000 pi';

const prepareMs = 600_000;

function makeOwnPackage(): void {
  const side = sides.find(({ name }) => name === 'starling-drone');
  const own = architectures.find(({ debian }) => debian === architecture);
  if (!side || !own) throw new Error(`nothing is built for ${architecture}`);
  const folder = join(scratch, 'scratch');
  mkdirSync(folder);
  const facts = { repository, side, architecture: own, out: scratch, version: '0.0.1', dateS: 1_700_000_000 };
  makePackage({ ...facts, scratch: folder, fetched: join(scratch, 'fetched') });
}

const table = `id,hostname,ssid,wifi_password,country,server,vehicle,user,ssh_key,os,arch
drone-1,clover-1,"Bob's ""Show""",${wifiPassword},DE,10.9.8.7:25000,sim:,op,${sshKey},bookworm,${architecture}
drone-2,clover-2,Show,${wifiPassword},DE,10.9.8.7,sim:,op,${sshKey},trixie,${architecture}
`;

function provision(...args: readonly string[]) {
  const common = ['--package', scratch, '--state', state];
  return runProgram(['provision', join(scratch, 'fleet.csv'), ...args, ...common]);
}

/** A folder as a mounted boot partition of a fresh card. */
function freshPartition(name: string, more: { readonly [file: string]: string } = {}): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  const files = { 'cmdline.txt': fresh, 'config.txt': '', 'kernel8.img': '', ...more };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** As FAT has them: everything belongs to root, everybody may read and run it. */
function insert(partition: string, root: DebianRoot): string {
  const boot = join(root.path, 'boot/firmware');
  mkdirSync(boot, { recursive: true });
  cpSync(partition, boot, { recursive: true });
  for (const name of readdirSync(boot)) chmodSync(join(boot, name), 0o755);
  return boot;
}

function expectSecretsGone(boot: string): void {
  const texts = readdirSync(boot).map((name) => readFileSync(join(boot, name), 'utf8'));
  for (const text of texts) {
    expect(text).not.toContain(wifiPassword);
    expect(text).not.toContain('"psk"');
  }
  expect(readdirSync(boot)).not.toContain('starling-key.json');
}

beforeAll(() => {
  makeOwnPackage();
  writeFileSync(join(scratch, 'fleet.csv'), table);
}, prepareMs);

afterAll(() => rmSync(scratch, { recursive: true }));

describe('the cards of a fleet', () => {
  it('lie in a folder each, for their owner alone, and keep their keys in a second run', async () => {
    const out = join(scratch, 'cards');
    const first = await provision('--out', out);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/drone-1 +clover-1 +\S+cards\/drone-1 +key 1\n/);
    expect(first.stderr).toContain('hold the keys');
    expect(first.stdout + first.stderr).not.toContain(wifiPassword);
    const key = readFileSync(join(out, 'drone-1/starling-key.json'), 'utf8');
    expect(execFileSync('stat', ['-c', '%a', out, join(out, 'drone-1')], { encoding: 'utf8' })).toBe(
      '700\n700\n',
    );
    const { fleet } = JSON.parse(key) as { fleet: string };
    const modes = execFileSync('find', [join(out, 'drone-1'), '-type', 'f', '-printf', '%m\n'], {
      encoding: 'utf8',
    });
    expect(new Set(modes.trim().split('\n'))).toEqual(new Set(['600']));
    const again = await provision('--out', out, '--only', 'drone-1', '--json');
    expect(JSON.parse(again.stdout)).toEqual({
      cards: [{ id: 'drone-1', hostname: 'clover-1', folder: join(out, 'drone-1'), key: 1, fleet }],
    });
    expect(again.stderr).toContain(`of the fleet ${fleet}, in ${state}: `);
    expect(readFileSync(join(out, 'drone-1/starling-key.json'), 'utf8')).toBe(key);
  });

  it('have a script that shellcheck has nothing to say of', async () => {
    const out = join(scratch, 'checked');
    await provision('--out', out);
    // 2016: a name of a network may look like a variable.
    for (const id of ['drone-1', 'drone-2'])
      execFileSync('shellcheck', ['--exclude=2016', join(out, id, 'starling-firstboot.sh')]);
  });

  it('are not made from a table that is wrong, nor beside what is not ours', async () => {
    writeFileSync(
      join(scratch, 'latin.csv'),
      Buffer.from('id,ssid,country\ndrone-1,B\xfchne,DE\n', 'latin1'),
    );
    const latin = await runProgram(['provision', join(scratch, 'latin.csv'), '--package', scratch]);
    expect([latin.code, latin.stderr]).toEqual([2, expect.stringContaining('latin.csv is not in UTF-8')]);
    writeFileSync(join(scratch, 'bad.csv'), 'id,country\ndrone-1,Germany\n');
    const bad = await runProgram(['provision', join(scratch, 'bad.csv'), '--package', scratch]);
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('bad.csv, line 2, column country');
    mkdirSync(join(scratch, 'other/drone-1'), { recursive: true });
    writeFileSync(join(scratch, 'other/drone-1/diary.txt'), 'mine');
    const other = await provision('--out', join(scratch, 'other'), '--only', 'drone-1');
    expect(other.code).toBe(2);
    expect(readdirSync(join(scratch, 'other/drone-1'))).toEqual(['diary.txt']);
  });
});

describe('a card of bookworm', () => {
  let root: DebianRoot;

  beforeAll(async () => {
    root = await DebianRoot.make({ packages: ['sudo'] });
    await root.must(raspberryPi);
  }, prepareMs);

  afterAll(() => root?.close());

  it('makes a drone of its Pi at the first boot, though its power fails once, and forgets what is secret', {
    timeout: prepareMs,
  }, async () => {
    const partition = freshPartition('bookworm');
    for (const _ of ['first', 'again']) {
      const { code, stderr } = await provision('--boot', partition, '--only', 'drone-1');
      expect(code, stderr).toBe(0);
    }
    const boot = insert(partition, root);
    const cmdline = readFileSync(join(boot, 'cmdline.txt'), 'utf8');
    const readLog = () => readFileSync(join(boot, 'starling-firstboot.log'), 'utf8');
    const hasBegun = () =>
      existsSync(join(boot, 'starling-firstboot.log')) && readLog().includes('Unpacking');
    await bootOnce(root, cmdline, hasBegun);
    expect(readLog()).not.toContain('SUCCESS');
    await bootOnce(root, cmdline);
    const log = readLog();
    expect(log).toMatch(/^SUCCESS: drone-1/m);
    expect(readFileSync(join(boot, 'cmdline.txt'), 'utf8')).not.toContain('systemd.');
    expect(readFileSync(join(boot, 'cmdline.txt'), 'utf8')).toContain('root=PARTUUID=');
    expectSecretsGone(boot);
    expect(await root.must('cat /home/pi/.ssh/authorized_keys')).toBe(`${sshKey}\n`);
    expect(await root.must("stat -c '%U %a' /home/pi/.ssh/authorized_keys")).toBe('pi 600\n');
    await expectDrone(root, 'drone-1');
  });

  it('is refused once it was started', async () => {
    const { code, stderr } = await provision('--boot', join(root.path, 'boot/firmware'), '--only', 'drone-1');
    expect(code).toBe(2);
    expect(stderr).toContain('started already');
  });

  it('becomes a drone again when the operator insists, and nothing of before stays', async () => {
    const boot = join(root.path, 'boot/firmware');
    writeFileSync(join(boot, `starling-drone_0.0.0_${architecture}.deb`), '');
    const args = ['--boot', boot, '--only', 'drone-1', '--force'];
    const { code, stderr } = await provision(...args);
    expect(code, stderr).toBe(0);
    const names = readdirSync(boot);
    expect(names).not.toContain('starling-firstboot.log');
    expect(names).not.toContain(`starling-drone_0.0.0_${architecture}.deb`);
    await root.must('rm /etc/starling/key; sh /boot/firmware/starling-firstboot.sh');
    expect(readFileSync(join(boot, 'starling-firstboot.log'), 'utf8')).toMatch(/^SUCCESS: drone-1/m);
    expectSecretsGone(boot);
    await expectDrone(root, 'drone-1');
  });

  it('runs by itself from then on', async () => {
    const debian = await BootedDebian.boot(root);
    try {
      expect((await debian.run('systemctl is-active starling-drone')).stdout).toBe('active\n');
      expect((await debian.run('systemctl is-enabled ssh')).stdout).toBe('enabled\n');
    } finally {
      await debian.close();
    }
  });

  it('says what failed, and forgets what is secret all the same', async () => {
    const poor = await DebianRoot.make({ packages: ['sudo'] });
    try {
      await poor.must(raspberryPi);
      const partition = freshPartition('broken');
      await provision('--boot', partition, '--only', 'drone-1');
      const boot = insert(partition, poor);
      writeFileSync(join(boot, packageName), 'cut off');
      await poor.must(
        'sed -i "s/sleep 5/true/" /boot/firmware/starling-firstboot.sh; /boot/firmware/starling-firstboot.sh',
      );
      const log = readFileSync(join(boot, 'starling-firstboot.log'), 'utf8');
      expect(log).toMatch(/^FAILED: install the package \(exit code 1\)/m);
      expect(log).toContain('starling drone install USER@HOST --id drone-1');
      expect(readFileSync(join(boot, 'cmdline.txt'), 'utf8')).not.toContain('systemd.');
      expectSecretsGone(boot);
    } finally {
      await poor.close();
    }
  });
});

describe('a card of trixie', () => {
  let root: DebianRoot;

  beforeAll(async () => {
    // Debian's tool for new roots does not find the third by itself.
    const packages = ['sudo', 'cloud-init', 'python3-cffi-backend'];
    root = await DebianRoot.make({ suite: 'trixie', packages });
    await root.must(`mkdir -p /etc/NetworkManager/system-connections
for group in dialout gpio spi i2c netdev render input; do getent group $group >/dev/null || groupadd $group; done
printf '%s\\n' 'datasource_list: [ NoCloud, None ]' 'datasource:' '  NoCloud:' '    seedfrom: file:///boot/firmware' \
  'ssh_deletekeys: false' 'ssh_genkeytypes: []' >/etc/cloud/cloud.cfg.d/99_raspberry-pi.cfg`);
  }, prepareMs);

  afterAll(() => root?.close());

  it('makes a drone of its Pi by cloud-init, which knows every word of it, though its power fails once', {
    timeout: prepareMs,
  }, async () => {
    const partition = freshPartition('trixie', {
      'user-data': '#cloud-config\n',
      'meta-data': '',
      'network-config': '',
    });
    const { code, stderr } = await provision('--boot', partition, '--only', 'drone-2');
    expect(code, stderr).toBe(0);
    const boot = insert(partition, root);
    expect(await root.must('cloud-init schema --config-file /boot/firmware/user-data')).toContain(
      'Valid schema',
    );
    const readLog = () => readFileSync(join(boot, 'starling-firstboot.log'), 'utf8');
    const hasBegun = () =>
      existsSync(join(boot, 'starling-firstboot.log')) && readLog().includes('Unpacking');
    await bootOnce(root, '', hasBegun);
    expect(readLog()).not.toContain('SUCCESS');
    await bootOnce(root, '');
    const log = readLog();
    expect(log).toMatch(/^SUCCESS: drone-2/m);
    expectSecretsGone(boot);
    expect(await root.must('cat /home/op/.ssh/authorized_keys')).toContain(sshKey);
    await expectDrone(root, 'drone-2');
  });

  it('becomes a drone again when the operator insists', { timeout: prepareMs }, async () => {
    const boot = join(root.path, 'boot/firmware');
    const { code, stderr } = await provision('--boot', boot, '--only', 'drone-2', '--force');
    expect(code, stderr).toBe(0);
    await root.must('rm /etc/starling/key');
    await bootOnce(root, '');
    expect(readFileSync(join(boot, 'starling-firstboot.log'), 'utf8')).toMatch(/^SUCCESS: drone-2/m);
    expectSecretsGone(boot);
    await expectDrone(root, 'drone-2');
  });

  it('runs by itself from then on, under its name', async () => {
    const debian = await BootedDebian.boot(root, { hostname: 'clover-2' });
    try {
      expect((await debian.run('systemctl is-active starling-drone')).stdout).toBe('active\n');
      expect((await debian.must('cat /etc/hostname')).trim()).toBe('clover-2');
    } finally {
      await debian.close();
    }
  });
});

/**
 * Boots with those of the kernel's words that systemd reads, until it ends by itself, with a restart, as it ought to; or
 * until the power is cut.
 */
async function bootOnce(root: DebianRoot, cmdline: string, cutAt?: () => boolean): Promise<void> {
  const words = cmdline.split(/\s+/).filter((word) => word.startsWith('systemd.'));
  const group = `${groupsPlace}/starling-first-boot-${root.holderPid}`;
  const start = `set -e
mkdir -p ${group}; echo $$ >${group}/cgroup.procs
cd ${rootPlace}
umount proc; mount -t proc proc proc; mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=0755 tmpfs run; mount -t tmpfs -o mode=1777 tmpfs tmp
exec unshare --cgroup sh -c 'mount -t cgroup2 cgroup2 sys/fs/cgroup
exec env -i container=starling-test PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /lib/systemd/systemd --log-target=journal ${words.join(' ')}'`;
  const spaces = ['--pid', '--mount', '--uts', '--ipc', '--net', '--propagation', 'private'];
  const enter = [
    'nsenter',
    `--mount=/proc/${root.holderPid}/ns/mnt`,
    'unshare',
    '--fork',
    '--kill-child=KILL',
  ];
  const args = ['--pdeathsig', 'KILL', ...enter, ...spaces, 'sh', '-c', start];
  const child = spawn('setpriv', args, { stdio: 'ignore' });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
  if (cutAt) {
    await until(cutAt, 60_000);
    child.kill('SIGKILL');
  }
  const [code, signal] = await ended;
  clearTimeout(timer);
  // When all of it has ended, its groups can be taken away.
  const tidy = `find ${group} -depth -type d -exec rmdir {} ';' 2>/dev/null; [ ! -e ${group} ]`;
  const isTidy = () => spawnSync('nsenter', [...enter.slice(1, 2), 'sh', '-c', tidy]).status === 0;
  await until(isTidy, 10_000, 'the end of what was booted');
  // A restart ends a namespace by this. Source: pid_namespaces(7).
  expect(signal ?? code).toBe(cutAt ? 'SIGKILL' : 'SIGHUP');
}

/** What is true of each drone that came from a card. */
async function expectDrone(root: DebianRoot, id: string): Promise<void> {
  expect(await root.must(`dpkg-query -W -f '\${db:Status-Status} \${Version}' starling-drone`)).toBe(
    'installed 0.0.1',
  );
  expect(JSON.parse(await root.must('cat /etc/starling/key'))).toMatchObject({ identity: `${id}.1` });
  expect(await root.must("stat -c '%U %a' /etc/starling/key")).toBe('starling 600\n');
  expect(await root.must('cat /etc/starling/drone.ini')).toMatch(/host *= *10\.9\.8\.7/);
  expect(await root.must('cat /etc/default/starling-drone')).toMatch(/^STARLING_VEHICLE="?sim:/m);
  expect((await root.must('cat /etc/hostname')).trim()).toBe(id.replace('drone', 'clover'));
  const network = '/etc/NetworkManager/system-connections/starling.nmconnection';
  expect(await root.must(`stat -c '%U %a' ${network}`)).toBe('root 600\n');
  expect(await root.must(`cat ${network}`)).toContain(wifiPassword);
}
