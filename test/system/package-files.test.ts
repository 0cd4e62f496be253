/**
 * What Debian's own tools say of the packages and of their files, and whether those for other processors load. Needs
 * root, debootstrap, lintian, shellcheck, qemu-user-static, a mirror of Debian, and Node's packages of npm.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow } from '../../packaging/adapters/tree.js';
import { buildMs, builtArchive, builtPackage, type SideName } from '../support/built-packages.js';
import { DebianRoot, debianSuites } from '../support/debian-root.js';

const sideNames: readonly SideName[] = ['starling-drone', 'starling-server'];
const makeMs = 600_000;

/**
 * How much harm a unit could do, in tenths of what `systemd-analyze security` gives (0 none, 10 all). What runs as a user
 * of its own: 3.0. What is root's, because it installs packages, keeps the right to write files and to change owners.
 */
const exposureTenths = { own: 30, root: 60 };

const unitFolder = /^usr\/lib\/systemd\/(system|user)\/[^/]+$/;

type Run = { readonly code: number; readonly said: string };

function run(program: string, args: readonly string[]): Run {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: tmpdir() });
  if (error) throw error;
  return { code: status ?? -1, said: stdout + stderr };
}

describe.each(sideNames)('the files of %s', (name) => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'starling-files-'));
    execFileSync('dpkg-deb', ['--raw-extract', builtPackage(name), folder]);
  }, buildMs);

  afterAll(() => rmSync(folder, { recursive: true }));

  const files = () => filesBelow(folder);
  const units = () => files().filter((path) => unitFolder.test(path));

  it('are without error to lintian', { timeout: buildMs }, () => {
    const { code, said } = run('lintian', [
      '--allow-root',
      '--fail-on=error',
      '--tag-display-limit=0',
      builtPackage(name),
    ]);
    expect(said).not.toMatch(/^E:/m);
    expect(code, said).toBe(0);
  });

  it('have scripts that shellcheck knows no better', () => {
    const own = files().filter((path) => !path.includes('/node_modules/'));
    const scripts = own.filter((path) => /^#! ?\/bin\/(?:ba|da)?sh\b/.test(beginning(join(folder, path))));
    expect(scripts).toEqual(expect.arrayContaining(['DEBIAN/postinst', `usr/lib/${name}/starling`]));
    expect(
      run(
        'shellcheck',
        scripts.map((path) => join(folder, path)),
      ),
    ).toEqual({ code: 0, said: '' });
  });

  it('have units that could do little harm', () => {
    expect(units().length).toBeGreaterThan(0);
    for (const path of units().filter((unit) => unit.endsWith('.service'))) {
      const isRoots = path.includes('/system/') && !/^User=/m.test(readFileSync(join(folder, path), 'utf8'));
      // A user's manager can not take away what the user may do anyway.
      if (path.includes('/user/')) continue;
      const threshold = `--threshold=${isRoots ? exposureTenths.root : exposureTenths.own}`;
      const { code, said } = run('systemd-analyze', [
        'security',
        '--offline=true',
        threshold,
        join(folder, path),
      ]);
      expect(code, `${path}\n${said}`).toBe(0);
    }
  });

  it.each(debianSuites)(
    'have units that the systemd of %s takes, and say where more is written',
    {
      timeout: makeMs,
    },
    async (suite) => {
      const root = await DebianRoot.make({ suite });
      try {
        const installed = await root.install(builtPackage(name));
        expect(installed.code, installed.stderr).toBe(0);
        for (const path of units()) {
          const isUsers = path.includes('/user/') ? '--user' : '--system';
          const { code, stdout, stderr } = await root.run(
            `XDG_RUNTIME_DIR=/tmp systemd-analyze ${isUsers} --man=no verify /${path}`,
          );
          expect(stdout + stderr, path).toBe('');
          expect(code, path).toBe(0);
          const [, page] =
            /^Documentation=file:\/\/(.*)$/m.exec(readFileSync(join(folder, path), 'utf8')) ?? [];
          if (page !== undefined) await root.must(`test -f ${page}`);
        }
      } finally {
        await root.close();
      }
    },
  );
});

