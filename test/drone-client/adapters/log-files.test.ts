import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogFiles } from '../../../drone-client/adapters/log-files.js';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'starling-log-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const read = (name: string) => readFileSync(join(scratch, name), 'utf8');

it('the log of a client goes on where the one before it ended', async () => {
  for (const line of ['first\n', 'second\n']) {
    const log = new LogFiles({ folder: scratch, onTrouble: expect.fail });
    log.write(line);
    await log.close();
  }
  expect(read('drone.log')).toBe('first\nsecond\n');
});

it('a log that has grown is put aside, and so many are kept', async () => {
  const log = new LogFiles({ folder: scratch, onTrouble: expect.fail, maxBytes: 10, keptFiles: 2 });
  for (const line of ['1 aaaaa\n', '2 bbbbb\n', '3 ccccc\n', '4 ddddd\n']) {
    log.write(line);
    await log.settled();
  }
  await log.close();
  expect(readdirSync(scratch).sort()).toEqual(['drone.log', 'drone.log.1', 'drone.log.2']);
  expect(['drone.log', 'drone.log.1', 'drone.log.2'].map(read)).toEqual([
    ...['4 ddddd\n', '3 ccccc\n', '2 bbbbb\n'],
  ]);
});

it('a log that can not be written is told once, and goes on when it can', async () => {
  const folder = join(scratch, 'later');
  const told: string[] = [];
  const log = new LogFiles({ folder, onTrouble: (text) => told.push(text) });
  for (const line of ['lost\n', 'lost too\n']) {
    log.write(line);
    await log.settled();
  }
  expect(told).toEqual([expect.stringMatching(/later\/drone\.log: the log has a gap: ENOENT/)]);
  mkdirSync(folder);
  log.write('there\n');
  await log.close();
  expect(read('later/drone.log')).toBe('there\n');
  expect(told).toHaveLength(1);
});
