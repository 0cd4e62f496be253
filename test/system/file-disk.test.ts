/** Disks that can not be written, as the kernel makes them: needs root, for a small tmpfs of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroneDisk } from '../../drone-client/adapters/drone-disk.js';
import type { Drone } from '../../drone-client/client/drone.js';
import { FileService } from '../../drone-client/client/file-service.js';
import { PartialFiles } from '../../lib/messaging/adapters/partial-files.js';
import { contentOf, openInFolder, sha256Of } from '../lib/messaging/files/file-rig.js';

const isRoot = process.getuid?.() === 0;
const old = contentOf('old', 50_000);
const fresh = contentOf('new', 900_000);
const offer = { filepath: 'f', size: fresh.length, sha256: sha256Of(fresh) };

describe.skipIf(!isRoot)('a disk (root only)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'starling-disk-'));
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder]);
    await writeFile(join(folder, 'f'), old);
  });
  afterEach(() => {
    execFileSync('/bin/umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  it('that is full keeps the old file, says so, and has its room again', async () => {
    const file = await openInFolder(new PartialFiles(), folder, offer);
    const write = async () => {
      for (let offset = 0; offset < fresh.length; offset += 16_384)
        await file.append([fresh.subarray(offset, offset + 16_384)]);
    };
    await expect(write()).rejects.toMatchObject({
      code: 'ENOSPC',
      message: 'f can not be stored: the disk is full: make room (ENOSPC)',
    });
    expect(await readdir(folder)).toEqual(['f']);
    expect((await readFile(join(folder, 'f'))).equals(old)).toBe(true);
    await writeFile(join(folder, 'another'), old);
  });

  it('that is read-only keeps the old file, and says so', async () => {
    execFileSync('/bin/mount', ['-o', 'remount,ro', folder]);
    await expect(openInFolder(new PartialFiles(), folder, offer)).rejects.toMatchObject({
      code: 'EROFS',
      message: 'f can not be stored: the disk is read-only (EROFS)',
    });
    expect((await readFile(join(folder, 'f'))).equals(old)).toBe(true);
  });

  it('that becomes read-only on the way keeps the old file', async () => {
    const file = await openInFolder(new PartialFiles(), folder, {
      ...offer,
      size: 10,
      sha256: sha256Of(fresh.subarray(0, 10)),
    });
    await file.append([fresh.subarray(0, 10)]);
    await file.suspend();
    execFileSync('/bin/mount', ['-o', 'remount,ro', folder]);
    await expect(openInFolder(new PartialFiles(), folder, offer)).rejects.toMatchObject({ code: 'EROFS' });
    expect((await readFile(join(folder, 'f'))).equals(old)).toBe(true);
  });

  it.each([
    ['animation.csv', 'show.part'],
    ['show.part', 'animation.csv'],
  ])(
    'that is full keeps the show that is there when an old server sends %s in place of %s',
    async (sent, held) => {
      await writeFile(join(folder, held), old);
      const drone = {
        ...{ vehicle: { state: { armed: false } }, player: { isBusy: false }, log: () => undefined },
        shows: { refresh: async () => undefined },
        files: new DroneDisk({ data: folder, payload: join(folder, 'payload') }),
      };
      const service = new FileService(drone as unknown as Drone);
      await expect(service.store(sent, fresh)).rejects.toMatchObject({ code: 'ENOSPC' });
      expect((await readdir(folder)).sort()).toEqual([held, 'f'].sort());
      expect((await readFile(join(folder, held))).equals(old)).toBe(true);
      await service.store(sent, old);
      expect((await readdir(folder)).sort()).toEqual([sent, 'f'].sort());
    },
  );
});
