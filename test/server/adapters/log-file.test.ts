import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFile } from '../../../server/adapters/log-file.js';

const line = { atUtcMs: 0, level: 'warning', text: 'drone-1 lost' } as const;

describe('the log file', () => {
  let folder: string;
  let failures: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    failures = [];
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('holds every line when it is closed, after those of earlier runs', async () => {
    for (let run = 0; run < 2; run++) {
      const log = openLogFile(join(folder, 'state'), (text) => failures.push(text));
      log.write(line);
      await log.close();
    }
    const lines = readFileSync(join(folder, 'state', 'server.log'), 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((text) => JSON.parse(text))).toMatchObject([
      { level: 40, msg: 'drone-1 lost' },
      { level: 40, msg: 'drone-1 lost' },
    ]);
  });

  it('on a full disk costs the log and nothing else: it is told once, writing goes on, closing ends', async () => {
    symlinkSync('/dev/full', join(folder, 'server.log'));
    const log = openLogFile(folder, (text) => failures.push(text));
    for (let n = 0; n < 100; n++) log.write(line);
    await log.close();
    log.write(line);
    expect(failures).toEqual([expect.stringMatching(/server\.log: the log is written no more \(ENOSPC/)]);
  });

  it('that can not be opened is named', () => {
    mkdirSync(join(folder, 'server.log'));
    expect(() => openLogFile(folder, (text) => failures.push(text))).toThrow(
      /server\.log: the log can not be written/,
    );
  });
});
