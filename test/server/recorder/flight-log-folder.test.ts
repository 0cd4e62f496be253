import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFlightLogs } from '../../../server/recorder/report/adapters/flight-log-folder.js';
import { logOf, startMs } from './flight-support.js';

const span = { fromUtcMs: startMs, untilUtcMs: startMs + 60_000, isArchive: true };

describe('the flight logs of a flight', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'starling-logs-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function put(name: string, bytes: Uint8Array | string, changedMs = startMs + 90_000): Promise<void> {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
    await utimes(join(folder, name), changedMs / 1000, changedMs / 1000);
  }

  const dayMs = 24 * 3_600_000;

  it('are found by drone, and those of other times are not taken', async () => {
    await put('drone-1/0001-20231114T221320Z.mcap', logOf('drone-1', { offsetMs: 250 }));
    await put('0001-copied.mcap', logOf('drone-2', { offsetMs: 0 }));
    // By its own clock it is of the right time: what counts is the server's.
    const later = { offsetMs: 5 * dayMs, fromMs: startMs + 5 * dayMs };
    await put('drone-3/0002-20231114T221320Z.mcap', logOf('drone-3', later));
    await put('drone-3/0001-20231001T000000Z.mcap', 'fetched long ago', startMs - 9 * dayMs);
    await put('drone-1/notes.txt', 'no log');
    const { logs, files, ofOtherTimes, troubles } = await readFlightLogs(folder, span);
    expect(logs.map(({ droneId }) => droneId).sort()).toEqual(['drone-1', 'drone-2']);
    expect({ files, ofOtherTimes, troubles }).toEqual({ files: 3, ofOtherTimes: 1, troubles: [] });
  });

  it('are taken from nobody who speaks for another', async () => {
    await put('drone-1/0001-20231114T221320Z.mcap', logOf('drone-2', { offsetMs: 0 }));
    const { logs, troubles } = await readFlightLogs(folder, span);
    expect(logs).toEqual([]);
    expect(troubles).toEqual([
      'drone-1/0001-20231114T221320Z.mcap: it says that it is of drone "drone-2", and lies in the folder of another',
    ]);
  });

  it('count once when a log is there twice', async () => {
    const log = logOf('drone-1', { offsetMs: 0, seconds: 10 });
    await put('drone-1/0001-20231114T221320Z-2.mcap', log.subarray(0, log.length / 2));
    await put('drone-1/0001-20231114T221320Z.mcap', log);
    await put('drone-1/0002-copy.mcap', log.subarray(0, log.length / 2));
    const { logs } = await readFlightLogs(folder, span);
    expect(logs.map(({ seconds }) => seconds.length)).toEqual([10]);
  });

  it('that can not be read are told of, and keep no other from being read', async () => {
    await put('drone-1/0001-20231114T221320Z.mcap', 'nonsense');
    await put('drone-2/0001-20231114T221320Z.mcap', logOf('drone-2', { offsetMs: 0 }));
    await symlink('/etc/hostname', join(folder, 'link.mcap'));
    const { logs, files, troubles } = await readFlightLogs(folder, span);
    expect(logs).toHaveLength(1);
    expect({ files, troubles }).toEqual({
      files: 2,
      troubles: ['drone-1/0001-20231114T221320Z.mcap: it is no flight log'],
    });
  });
});
