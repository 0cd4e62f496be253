/** The real `starling-drone-setup` on a root folder that is made up. Needs root: it sets owners. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { setupPaths } from '../../drone-client/setup/facts.js';
import { madeUpKey, starling, stockSnapshot } from '../drone-client/setup/made-up-pi.js';

const program = resolve(import.meta.dirname, '../../dist/bin/drone-setup.js');
const scratch = mkdtempSync(join(tmpdir(), 'starling-setup-test-'));
const keyFile = join(scratch, 'drone-7.key.json');
const passwordFile = join(scratch, 'password');
const password = 'ganz-geheim \\';
chmodSync(scratch, 0o755);
writeFileSync(keyFile, madeUpKey('drone-7'));
writeFileSync(passwordFile, `${password}\n`);

const full = [
  ...[
    '--enroll',
    keyFile,
    '--server',
    '10.0.0.1:25001',
    '--ssid',
    'Show;Net',
    '--wifi-password-file',
    passwordFile,
  ],
  ...['--country', 'de', '--hostname', 'clover-7', '--vehicle', 'serial:/dev/autopilot'],
];

let count = 0;
let root = '';

beforeEach(() => {
  count++;
  root = join(scratch, `root-${count}`);
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [path, state] of stockSnapshot()) if (state.kind === 'file') put(path, state.bytes);
  put(
    '/etc/passwd',
    `root:x:0:0::/root:/bin/sh\nstarling:x:${starling.uid}:${starling.gid}::/var/lib/starling:/bin/false\n`,
  );
  put('/usr/sbin/chronyd', '');
  put('/lib/systemd/system/hciuart.service', '');
  for (const path of ['/etc/starling', setupPaths.droneIni])
    chownSync(join(root, path), starling.uid, starling.gid);
  for (const path of ['/etc/NetworkManager/system-connections', setupPaths.units])
    mkdirSync(join(root, path), { recursive: true });
});

afterAll(() => rmSync(scratch, { recursive: true }));

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

function run(args: readonly string[], options: { input?: string; uid?: number } = {}): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--root', root, ...args], {
    encoding: 'utf8',
    ...options,
  });
  return { code: status, out: stdout, err: stderr };
}

/** Everything below the root with mode, owner and content, but for the record, which only this program reads. */
function tree(from = root): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode, uid, gid } = lstatSync(path);
    const content = entry.isSymbolicLink()
      ? readlinkSync(path)
      : entry.isFile()
        ? readFileSync(path, 'latin1')
        : '';
    const name = path.slice(from.length);
    if (!name.startsWith(setupPaths.record)) found.set(name, `${mode.toString(8)} ${uid}:${gid} ${content}`);
  }
  return found;
}

const at = (path: string) => join(root, path);

