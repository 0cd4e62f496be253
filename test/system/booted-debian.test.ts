/** Needs root, debootstrap and a mirror of Debian: what tests of installed programs run in, tried itself. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BootedDebian } from '../support/booted-debian.js';
import { DebianRoot, debianSuites } from '../support/debian-root.js';

const makeMs = 500_000;

describe.each(debianSuites)('a Debian root, %s', (suite) => {
  let root: DebianRoot;

  beforeAll(async () => {
    root = await DebianRoot.make({ suite });
  }, makeMs);

  afterAll(() => root.close());

  it('is that Debian, and ends what does not end by itself', async () => {
    expect(await root.must('. /etc/os-release; echo "$VERSION_CODENAME"; cat', { input: 'in' })).toBe(
      `${suite}\nin`,
    );
    expect((await root.run('exit 3')).code).toBe(3);
    await expect(root.must('echo why >&2; exit 3')).rejects.toThrow('ended with 3:\nwhy');
    await expect(root.run('sleep 4321 & sleep 4321', { timeoutMs: 300 })).rejects.toThrow('300 ms');
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('sleep 4321');
  });

  it('boots, loses its power, and boots again with the files that it had', async () => {
    const booted = await BootedDebian.boot(root, { network: 'cable', hostname: 'a-drone' });
    expect(await booted.must('systemctl is-active ssh; hostname')).toBe('active\na-drone\n');
    const socket = connect({ host: booted.address, port: 22 });
    expect(String((await once(socket, 'data'))[0])).toContain('SSH-2.0');
    socket.destroy();
    await booted.must(
      'echo kept >/root/kept; echo lost >/run/lost; logger -t tried before; journalctl --sync',
    );
    const firstBoot = readFileSync(join(booted.path, 'proc/sys/kernel/random/boot_id'), 'utf8');
    await booted.powerCut();
    await booted.boot();
    expect(readFileSync(join(root.path, 'root/kept'), 'utf8')).toBe('kept\n');
    expect(existsSync(join(booted.path, 'run/lost'))).toBe(false);
    expect(readFileSync(join(booted.path, 'proc/sys/kernel/random/boot_id'), 'utf8')).not.toBe(firstBoot);
    expect(await booted.must('journalctl --boot=-1 -t tried -o cat')).toBe('before\n');
    expect(await booted.journal()).not.toContain('before');
    const { pid } = booted;
    await booted.close();
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });
});

it('leaves nothing behind', async () => {
  const root = await DebianRoot.make();
  const { path } = root;
  expect(existsSync(join(path, 'etc/passwd'))).toBe(true);
  await root.close();
  expect(existsSync(path)).toBe(false);
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain('starling-debian');
});
