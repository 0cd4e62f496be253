import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { FlightLogFolder } from '../../../drone-client/flight-log/adapters/flight-log-folder.js';
import { formatLogName, parseLogName } from '../../../drone-client/flight-log/log-name.js';
import { LogShelf } from '../../../drone-client/flight-log/log-shelf.js';
import { flightLogSettings } from '../../../drone-client/flight-log/settings.js';
import { loadConfig } from '../../../lib/config/index.js';
import {
  FaultyFiles,
  fileIn,
  folderRig,
  namesIn,
  ofTopic,
  Rig,
  readStream,
  temporaryFolder,
} from './support.js';

async function statesIn(folder: string): Promise<number[]> {
  const times: number[] = [];
  for (const name of await namesIn(folder)) {
    const { messages } = readStream(await fileIn(folder, name));
    times.push(...ofTopic(messages, '/drone/state').map(({ value }) => Number(value.monotonicMs)));
  }
  return times;
}

it('begins a new file when one is full, and loses nothing between them', async () => {
  const { rig, folder } = await folderRig({ maxFileBytes: 100_000 });
  await rig.fly(20_000);
  await rig.log.close();
  const names = await namesIn(folder);
  expect(names.length).toBeGreaterThan(3);
  for (const name of names) {
    const bytes = await fileIn(folder, name);
    expect(bytes.length).toBeLessThanOrEqual(100_000);
    expect(readStream(bytes).isDone).toBe(true);
  }
  const times = await statesIn(folder);
  expect(times.every((time, place) => time === 50 * (place + 1))).toBe(true);
  expect(times.length).toBeGreaterThan(440);
});

it('throws away the oldest when all together grow too large, never the one being written', async () => {
  const { rig, folder } = await folderRig({ maxFileBytes: 60_000, maxTotalBytes: 200_000 });
  await rig.fly(30_000);
  await rig.log.close();
  const names = await namesIn(folder);
  const sizes = await Promise.all(names.map(async (name) => (await fileIn(folder, name)).length));
  expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(200_000);
  expect(names[0]?.startsWith('0001')).toBe(false);
  const numbers = names.map((name) => Number(name.slice(0, 4)));
  expect(numbers.every((number, place) => number === (numbers[0] ?? 0) + place)).toBe(true);
  expect((await statesIn(folder)).at(-1)).toBeGreaterThan(31_900);
});

it('makes room on a disk that is nearly full, and leaves the rest of it alone', async () => {
  const folder = await temporaryFolder();
  const files = new FaultyFiles(folder);
  for (const number of [1, 2, 3])
    await writeFile(join(folder, formatLogName({ number, utcMs: 0 })), Buffer.alloc(1000));
  files.free = 1500;
  const limits = { maxFileBytes: 500, maxTotalBytes: 100_000, minFreeBytes: 2500 };
  const shelf = new LogShelf(files, () => limits);
  const log = await shelf.create(0);
  await log.sink.close();
  expect((await namesIn(folder)).map((name) => name.slice(0, 4))).toEqual(['0003', '0004']);
  files.free = 0;
  await expect(shelf.makeRoom(0)).rejects.toMatchObject({ code: 'no_room' });
  expect((await namesIn(folder)).map((name) => name.slice(0, 4))).toEqual(['0003', '0004']);
});

it('ends the file in order when the disk fills up in flight, says so once, and goes on when there is room', async () => {
  const folder = await temporaryFolder();
  const files = new FaultyFiles(folder);
  const rig = new Rig(files, { minFreeBytes: 1000 });
  rig.state.armed = true;
  files.free = 1_000_000_000;
  await rig.pass(5000, files);
  files.free = 10;
  await rig.pass(30_000, files);
  expect(rig.warnings).toHaveLength(1);
  expect(rig.warnings[0]).toContain('the disk has 0.0 MB left: free some of it');
  expect(rig.log.dropped).toBeGreaterThan(0);
  files.free = 1_000_000_000;
  await rig.pass(20_000, files);
  await rig.fly(0);
  await rig.log.close();
  const names = await namesIn(folder);
  expect(names.length).toBe(2);
  for (const name of names) expect(readStream(await fileIn(folder, name)).isDone).toBe(true);
  expect((await statesIn(folder)).at(-1)).toBeGreaterThan(56_000);
});

