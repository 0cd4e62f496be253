/**
 * The life of the packages in fresh Debian systems: installed, upgraded, removed, purged. Needs root, debootstrap, a
 * mirror of Debian, and Node's package of npm, from its cache or the registry.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { buildMs, builtPackage, repackaged } from '../support/built-packages.js';
import { DebianRoot, debianSuites } from '../support/debian-root.js';

/** A base of each suite, and a package or two. */
const makeMs = 600_000;

const key = '{ "kept": true }\n';

/** What is there, but for what Debian's own tools leave: logs, backups of the lists of users, dpkg's state. */
const listing = `find / -xdev '(' -path /proc -o -path /dev -o -path /tmp -o -path /var/tmp -o -path /var/log -o -path /var/cache \
-o -path /var/lib/dpkg -o -name '*-' -path '/etc/*' -o -path /etc/.pwd.lock ')' -prune -o -printf '%y %m %u:%g %p %l\\n' | sort
for path in passwd group shadow gshadow; do cut -d: -f1 "/etc/$path"; done
dpkg-query --show`;

const statusOf = (name: string) => `dpkg-query --show --showformat='\${db:Status-Abbrev}\${Version}' ${name}`;

async function installs(root: DebianRoot, ...packages: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await root.install(...packages);
  expect(code, stdout + stderr).toBe(0);
}

