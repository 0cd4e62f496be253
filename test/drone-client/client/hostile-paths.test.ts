import { execFileSync } from 'node:child_process';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroneDisk } from '../../../drone-client/adapters/drone-disk.js';
import { placeForReading, placeForWriting } from '../../../drone-client/client/file-jail.js';

const hostile: readonly (readonly [what: string, path: string])[] = [
  ['nothing', ''],
  ['the root', '/'],
  ['a file of the system', '/etc/passwd'],
  ['a file of the system over two slashes', '//etc/passwd'],
  ['the process itself', '/proc/self/environ'],
  ['a way up', '../secret'],
  ['a way up in the middle', 'launch/../../secret'],
  ['a way up at the end', 'launch/..'],
  ['a dot', '.'],
  ['a dot in the middle', 'launch/./x'],
  ['two slashes', 'launch//x'],
  ['a slash at the end', 'launch/'],
  ['the data folder with a way up', 'DATA/../secret'],
  ['a neighbour of the data folder', 'DATA-2/secret'],
  ['the payload folder with a way up', 'PAYLOAD/../secret'],
  ['a backslash', '..\\secret'],
  ['a NUL', 'animation.csv\0'],
  ['a NUL behind a good name', 'launch/x\0.launch'],
  ['a line feed', 'launch/x\ny'],
  ['an escape sequence', 'launch/\u001b[2Jx'],
  ['a character that turns the text round', 'launch/\u202excod'],
  ['half a character', 'launch/\ud800'],
  ['a name of 256 bytes', `launch/${'x'.repeat(256)}`],
  ['a path of 2 KiB', `${'x/'.repeat(1024)}x`],
];

let folder: string;
let disk: DroneDisk;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-hostile-'));
  disk = new DroneDisk({ data: join(folder, 'data'), payload: join(folder, 'payload') });
  for (const name of ['data', 'data-2', 'payload', 'payload/launch']) await mkdir(join(folder, name));
  for (const name of ['secret', 'data-2/secret']) await writeFile(join(folder, name), 'secret');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const real = (path: string) => path.replace('DATA', disk.roots.data).replace('PAYLOAD', disk.roots.payload);
const read = async (path: string) =>
  Buffer.from(await disk.read(placeForReading(real(path), disk.roots))).toString();
const write = async (path: string) =>
  (await disk.writeBeside(placeForWriting(real(path), disk.roots), Buffer.from('new'))).commit();
const refused = { code: 'refused' };

describe('a path from the network', () => {
  it.each(hostile)('that is %s is neither read nor written', async (_what, path) => {
    const before = await readdir(folder, { recursive: true });
    await expect(write(path)).rejects.toMatchObject(refused);
    await expect(read(path)).rejects.toMatchObject(refused);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it.each([
    'DATA/x',
    'client.ini',
    'drone.key.json',
    'launch/.x',
    'launch/a/b',
    '.ssh/authorized_keys',
    'ANIMATION.CSV',
  ])('is written at fixed places only: not at %s', async (path) => {
    await expect(write(path)).rejects.toMatchObject(refused);
  });

  it('never leaves the two folders, whatever it is made of', () => {
    const parts = [
      '..',
      '.',
      '',
      '/',
      'launch',
      'animation.csv',
      'a',
      '\\',
      '\0',
      '%2e%2e',
      '~',
      disk.roots.data,
    ];
    const paths = fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((chosen) => chosen.join('/'));
    const isInside = (place: { path: string }) => join('/jail', place.path).startsWith('/jail/');
    fc.assert(
      fc.property(paths, (path) => {
        for (const placeFor of [placeForReading, placeForWriting]) {
          try {
            expect(isInside(placeFor(path, disk.roots))).toBe(true);
          } catch (error) {
            expect(error).toMatchObject(refused);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('on the disk', () => {
  it('a link is not followed: as the file, as a folder on the way, or one that hangs', async () => {
    await symlink(join(folder, 'secret'), join(disk.roots.data, 'animation.csv'));
    await symlink(join(folder, 'data-2'), join(disk.roots.data, 'sub'));
    await symlink(join(folder, 'nothing'), join(disk.roots.data, 'temp.params'));
    for (const path of ['animation.csv', 'sub/secret', 'temp.params'])
      await expect(read(path)).rejects.toMatchObject(refused);
    for (const path of ['animation.csv', 'temp.params'])
      await expect(write(path)).rejects.toMatchObject(refused);
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('secret');
    expect(await readdir(folder)).not.toContain('nothing');
  });

  it('a folder that becomes a link while a file is read gives nothing away', async () => {
    const launch = join(disk.roots.payload, 'launch');
    await writeFile(join(launch, 'secret'), 'harmless');
    const swap = async () => {
      await rename(launch, `${launch}-2`);
      await symlink(join(folder, 'data-2'), launch);
      await rm(launch);
      await rename(`${launch}-2`, launch);
    };
    for (let round = 0; round < 40; round++) {
      const [text] = await Promise.all([read('launch/secret').catch(() => 'refused'), swap()]);
      expect(['harmless', 'refused']).toContain(text);
    }
  });

  it('a file that is its owner’s alone is not told, by whatever name it lies there', async () => {
    await writeFile(join(disk.roots.data, 'signing.txt'), 'secret');
    await chmod(join(disk.roots.data, 'signing.txt'), 0o600);
    await expect(read('signing.txt')).rejects.toMatchObject(refused);
    await chmod(join(disk.roots.data, 'signing.txt'), 0o644);
    expect(await read('signing.txt')).toBe('secret');
  });

  it('what is no file is refused, and nobody waits for it', async () => {
    execFileSync('mkfifo', [join(disk.roots.data, 'pipe')]);
    await expect(read('pipe')).rejects.toMatchObject(refused);
    await mkdir(join(disk.roots.data, 'folder'));
    await expect(read('folder')).rejects.toMatchObject(refused);
  });

  it('a file that is written takes the place of a name, and not of what else has that content', async () => {
    await link(join(folder, 'secret'), join(disk.roots.data, 'animation.csv'));
    await write('animation.csv');
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('secret');
  });
});
