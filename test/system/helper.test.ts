/** Needs root, dpkg and util-linux (unshare, prlimit); of systemd only `systemd-analyze`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobNames } from '../../drone-client/jobs/job.js';
import { droneUser, HelpedDrone, holdsAt } from '../support/helped-drone.js';
import { until } from '../support/until.js';

/** So many that dpkg has something to do. */
const manyFiles = (text: string) =>
  Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [`usr/lib/starling-drone/dist/${text}-${index}.js`, text]),
  );

let drone: HelpedDrone;

beforeEach(() => {
  drone = new HelpedDrone();
});

afterEach(() => drone.remove());

describe("root's helper", () => {
  it('installs an update, leaves nothing behind, and is quick to say that it is there already', async () => {
    drone.install(drone.make({ version: '1.0' }));
    const next = drone.make({ version: '1.1' });
    expect(await drone.update(next)).toMatchObject({ outcome: 'done', from: '1.0', to: '1.1' });
    expect(drone.wholeVersion()).toBe('1.1');
    expect(readdirSync(drone.at('var/lib/starling-drone-helper/work'))).toEqual([]);
    expect(existsSync(drone.at('var/lib/starling-drone-helper/journal.json'))).toBe(false);
    expect(statSync(drone.at('var/lib/starling-drone-helper/work')).mode & 0o777).toBe(0o700);
    expect(await drone.update(next)).toMatchObject({ text: expect.stringContaining('installed already') });
  });

  it('takes a package for whole whose configuration somebody has deleted', async () => {
    const deb = drone.make({ version: '1.0' });
    drone.install(deb);
    rmSync(drone.at('etc/starling/drone.ini'));
    expect(await drone.update(deb)).toMatchObject({ text: expect.stringContaining('installed already') });
  });

  it('puts back program and configuration, owners and modes too, of a client that does not come up', async () => {
    drone.install(drone.make({ version: '1.0', files: { 'usr/lib/starling-drone/old': 'old' } }));
    drone.write('etc/starling/drone.ini', 'set by the server\n', 0o640);
    drone.write('etc/starling/key', 'secret', 0o600);
    for (const file of ['drone.ini', 'key'])
      chownSync(drone.at(`etc/starling/${file}`), droneUser, droneUser);
    const files = { 'usr/lib/starling-drone/broken': '', 'etc/starling/drone.ini': 'other\n' };
    const postinst = 'rm "$DPKG_ROOT/etc/starling/key"; echo new >"$DPKG_ROOT/etc/starling/drone.ini"';
    const report = await drone.update(drone.make({ version: '1.1', files, postinst }));
    expect(report).toMatchObject({ outcome: 'rolled_back', text: expect.stringContaining('client ended') });
    expect(drone.wholeVersion()).toBe('1.0');
    expect(drone.read('usr/lib/starling-drone/old')).toBe('old');
    expect(readdirSync(drone.at('etc/starling')).sort()).toEqual(['drone.ini', 'key']);
    expect(drone.read('etc/starling/drone.ini')).toBe('set by the server\n');
    const { uid, mode } = statSync(drone.at('etc/starling/key'));
    expect([uid, mode & 0o777]).toEqual([droneUser, 0o600]);
    expect(drone.read('client')).toBe('active\n');
  });

  it('keeps what dpkg knows of the shipped configuration, so that later packages do not replace what was set', async () => {
    const shipped = { 'usr/lib/starling-drone/shipped/etc/starling/drone.ini': 'shipped\n' };
    drone.install(drone.make({ version: '1.0', files: shipped }));
    drone.write('etc/starling/drone.ini', 'set by the server\n');
    const files = { 'usr/lib/starling-drone/broken': '' };
    expect(await drone.update(drone.make({ version: '1.1', files }))).toMatchObject({
      outcome: 'rolled_back',
    });
    expect(drone.dpkg('--verify', 'starling-drone')).toMatch(/ c \/etc\/starling\/drone\.ini/);
  });

  it('takes a package back whose own script fails', async () => {
    drone.install(drone.make({ version: '1.0' }));
    const report = await drone.update(drone.make({ version: '1.1', postinst: 'exit 3' }));
    expect(report).toMatchObject({
      outcome: 'rolled_back',
      text: expect.stringContaining('post-installation'),
    });
    expect(drone.wholeVersion()).toBe('1.0');
  });

  it('refuses a package for other processors, and one that was cut', async () => {
    drone.install(drone.make({ version: '1.0' }));
    const foreign = await drone.update(drone.make({ version: '1.1', architecture: 'riscv64' }));
    expect(foreign).toMatchObject({ outcome: 'refused', text: expect.stringContaining('riscv64') });
    drone.offer(drone.make({ version: '1.2' }));
    truncateSync(drone.at('var/lib/starling/update/package.deb'), 500);
    drone.ask('update');
    await drone.run('run');
    expect(drone.report).toMatchObject({
      outcome: 'refused',
      text: expect.stringContaining('another package'),
    });
    expect(drone.wholeVersion()).toBe('1.0');
  });

  it('trusts no key that others than root could have written', async () => {
    drone.install(drone.make({ version: '1.0' }));
    chownSync(drone.at('etc/starling-drone-helper/trusted/fleet.pub'), droneUser, droneUser);
    const report = await drone.update(drone.make({ version: '1.1' }));
    expect(report).toMatchObject({ outcome: 'refused', text: expect.stringContaining('no key') });
  });

  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a link', (path: string) => symlinkSync('/etc/shadow', path)],
    ['a folder', (path: string) => mkdirSync(path)],
  ])('neither waits for nor follows %s in place of the package', async (_, put) => {
    drone.install(drone.make({ version: '1.0' }));
    drone.offer(drone.make({ version: '1.1' }));
    const path = drone.at('var/lib/starling/update/package.deb');
    renameSync(path, `${path}.away`);
    put(path);
    drone.ask('update');
    await drone.run('run');
    expect(drone.report).toMatchObject({ outcome: 'refused' });
    expect(drone.wholeVersion()).toBe('1.0');
  });

  it('follows no link in place of the folder of updates', async () => {
    drone.install(drone.make({ version: '1.0' }));
    drone.offer(drone.make({ version: '1.1' }));
    renameSync(drone.at('var/lib/starling/update'), drone.at('elsewhere'));
    symlinkSync(drone.at('elsewhere'), drone.at('var/lib/starling/update'));
    drone.ask('update');
    await drone.run('run');
    expect(drone.report).toMatchObject({ outcome: 'refused', text: expect.stringContaining('link') });
  });

  it.each([
    ['a link', (path: string) => symlinkSync(drone.at('precious'), path)],
    ['a link that leads nowhere', (path: string) => symlinkSync('/nowhere', path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a file with something in it', (path: string) => truncateSync(newFile(path), 1e12)],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a folder full of links', (path: string) => fill(path)],
  ])('does nothing for %s with the name of a job, and takes it away', async (_, put) => {
    drone.write('precious/file', 'precious');
    drone.install(drone.make({ version: '1.0' }));
    for (const job of jobNames) put(drone.at(`run/starling-drone-requests/${job}`));
    const words = await drone.run('run');
    expect(words.match(/taken away, and nothing done/g)).toHaveLength(jobNames.length);
    expect(readdirSync(drone.at('run/starling-drone-requests'))).toEqual([]);
    expect(readdirSync(drone.at('run/starling-drone-helper'))).toEqual([]);
    expect(drone.read('precious/file')).toBe('precious');
    expect(drone.report).toBeUndefined();
  });

  it('leaves alone what is no job, and numbers its answers', async () => {
    drone.install(drone.make({ version: '1.0' }));
    drone.ask('rm -rf');
    for (const run of [1, 2]) {
      drone.ask('restart-chrony');
      await drone.run('run');
      const result = JSON.parse(drone.read('run/starling-drone-helper/restart-chrony.json'));
      expect(result).toEqual({ job: 'restart-chrony', ok: true, text: 'chrony was restarted', run });
    }
    expect(readdirSync(drone.at('run/starling-drone-requests'))).toEqual(['rm -rf']);
  });

  it('does nothing while the mark of armed motors is there, whatever it is', async () => {
    drone.install(drone.make({ version: '1.0' }));
    symlinkSync('/nowhere', drone.at('run/starling-drone/armed'));
    drone.offer(drone.make({ version: '1.1' }));
    for (const job of jobNames) drone.ask(job);
    await drone.run('run');
    expect(drone.read('systemctl.log')).not.toMatch(/reboot|chrony/);
    expect(drone.report).toMatchObject({ outcome: 'refused', text: expect.stringContaining('armed') });
  });

  it.each([
    ['while it looks at the package', 'show', 'preparing', 'refused'],
    ['before dpkg unpacks', 'preinst', 'installing', 'rolled_back'],
    ['when dpkg has unpacked', 'postinst', 'installing', 'rolled_back'],
    ['before the new client starts', 'restart', 'waiting', 'rolled_back'],
    ['before the old client starts again', 'start', 'rolling_back', 'rolled_back'],
  ])('mends after a power cut %s', async (_, hold, phase, outcome) => {
    drone.install(drone.make({ version: '1.0', files: manyFiles('old') }));
    const files = { ...manyFiles('new'), ...(hold === 'start' && { 'usr/lib/starling-drone/broken': '' }) };
    const scripts = { preinst: holdsAt('preinst'), postinst: holdsAt('postinst') };
    drone.offer(drone.make({ version: '1.1', files, ...scripts }));
    drone.ask('update');
    await drone.cutAt(hold, 'run');
    expect(journal()).toContain(`"phase":"${phase}"`);
    if (phase !== 'preparing') await drone.cutAt('start', 'recover');
    await drone.run('recover');
    expect(drone.report).toMatchObject({ outcome, text: expect.stringContaining('power was lost') });
    expectWhole('1.0');
    expect(journal()).toBe('');
  });

  it('mends after a power cut at any moment, and the package is whole in one version', {
    timeout: 170_000,
  }, async () => {
    const [first, second] = [
      drone.make({ version: '1.0', files: manyFiles('old') }),
      drone.make({ version: '1.1', files: manyFiles('new') }),
    ];
    drone.install(first);
    const installMs = await timeToWait(second);
    const rounds = 8;
    let cut = 0;
    for (let round = 0; round < rounds; round += 1) {
      drone.install(first);
      rmSync(drone.at('var/lib/starling-drone-helper/report'), { recursive: true });
      const sha256 = drone.offer(second);
      drone.ask('update');
      const helper = drone.start('run');
      const over = once(helper, 'close');
      await new Promise((resolve) => setTimeout(resolve, (installMs * (round + 0.5)) / rounds));
      helper.kill('SIGKILL');
      await over;
      if (/"phase":"(?:preparing|installing)"/.test(journal())) cut += 1;
      await drone.run('recover');
      const { outcome } = drone.report ?? {};
      expect(['refused', 'rolled_back', 'done', undefined]).toContain(outcome);
      expectWhole(outcome === 'done' ? '1.1' : '1.0');
      if (drone.report) expect(drone.report.sha256).toBe(sha256);
    }
    // Some come before it begins, or after dpkg's end, as fast as the machine is just then; the places above are certain.
    expect(cut).toBeGreaterThan(0);
  });
});

