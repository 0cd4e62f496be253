import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OperatorDisk } from '../../../server/files/adapters/operator-disk.js';
import { nameFor } from '../../../server/files/save-for.js';

let folder: string;
let disk: OperatorDisk;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-disk-'));
  disk = new OperatorDisk(join(folder, 'received'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('lists files in the order in which people count, without folders and hidden ones', async () => {
  for (const name of ['b-10.csv', 'b-9.csv', '.hidden', 'a.csv']) writeFileSync(join(folder, name), name);
  mkdirSync(join(folder, 'c.csv'));
  const names = (await disk.list(folder)).map(({ name }) => name);
  expect(names).toEqual(['a.csv', 'b-9.csv', 'b-10.csv']);
  await expect(disk.list(join(folder, 'gone'))).rejects.toMatchObject({ code: 'bad_path' });
});

it('lists no link that leads out of its folder: what it names would be sent to drones', async () => {
  const [launch, secret] = [join(folder, 'launch'), join(folder, 'launch-key')];
  mkdirSync(launch);
  writeFileSync(secret, 'secret');
  writeFileSync(join(launch, 'a.launch'), 'a');
  symlinkSync(join(launch, 'a.launch'), join(launch, 'b.launch'));
  expect((await disk.list(launch)).map(({ name }) => name)).toEqual(['a.launch', 'b.launch']);
  symlinkSync(secret, join(launch, 'c.launch'));
  await expect(disk.list(launch)).rejects.toMatchObject({
    code: 'bad_path',
    message: expect.stringContaining('c.launch is a link that leads out of its folder'),
  });
});

it('makes the folder that it saves to, and ends where none can be made', async () => {
  const deep = join(folder, 'a', 'b', 'c');
  await Promise.all(['1', '2', '3'].map((name) => disk.save(deep, name, Buffer.from(name))));
  expect(readdirSync(deep).sort()).toEqual(['1', '2', '3']);
  await expect(disk.save('/proc/none/x', 'y', Buffer.from(''))).rejects.toMatchObject({ code: 'bad_path' });
});

it('reads files alone, and none that are too large; a pipe is not waited for', async () => {
  writeFileSync(join(folder, 'a'), 'content');
  symlinkSync(join(folder, 'a'), join(folder, 'link'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(Buffer.from(await disk.read(join(folder, 'link'))).toString()).toBe('content');
  const ends = await Promise.allSettled([
    disk.read(folder),
    disk.read(join(folder, 'pipe')),
    disk.read(join(folder, 'a'), 6),
    disk.read(join(folder, 'gone')),
  ]);
  for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: { code: 'bad_path' } });
});

it('writes over nothing, not even when many of a name come at once, and for the owner alone', async () => {
  const contents = ['1', '2', '3', '4', '5'];
  const paths = await Promise.all(contents.map((text) => disk.save(undefined, 'a_x.log', Buffer.from(text))));
  expect(new Set(paths).size).toBe(5);
  const received = join(folder, 'received');
  expect(readdirSync(received).sort()).toEqual([
    'a_x-2.log',
    'a_x-3.log',
    'a_x-4.log',
    'a_x-5.log',
    'a_x.log',
  ]);
  expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(contents);
  expect(statSync(join(received, 'a_x.log')).mode & 0o777).toBe(0o600);
  writeFileSync(join(folder, 'file'), '');
  await expect(disk.save(join(folder, 'file'), 'x', Buffer.alloc(1))).rejects.toMatchObject({
    code: 'bad_path',
  });
});

it.each([
  ['drone-1', 'logs/client.log', 'client_drone-1.log'],
  ['drone-1', '/home/pi/.bashrc', '.bashrc_drone-1'],
  ['drone-1', '..', 'file_drone-1'],
  ['../x/Y', 'a.log', 'a_%2E%2E%2Fx%2F%59.log'],
  ['d', 'a\u0007b', 'a_b_d'],
])('what %s has at %s is kept as %s', (id, path, name) => {
  expect(nameFor(id, path)).toBe(name);
});
