/** The black box on a disk that is full, as the kernel makes it: needs root, for a small tmpfs of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { RecorderFolder, SessionFolderFiles } from '../../server/recorder/adapters/recorder-folder.js';
import { Recorder } from '../../server/recorder/recorder.js';
import { defaultRecorderSettings } from '../../server/recorder/recorder-settings.js';
import { Recording } from '../../server/recorder/replay/recording.js';
import { until } from '../support/until.js';

const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)('the black box on a full disk (root only)', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'starling-recorder-'));
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
  });
  afterEach(() => {
    execFileSync('/bin/umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  it('stops with an alarm, harms nobody, and goes on when there is room', async () => {
    const told: string[] = [];
    const recorder = new Recorder({
      clock: new SystemClock(),
      files: new RecorderFolder(folder),
      identity: { serverId: 'server-1', software: '0.1.0' },
      settings: { ...defaultRecorderSettings, flushMs: 10, retryMs: 200, minFreeBytes: 0 },
      observe: () => ({ drones: [], server: {} }),
      onAlarm: (reason) => told.push(`alarm: ${reason}`),
      onRecovered: ({ note = 0 }) => told.push(`lost some: ${note > 0}`),
      onWarning: (text) => told.push(text),
    });
    const note = (text: string) => recorder.record({ kind: 'note', body: { level: 'info', text } });
    await writeFile(join(folder, 'other'), new Uint8Array(150_000));
    let written = 0;
    await until(() => {
      for (let n = 0; n < 20; n++) note(`note ${written++} ${'x'.repeat(200)}`);
      return told.length > 0;
    });
    expect(told).toEqual(['alarm: ENOSPC: no space left on device, write']);
    expect(statfsSync(folder).bavail).toBe(0);
    note('lost');
    await rm(join(folder, 'other'));
    await until(() => told.length > 1);
    expect(told[1]).toBe('lost some: true');
    note('after');
    await recorder.close();
    const [session = ''] = (await readdir(folder)).filter((name) => name !== 'other');
    const recording = await Recording.open(new SessionFolderFiles(join(folder, session)));
    expect(recording.verdict).toMatchObject({ findings: [], isEnded: true });
    const kinds = recording.records.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'note')).toEqual(['head', 'head', 'gap', 'end']);
    const { log } = await recording.at(recording.durationMs);
    expect(log.at(0)?.text).toContain('note 0 ');
    expect(log.at(-1)?.text).toBe('after');
    expect(readFileSync(join(folder, session, 'journal-0001.jsonl')).length).toBeGreaterThan(10_000);
  });
});