describe('the units of the drone', () => {
  it('are in an order that systemd can keep, at boot too', () => {
    const folder = drone.at('units');
    mkdirSync(`${folder}/multi-user.target.wants`, { recursive: true });
    const own = new URL('../../packaging/files/starling-drone/', import.meta.url);
    const units = readdirSync(own).filter((name) => /\.(?:service|path)$/.test(name));
    for (const name of units) {
      const text = readFileSync(new URL(name, own), 'utf8');
      writeFileSync(`${folder}/${name}`, text.replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true'));
      symlinkSync(`../${name}`, `${folder}/multi-user.target.wants/${name}`);
    }
    // An empty part stands for systemd's own folders.
    const env = { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` };
    const { stderr } = analyze(['verify', 'multi-user.target'], { env });
    expect(units).toHaveLength(4);
    expect(stderr.split('\n').filter((line) => /starling|cycle/.test(line))).toEqual([]);
  });

  it.each(['helper', 'recover'])('harden %s as far as its work allows', (name) => {
    const unit = new URL(
      `../../packaging/files/starling-drone/starling-drone-${name}.service`,
      import.meta.url,
    );
    const args = ['security', '--offline=true', '--threshold=35', fileURLToPath(unit)];
    expect(analyze(args).status).toBe(0);
  });
});

function analyze(args: readonly string[], options: { env?: NodeJS.ProcessEnv } = {}) {
  return spawnSync('/usr/bin/systemd-analyze', args, { ...options, encoding: 'utf8' });
}

/** Installs it, and says how long the helper took until dpkg had done its work, ms. */
async function timeToWait(path: string): Promise<number> {
  drone.offer(path);
  drone.ask('update');
  const begun = performance.now();
  const helper = drone.start('run');
  const over = once(helper, 'close');
  await until(() => journal().includes('"phase":"waiting"'), 60_000);
  const tookMs = performance.now() - begun;
  await over;
  expect(drone.report).toMatchObject({ outcome: 'done' });
  return tookMs;
}

/** One version, its files and no others. */
function expectWhole(version: string): void {
  expect(drone.wholeVersion()).toBe(version);
  const names = readdirSync(drone.at('usr/lib/starling-drone/dist'));
  const kind = version === '1.0' ? 'old' : 'new';
  expect(names.filter((name) => name.startsWith(`${kind}-`))).toHaveLength(400);
  expect(names).toHaveLength(400);
}

function journal(): string {
  const path = 'var/lib/starling-drone-helper/journal.json';
  return existsSync(drone.at(path)) ? drone.read(path) : '';
}

function newFile(path: string): string {
  writeFileSync(path, '');
  return path;
}

function fill(path: string): void {
  mkdirSync(`${path}/a/b`, { recursive: true });
  symlinkSync(drone.at('precious'), `${path}/a/b/link`);
  execFileSync('mkfifo', [`${path}/a/pipe`]);
  expect(lstatSync(`${path}/a/b/link`).isSymbolicLink()).toBe(true);
}