describe('starling-drone-setup', () => {
  it('sets up, has nothing to do the second time, and puts all back', () => {
    const before = tree();
    const first = run(full);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('changed /boot/firmware/config.txt: enable_uart=1, dtparam=spi=on');
    expect(first.out.trimEnd().split('\n').at(-1)).toBe('to do: restart the Pi, if it runs');
    expect(first.out).toContain(`note: ${keyFile} is a copy of the key: `);
    expect(lstatSync(at(setupPaths.key))).toMatchObject({ uid: starling.uid, gid: starling.gid });
    expect(lstatSync(at(setupPaths.key)).mode & 0o777).toBe(0o600);
    expect(lstatSync(at(setupPaths.wifi)).mode & 0o777).toBe(0o600);
    expect(lstatSync(at(setupPaths.droneIni)).uid).toBe(starling.uid);
    expect(lstatSync(at(setupPaths.record)).mode & 0o777).toBe(0o700);
    const done = tree();
    const second = run(full);
    expect(second.code).toBe(0);
    expect(second.out).not.toMatch(/^changed/m);
    expect(tree()).toEqual(done);
    expect(run(['--undo'])).toMatchObject({ code: 0, err: '' });
    expect(tree()).toEqual(before);
    expect(existsSync(at(setupPaths.record))).toBe(false);
    expect(run(['--undo']).out).toContain('nothing was set up here');
  });

  it('says in a dry run what it would do, without a secret, and does nothing, for anybody', () => {
    const before = tree();
    const told = run([...full, '--dry-run'], { uid: 65_534 });
    expect(told.err).toBe('');
    expect(told.out).toContain('    + enable_uart=1\n');
    expect(told.out).not.toContain('ganz-geheim');
    expect(tree()).toEqual(before);
  });

  it('says the same to programs', () => {
    const told = JSON.parse(run([...full, '--json']).out);
    expect(told).toMatchObject({ ok: true, dryRun: false, toDo: ['restart the Pi, if it runs'] });
    expect(told.changed[0]).toMatchObject({ path: '/boot/firmware/config.txt' });
    expect(JSON.parse(run(['--id', '-', '--json']).out)).toMatchObject({
      ok: false,
      error: { code: 'usage' },
    });
  });

  it('takes a key or a password from stdin', () => {
    expect(run(['--enroll', '-'], { input: madeUpKey('drone-9') }).code).toBe(0);
    expect(readFileSync(at(setupPaths.droneIni), 'utf8')).toContain('id = drone-9');
    expect(run(['--ssid', 'a', '--wifi-password-file', '-'], { input: `${password}\n` }).code).toBe(0);
    expect(readFileSync(at(setupPaths.wifi), 'utf8')).toContain('psk=ganz-geheim \\\\\n');
  });

  it.each<[string[], string]>([
    [['--nonsense'], 'unknown option'],
    [['more'], 'too many arguments'],
    [['--time', 'noon'], 'server, own'],
    [['--undo', '--id', 'a'], '--undo stands alone'],
    [['--enroll', '/nowhere/key'], '--enroll: /nowhere/key can not be read'],
    [['--enroll', '-', '--wifi-password-file', '-', '--ssid', 'a'], 'only one of them can be stdin'],
    [['--enroll', passwordFile], 'is no key of a drone'],
  ])('called with %j ends with 2 and says what is wrong', (args, text) => {
    const before = tree();
    const { code, err } = run(args);
    expect(code).toBe(2);
    expect(err).toContain(text);
    expect(tree()).toEqual(before);
  });

  it('touches no file behind a link that the client could have laid', () => {
    rmSync(at(setupPaths.droneIni));
    symlinkSync('/etc/shadow', at(setupPaths.droneIni));
    const { code, err } = run(full);
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringContaining('drone.ini is a symbolic link'),
    });
    expect(err).not.toContain('root:');
  });

  it('does not leave the root folder by a link', () => {
    rmSync(at('/etc/NetworkManager'), { recursive: true });
    const outside = join(scratch, `outside-${count}`);
    mkdirSync(join(outside, 'system-connections'), { recursive: true });
    symlinkSync(outside, at('/etc/NetworkManager'));
    expect(run(full)).toMatchObject({ code: 1, err: expect.stringContaining('leads out of') });
    expect(readdirSync(join(outside, 'system-connections'))).toEqual([]);
  });

  it('runs once at a time, and is not held up by one that was killed', () => {
    mkdirSync(at(setupPaths.record), { recursive: true, mode: 0o700 });
    const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8');
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    writeFileSync(at(`${setupPaths.record}/lock`), `${process.pid} ${start}\n`);
    expect(run(full)).toMatchObject({
      code: 1,
      err: expect.stringContaining('another starling-drone-setup'),
    });
    writeFileSync(at(`${setupPaths.record}/lock`), `${process.pid} 1\n`);
    expect(run(full).code).toBe(0);
  });

  it('lets none of several that begin together disturb another', async () => {
    const ends = await Promise.all(
      [1, 2, 3, 4, 5].map(async (number) => {
        const args = [program, '--root', root, ...full, '--hostname', `clover-${number}`];
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
        let said = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
        return new Promise<Ended>((done) =>
          child.once('close', (code) => done({ code, out: '', err: said })),
        );
      }),
    );
    const failed = ends.filter(({ code }) => code !== 0);
    expect(failed.length).toBeLessThan(ends.length);
    for (const { err } of failed) expect(err).toContain('another starling-drone-setup is running here');
    expect(readdirSync(at(setupPaths.record))).toEqual(['record.json']);
  });

  it('says which file a full disk does not take, and leaves nothing half', () => {
    const fill = `mount -t tmpfs -o size=400k none "$1" && cp -a "$2/." "$1" && before=$(find "$1" -type f | sort)
head -c 1M /dev/zero >"$1/fill" 2>/dev/null
shift 2; "$@"; code=$?
rm "$ROOT/fill"; [ "$before" = "$(find "$ROOT" -type f | sort)" ] || find "$ROOT" -type f
exit $code`;
    const disk = join(scratch, 'disk');
    mkdirSync(disk);
    const words = [disk, root, process.execPath, program, '--root', disk, ...full];
    const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', fill, 'sh', ...words], {
      encoding: 'utf8',
      env: { ...process.env, ROOT: disk },
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/\/starling-drone-setup\S* can not be written: .*make room/);
  });

  it('keeps in an undo what somebody else has changed since, and says so', () => {
    run(full);
    writeFileSync(at(setupPaths.hosts), '127.0.0.1 localhost\n');
    const { code, out } = run(['--undo']);
    expect(code).toBe(1);
    expect(out).toContain('to do: /etc/hosts was changed by somebody else since the setup and stays');
    expect(readFileSync(at(setupPaths.hosts), 'utf8')).toBe('127.0.0.1 localhost\n');
    expect(existsSync(at(setupPaths.key))).toBe(false);
    expect(run(['--undo', '--force']).code).toBe(0);
    expect(readFileSync(at(setupPaths.hosts), 'utf8')).toContain('raspberrypi');
  });
});

