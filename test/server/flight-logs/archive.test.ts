import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import { FlightLogArchive } from '../../../server/flight-logs/adapters/flight-log-archive.js';
import { folderNameOf } from '../../../server/flight-logs/folder-name.js';
import { flightLogsSettings } from '../../../server/flight-logs/settings.js';
import { filesBelow, temporaryFolder } from './support.js';

const name = '0001-20240101T000000Z.mcap';

it('shows a log when it is whole, and nothing of one that was given up', async () => {
  const folder = await temporaryFolder();
  const archive = new FlightLogArchive(join(folder, 'flight-logs'));
  expect(await archive.list('a')).toEqual(new Map());
  const log = await archive.begin('a', name);
  await log.append(new Uint8Array([1, 2]));
  await log.append(new Uint8Array([3]));
  expect(await archive.list('a')).toEqual(new Map());
  await log.commit();
  await log.abandon();
  expect(await archive.list('a')).toEqual(new Map([[name, 3]]));
  expect(await readFile(join(folder, 'flight-logs', 'a', name))).toEqual(Buffer.from([1, 2, 3]));
  const given = await archive.begin('b', name);
  await given.append(new Uint8Array(100));
  expect(await archive.totalBytes()).toBe(103);
  await given.abandon();
  expect(await archive.totalBytes()).toBe(3);
});

it('begins anew over what a crash left behind', async () => {
  const folder = await temporaryFolder();
  const archive = new FlightLogArchive(folder);
  await mkdir(join(folder, 'a'));
  await writeFile(join(folder, 'secret'), 'secret');
  await symlink(join(folder, 'secret'), join(folder, 'a', `.${name}.part`));
  const log = await archive.begin('a', name);
  await log.append(new Uint8Array([7]));
  await log.commit();
  expect(await readdir(join(folder, 'a'))).toEqual([name]);
  expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('secret');
});

it.each(['../x.mcap', 'a/b.mcap', '.mcap', 'x', ''])('takes no log under the name "%s"', async (bad) => {
  const archive = new FlightLogArchive(await temporaryFolder());
  await expect(archive.begin('a', bad)).rejects.toMatchObject({ code: 'bad_argument' });
});

it('keeps drones apart and inside its folder, whatever they are called', async () => {
  const folder = await temporaryFolder();
  const archive = new FlightLogArchive(folder);
  const ids = ['..', '.', '../..', 'a/b', 'a%2Fb', 'ä', 'A b', '/etc', '🛸'.repeat(31), 'x'.repeat(300)];
  for (const id of ids) await (await archive.begin(id, name)).commit();
  expect((await readdir(folder)).length).toBe(ids.length);
  expect((await filesBelow(folder)).length).toBe(ids.length);
});

it('gives every id a name of its own that is no path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 63 }), fc.string({ maxLength: 63 }), (a, b) => {
      expect(folderNameOf(a)).toMatch(/^[\w%-]{1,200}$/);
      expect(folderNameOf(a) === folderNameOf(b)).toBe(a === b);
    }),
  );
});

it('takes its limits from the configuration', () => {
  expect(flightLogsSettings(loadConfig('', 'x.ini', serverConfigSpec))).toEqual({
    ...{ isFetching: true, settleMs: 10_000, maxFileBytes: 100_000_000 },
    ...{ maxDroneBytes: 2_000_000_000, maxTotalBytes: 20_000_000_000 },
  });
});