it('survives a disk that refuses: what was written stays readable, the gap is counted and said', async () => {
  const folder = await temporaryFolder();
  const files = new FaultyFiles(folder);
  const rig = new Rig(files);
  rig.state.armed = true;
  files.roomBytes = 100_000;
  await rig.pass(10_000, files);
  expect(rig.warnings).toEqual(['the flight log has a gap: ENOSPC: no space left on device']);
  files.roomBytes = Number.POSITIVE_INFINITY;
  await rig.pass(20_000, files);
  await rig.fly(0);
  await rig.log.close();
  const [first, second, ...others] = await namesIn(folder);
  expect(others).toEqual([]);
  expect(readStream(await fileIn(folder, first))).toMatchObject({ isDone: false });
  const { messages } = readStream(await fileIn(folder, second));
  const gap = ofTopic(messages, '/log').find(({ value }) => String(value.message).includes('not recorded'));
  const times = await statesIn(folder);
  const written = times.length;
  const { dropped: lost } = (gap?.value.data ?? { dropped: 0 }) as { dropped: number };
  expect(lost).toBeGreaterThan(100);
  expect(written + lost).toBe((times.at(-1) ?? 0) / 50);
});

it('leaves no empty files behind on a disk that takes names and no bytes', async () => {
  const folder = await temporaryFolder();
  const files = new FaultyFiles(folder);
  const rig = new Rig(files);
  rig.state.armed = true;
  for (let again = 0; again < 4; again++) {
    files.roomBytes = again % 2 === 0 ? 100 : 6000;
    await rig.pass(11_000, files);
  }
  expect(await namesIn(folder)).toEqual([]);
  expect(rig.warnings).toHaveLength(1);
  await rig.log.close();
});

it('drops samples rather than memory when the disk is too slow, and counts them', async () => {
  const folder = await temporaryFolder();
  const files = new FaultyFiles(folder);
  let open: () => void = () => undefined;
  files.gate = new Promise((resolve) => {
    open = resolve;
  });
  const rig = new Rig(files);
  rig.state.armed = true;
  await rig.clock.advance(120_000);
  expect(rig.warnings).toEqual(['the flight log has a gap: the disk is too slow']);
  const { dropped } = rig.log;
  expect(dropped).toBeGreaterThan(500);
  open();
  await files.idle();
  await rig.fly(1000);
  await rig.log.close();
  const times = await statesIn(folder);
  expect(times.length + dropped).toBe((times.at(-1) ?? 0) / 50);
});

it('does not wait for ever for a disk that hangs at the end', async () => {
  const files = new FaultyFiles(await temporaryFolder());
  let open: () => void = () => undefined;
  files.gate = new Promise((resolve) => {
    open = resolve;
  });
  const rig = new Rig(files);
  rig.state.armed = true;
  await rig.clock.advance(2000);
  let isClosed = false;
  const closed = rig.log.close().then(() => {
    isClosed = true;
  });
  await rig.clock.advance(1900);
  expect(isClosed).toBe(false);
  await rig.clock.advance(200);
  expect(isClosed).toBe(true);
  open();
  await closed;
  await rig.log.close();
});

it('reads only regular files under names of its own', async () => {
  const folder = await temporaryFolder();
  const name = '0001-20240101T000000Z.mcap';
  await writeFile(join(folder, 'secret'), 'secret');
  await symlink(join(folder, 'secret'), join(folder, name));
  await mkdir(join(folder, '0002-20240101T000000Z.mcap'));
  await writeFile(join(folder, 'notes.txt'), 'x');
  const files = new FlightLogFolder(folder);
  expect(await files.list()).toEqual([]);
  await expect(files.read(name, { offset: 0, length: 10 })).rejects.toMatchObject({ code: 'ELOOP' });
  await expect(files.read('../secret', { offset: 0, length: 10 })).rejects.toMatchObject({
    code: 'bad_argument',
  });
  expect(await new FlightLogFolder(join(folder, 'none', 'yet')).freeBytes()).toBeGreaterThan(0);
});

it('writes and understands names, and takes no path for one', () => {
  const name = formatLogName({ number: 42, utcMs: 1_700_000_000_000 });
  expect(name).toBe('0042-20231114T221320Z.mcap');
  expect(parseLogName(name)).toEqual({ number: 42, utcMs: 1_700_000_000_000 });
  expect(formatLogName({ number: 1, utcMs: Number.NaN })).toBe('0001-19700101T000000Z.mcap');
  expect(formatLogName({ number: 1, utcMs: 1e300 })).toBe('0001-99991231T235959Z.mcap');
  for (const bad of [`../${name}`, `/${name}`, `${name}\0`, ` ${name}`, `${name}\n`, '0042.mcap', '..', ''])
    expect(parseLogName(bad)).toBeUndefined();
});

it('takes its limits from the configuration, and never lets one file fill the room of all', () => {
  const settings = (text: string) => flightLogSettings(loadConfig(text, 'x.ini', droneConfigSpec));
  expect(settings('')).toEqual({
    isEnabled: true,
    frequencyHz: 20,
    afterDisarmMs: 5000,
    maxFileBytes: 50_000_000,
    maxTotalBytes: 500_000_000,
    minFreeBytes: 200_000_000,
  });
  expect(settings('[FLIGHT LOG]\nmax_total = 10\n').maxFileBytes).toBe(5_000_000);
});