/** How often a program was really cut off. */
let cuts = 0;

/** Killed as soon as this file is no longer what it was; later where the program was faster. */
async function killedAt(args: readonly string[], path: string): Promise<void> {
  const state = () => {
    const status = lstatSync(at(path), { throwIfNoEntry: false });
    return `${status?.ino} ${status?.mtimeMs}`;
  };
  const before = state();
  const child: ChildProcess = spawn(process.execPath, [program, '--root', root, ...args], {
    stdio: 'ignore',
  });
  const ended = new Promise((done) => child.once('exit', done));
  while (child.exitCode === null && state() === before) await nextTurn();
  child.kill('SIGKILL');
  await ended;
  if (child.signalCode === 'SIGKILL') cuts++;
}

describe('a setup that is killed', () => {
  const points = [
    `${setupPaths.record}/record.json`,
    '/boot/firmware/config.txt',
    '/boot/firmware/.config.txt.starling-setup',
    '/boot/firmware/cmdline.txt',
    `${setupPaths.units}/hciuart.service`,
    setupPaths.wifi,
    setupPaths.droneIni,
    setupPaths.key,
    setupPaths.service,
  ];

  it.each(points)('at %s is gone on with by the next one, and undone whole', async (point) => {
    const before = tree();
    await killedAt(full, point);
    expect(run(full)).toMatchObject({ code: 0, err: '' });
    const done = tree();
    expect([...done.keys()].filter((path) => path.includes('.starling-setup'))).toEqual([]);
    expect(run(full).out).not.toMatch(/^changed/m);
    await killedAt(['--undo'], point);
    expect(run(['--undo'])).toMatchObject({ code: 0, err: '' });
    expect(tree()).toEqual(before);
    // A setup from the start makes the same.
    expect(run(full).code).toBe(0);
    expect(tree()).toEqual(done);
  });

  it('was cut off in its midst in these tests', () => {
    expect(cuts).toBeGreaterThan(points.length);
  });
});