it(
  'needrestart takes its rule, and leaves the client alone by it',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'starling-files-'));
    try {
      execFileSync('dpkg-deb', ['--raw-extract', builtPackage('starling-drone'), folder]);
      const path = 'etc/needrestart/conf.d/starling-drone.conf';
      expect(readFileSync(join(folder, 'DEBIAN/conffiles'), 'utf8')).toBe(`/${path}\n`);
      // As needrestart reads it, and looks into it (its version 3.6).
      const { code, said } = run('perl', [
        '-we',
        `our %nrconf = (override_rc => {}); eval do { local (@ARGV, $/) = $ARGV[0]; <> }; die $@ if $@;
      for my $rule (keys %{$nrconf{override_rc}}) {
        print "$nrconf{override_rc}->{$rule}\n" if 'starling-drone.service' =~ /$rule/;
      }`,
        join(folder, path),
      ]);
      expect({ code, said }).toEqual({ code: 0, said: '0\n' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  buildMs,
);

/** Loads every module of the program, the native parts too; what runs at once is left out. */
const loadAll = `
  import { readdirSync } from 'node:fs';
  import { createRequire } from 'node:module';
  const folder = '/usr/lib/starling-drone';
  const files = readdirSync(folder + '/dist', { recursive: true }).filter((file) =>
    file.endsWith('.js') && !file.endsWith('-entry.js') && !/^bin.[^/]+$/.test(file));
  for (const file of files) await import(folder + '/dist/' + file);
  const load = createRequire(folder + '/dist/x.js');
  const getpid = load('koffi').load('libc.so.6').func('int getpid()');
  console.log(JSON.stringify({ arch: process.arch, pid: getpid() === process.pid, files: files.length,
    port: typeof load('serialport').SerialPort }));
  process.exit(0);
`;

describe('the package of a drone for another processor', () => {
  let root: DebianRoot;

  beforeAll(
    async () => {
      root = await DebianRoot.make({ suite: 'trixie' });
      await root.must(
        `dpkg --add-architecture arm64 && dpkg --add-architecture armhf && apt-get -qq update &&
      apt-get -qq install --no-install-recommends libc6:arm64 libstdc++6:arm64 libc6:armhf libstdc++6:armhf nodejs:armhf`,
        { timeoutMs: 200_000 },
      );
    },
    makeMs + 2 * buildMs,
  );

  afterAll(() => root?.close());

  it.each([
    ['arm64', 'aarch64', 'arm64', '/usr/lib/starling-drone/node'],
    ['armhf', 'arm', 'arm', '/usr/bin/node'],
  ] as const)(
    '%s installs, and loads all that it has on its processor',
    { timeout: buildMs },
    async (...row) => {
      const [debian, machine, arch, node] = row;
      const { code, stdout, stderr } = await root.install(builtPackage('starling-drone', debian));
      expect(code, stdout + stderr).toBe(0);
      await root.copyIn(`/usr/bin/qemu-${machine}-static`, '/usr/bin/qemu', { mode: 0o755 });
      const loaded = await root.must(`qemu ${node} --input-type=module -`, {
        input: loadAll,
        timeoutMs: buildMs,
      });
      expect(JSON.parse(loaded)).toMatchObject({ arch, pid: true, port: 'function' });
      expect(JSON.parse(loaded).files).toBeGreaterThan(300);
      await root.must('dpkg -P starling-drone');
    },
  );
});

const listing = `find / -xdev '(' -path /proc -o -path /dev -o -path /run -o -path /tmp -o -path /var/tmp -o -name '*-' -path '/etc/*' \
-o -path /etc/.pwd.lock -o -path '/var/log/*' ')' -prune -o -printf '%y %m %u:%g %p %l\\n' | sort`;

describe('the archive for other systems', () => {
  it('installs a drone, runs, and goes again', { timeout: makeMs + buildMs }, async () => {
    const root = await DebianRoot.make();
    try {
      await root.copyIn(builtArchive(), '/var/tmp/starling.tar.gz');
      await root.must('cd /var/tmp && tar -xzf starling.tar.gz');
      const before = await root.must(listing);
      await root.must('/var/tmp/starling_*/install.sh --drone');
      expect(await root.must('starling drone --help')).toContain('--vehicle');
      expect(await root.must('starling demo --help')).toContain('--drones');
      expect(
        await root.must(
          "stat -c '%U %a' /etc/starling; systemd-analyze --man=no verify starling-drone.service",
        ),
      ).toBe('starling 750\n');
      await root.must('/var/tmp/starling_*/install.sh --uninstall');
      const left = (await root.must(listing))
        .split('\n')
        .filter((line) => !before.split('\n').includes(line));
      // What somebody may have set stays.
      expect(left.map((line) => line.split(' ')[3])).toEqual([
        ...['/etc/starling', '/etc/default/starling-drone', '/etc/starling/drone.ini'],
      ]);
    } finally {
      await root.close();
    }
  });
});

function beginning(path: string): string {
  return statSync(path).isFile() ? readFileSync(path).subarray(0, 64).toString('latin1') : '';
}
