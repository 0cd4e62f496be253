import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroneDisk } from '../../../drone-client/adapters/drone-disk.js';
import { placeForReading, placeForWriting } from '../../../drone-client/client/file-jail.js';

let folder: string;
let disk: DroneDisk;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-jail-'));
  disk = new DroneDisk({ data: join(folder, 'data'), payload: join(folder, 'payload') });
  await mkdir(disk.roots.data);
  await mkdir(join(folder, 'outside'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (filepath: string) =>
  (await disk.writeBeside(placeForWriting(filepath, disk.roots), Buffer.from('new'))).commit();
const read = (filepath: string) => disk.read(placeForReading(filepath, disk.roots));

it('tells size and digest of what lies there, of no link and of nothing that is a secret', async () => {
  const place = placeForReading('x', disk.roots);
  await writeFile(join(disk.roots.data, 'x'), 'a'.repeat(300_000));
  expect(await disk.digest(place)).toEqual({
    bytes: 300_000,
    sha256: createHash('sha256').update('a'.repeat(300_000)).digest('hex'),
  });
  expect(await disk.freeBytes('data')).toBeGreaterThan(1000);
  await chmod(join(disk.roots.data, 'x'), 0o600);
  await expect(disk.digest(place)).rejects.toMatchObject({ code: 'refused' });
  await rm(join(disk.roots.data, 'x'));
  await expect(disk.digest(place)).rejects.toMatchObject({ code: 'no_file' });
  await symlink('/etc/hostname', join(disk.roots.data, 'x'));
  await expect(disk.digest(place)).rejects.toMatchObject({ code: 'refused' });
});

describe('files from a peer', () => {
  it.each([
    ['animation.csv', 'data/animation.csv'],
    ['temp.params', 'data/temp.params'],
    ['update/package.deb', 'data/update/package.deb'],
    ['update/package.deb.sig', 'data/update/package.deb.sig'],
    ['camera_info/calibration.yaml', 'payload/camera_info/calibration.yaml'],
    ['PAYLOAD/camera_info/calibration.yaml', 'payload/camera_info/calibration.yaml'],
    ['PAYLOAD/launch/clover.launch', 'payload/launch/clover.launch'],
    ['PAYLOAD/../aruco_pose/map/animation_map.txt', 'payload/aruco_pose/map/animation_map.txt'],
  ])('%s goes to %s', async (filepath, target) => {
    await write(filepath.replace('PAYLOAD', disk.roots.payload));
    expect(await readFile(join(folder, target), 'utf8')).toBe('new');
  });

  it.each([
    ['an absolute path elsewhere', '/etc/cron.d/x'],
    ['a way up', '../animation.csv'],
    ['a way up behind a name', 'launch/../../x'],
    ['two dots as a name', 'launch/..'],
    ['another file of the client', 'client.ini'],
    ['another file beside an update', 'update/x.deb'],
    ['a name with a NUL', 'animation.csv\0.txt'],
    ['a folder', 'launch/'],
    ['a backslash', 'launch\\..\\x'],
    ['nothing', ''],
    ['a deeper launch file', 'launch/a/b'],
  ])('%s is refused, and nothing is written', async (_what, filepath) => {
    await expect((async () => write(filepath))()).rejects.toMatchObject({ code: 'refused' });
    expect(await readdir(folder, { recursive: true })).toEqual(['data', 'outside']);
  });

  it('does not follow a link out, be it a folder or the file itself', async () => {
    await mkdir(disk.roots.payload);
    await symlink(join(folder, 'outside'), join(disk.roots.payload, 'launch'));
    await expect(write('launch/x')).rejects.toMatchObject({ code: 'refused' });
    await writeFile(join(folder, 'outside/secret'), 'old');
    await symlink(join(folder, 'outside/secret'), join(disk.roots.data, 'animation.csv'));
    await expect(write('animation.csv')).rejects.toMatchObject({ code: 'refused' });
    await expect(read('animation.csv')).rejects.toMatchObject({ code: 'refused' });
    expect(await readFile(join(folder, 'outside/secret'), 'utf8')).toBe('old');
    expect(await readdir(join(folder, 'outside'))).toEqual(['secret']);
  });
});

describe('files for a peer', () => {
  it('come from the two folders, by their path or by their name', async () => {
    await write('animation.csv');
    await write('launch/clover.launch');
    for (const path of ['animation.csv', `${disk.roots.data}/animation.csv`, 'launch/clover.launch']) {
      expect(Buffer.from(await read(path)).toString()).toBe('new');
    }
  });

  it.each(['/etc/passwd', '../outside/x', 'a/../../outside', 'x\0', ''])(
    '%j is refused',
    async (filepath) => {
      await expect((async () => read(filepath))()).rejects.toMatchObject({ code: 'refused' });
    },
  );

  it('are never the key of the drone, by whatever name', async () => {
    for (const name of ['drone.key.json', 'old/drone-1.key.json']) {
      for (const path of [name, `${disk.roots.data}/${name}`, `${disk.roots.payload}/${name}`])
        await expect((async () => read(path))()).rejects.toMatchObject({ code: 'refused' });
    }
  });

  it('that are missing are called missing', async () => {
    await expect(read('nothing.txt')).rejects.toMatchObject({ code: 'no_file' });
  });
});