describe.each(debianSuites)('the packages in Debian, %s', (suite) => {
  let drone: string;
  let server: string;

  beforeAll(
    async () => {
      // Packed without compression: installing them again and again costs less.
      drone = repackaged(builtPackage('starling-drone'), { version: '0.0.1' });
      server = repackaged(builtPackage('starling-server'), { version: '0.0.1' });
      await (await DebianRoot.make({ suite })).close();
    },
    makeMs + 2 * buildMs,
  );

  async function fresh({ onTestFinished }: TestContext): Promise<DebianRoot> {
    const root = await DebianRoot.make({ suite });
    onTestFinished(() => root.close());
    return root;
  }

  async function withDrone(context: TestContext): Promise<DebianRoot> {
    const root = await fresh(context);
    await installs(root, drone);
    return root;
  }

  const has = (root: DebianRoot, path: string) => existsSync(join(root.path, path));

  it('are as they were made, compressed', { timeout: buildMs }, async (context) => {
    const root = await fresh(context);
    const { code, stdout } = await root.install(builtPackage('starling-drone'));
    expect(stdout).toContain('this drone has no key yet');
    expect(code).toBe(0);
    expect(await root.must('starling drone --help')).toContain('--vehicle');
  });

  it('leave a drone that only its own user can read, which may open serial lines', async (context) => {
    const root = await withDrone(context);
    const modes = `stat -c '%U:%G %a %n' /etc/starling /etc/starling/drone.ini /var/lib/starling /var/log/starling`;
    expect(await root.must(modes)).toBe(
      'starling:starling 750 /etc/starling\nstarling:starling 644 /etc/starling/drone.ini\n' +
        'starling:starling 750 /var/lib/starling\nstarling:starling 750 /var/log/starling\n',
    );
    expect(await root.must('id -nG starling; getent passwd starling')).toMatch(
      /dialout.*\n.*:\/var\/lib\/starling:.*nologin/,
    );
    const nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups sh -c 'cat /etc/starling/drone.ini'";
    expect((await root.run(nobody)).stderr).toContain('Permission denied');
  });

  it('are configured twice with the same outcome', async (context) => {
    const root = await withDrone(context);
    writeFileSync(join(root.path, 'etc/starling/key'), key);
    await root.must('dpkg-reconfigure starling-drone');
    const once = await root.must(listing);
    await root.must('dpkg-reconfigure starling-drone');
    await root.must(
      'for script in /var/lib/dpkg/info/starling-*.postinst; do "$script" configure 0.0.1; done',
    );
    expect(await root.must(listing)).toBe(once);
    expect(once).toContain('f 600 starling:starling /etc/starling/key');
  });

  it('are upgraded without a question: what the client saved and the key stay', async (context) => {
    const root = await withDrone(context);
    writeFileSync(join(root.path, 'etc/starling/key'), key);
    const changed = '# saved by the client\n[SERVER]\nhost = 10.0.0.7\n';
    writeFileSync(join(root.path, 'etc/starling/drone.ini'), changed);
    mkdirSync(join(root.path, 'var/lib/starling/logs'));
    const next = repackaged(drone, {
      version: '0.0.2',
      edit: (folder) => {
        const own = join(folder, 'usr/lib/starling-drone');
        writeFileSync(join(own, 'new'), 'new');
        for (const file of ['starling/drone.ini', 'default/starling-drone'])
          writeFileSync(join(own, 'shipped/etc', file), '# of another version\n');
      },
    });
    const { code, stdout, stderr } = await root.install(next);
    expect(stdout + stderr).not.toMatch(/conffile|configuration file/i);
    expect(code).toBe(0);
    expect(await root.must(statusOf('starling-drone'))).toBe('ii 0.0.2');
    expect(readFileSync(join(root.path, 'etc/starling/drone.ini'), 'utf8')).toBe(changed);
    expect(readFileSync(join(root.path, 'etc/starling/key'), 'utf8')).toBe(key);
    expect(await root.must('stat -c %U%a /etc/starling/drone.ini /etc/starling/key')).toMatch(
      /^starling644\nstarling600\n$/,
    );
    expect([has(root, 'var/lib/starling/logs'), has(root, 'usr/lib/starling-drone/new')]).toEqual([
      true,
      true,
    ]);
    // The way back is the same.
    await installs(root, drone);
    expect(await root.must(statusOf('starling-drone'))).toBe('ii 0.0.1');
    expect(has(root, 'usr/lib/starling-drone/new')).toBe(false);
    expect(readFileSync(join(root.path, 'etc/starling/drone.ini'), 'utf8')).toBe(changed);
  });

  it('are neither upgraded nor removed while the motors are armed', async (context) => {
    const root = await withDrone(context);
    await root.must('mkdir /run/starling-drone && touch /run/starling-drone/armed');
    const before = await root.must(listing);
    const next = repackaged(drone, { version: '0.0.2' });
    for (const refused of [
      await root.install(next),
      await root.run('dpkg -r starling-drone'),
      await root.run('dpkg -P starling-drone'),
    ]) {
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain('the motors of this drone are armed: land and disarm it');
      expect(await root.must(listing)).toBe(before);
      expect(await root.must(statusOf('starling-drone'))).toMatch(/^.i 0\.0\.1$/);
    }
    await root.must('rm /run/starling-drone/armed');
    await installs(root, next);
  });

  it('leave configuration and data when they are removed, and nothing when they are purged', async (context) => {
    const root = await fresh(context);
    const before = await root.must(listing);
    await installs(root, drone, server);
    writeFileSync(join(root.path, 'etc/starling/key'), key);
    writeFileSync(join(root.path, 'var/lib/starling/show.part'), 'a show');
    expect(await root.must('readlink -f /usr/bin/starling')).toBe('/usr/lib/starling-server/starling\n');
    await root.must('dpkg -r starling-server');
    expect(await root.must('readlink -f /usr/bin/starling')).toBe('/usr/lib/starling-drone/starling\n');
    expect(await root.must('dpkg -r starling-drone')).not.toContain('--undo');
    for (const path of ['etc/starling/key', 'etc/starling/drone.ini', 'var/lib/starling/show.part'])
      expect([path, has(root, path)]).toEqual([path, true]);
    for (const path of ['usr/bin/starling', 'usr/lib/starling-drone', 'usr/lib/starling-server'])
      expect([path, has(root, path)]).toEqual([path, false]);
    // Installed again, it is the drone that it was.
    await installs(root, drone);
    expect(readFileSync(join(root.path, 'etc/starling/key'), 'utf8')).toBe(key);
    mkdirSync(join(root.path, 'var/lib/starling-drone-setup'));
    writeFileSync(join(root.path, 'var/lib/starling-drone-setup/record.json'), '{}');
    const said = await root.must('dpkg -r starling-drone');
    expect(said).toContain('install this package again and run starling-drone-setup --undo');
    expect(has(root, 'var/lib/starling-drone-setup/record.json')).toBe(true);
    await root.must('dpkg -P starling-drone starling-server');
    expect((await root.must(listing)).split('\n')).toEqual(before.split('\n'));
  });
});
