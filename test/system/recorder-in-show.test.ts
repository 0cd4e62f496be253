/** The black box's disk fills up in mid-show, as the kernel makes it: needs root, for a small tmpfs of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SessionFolderFiles } from '../../server/recorder/adapters/recorder-folder.js';
import { Recording } from '../../server/recorder/replay/recording.js';
import { Program } from '../support/program.js';
import { until } from '../support/until.js';

const isRoot = process.getuid?.() === 0;

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'starling-full-'));
  await mkdir(join(folder, 'disk'));
  if (isRoot) execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', join(folder, 'disk')]);
});
afterEach(() => {
  if (isRoot) execFileSync('/bin/umount', [join(folder, 'disk')]);
  rmSync(folder, { recursive: true });
});

it.skipIf(!isRoot)(
  'a disk that is full in mid-show costs a record and an alarm, and nothing of the show',
  async () => {
    const disk = join(folder, 'disk');
    const state = join(folder, 'state');
    const config = join(folder, 'server.ini');
    await writeFile(config, `[RECORDER]\nfolder = ${disk}\nmin_free = 1\n`);
    const demo = new Program(['demo', '--headless', '--json', '--state', state, '--config', config]);
    const log = () => readFileSync(join(state, 'server.log'), 'utf8');
    try {
      await demo.says(/running: 5 armed/, 60_000);
      await writeFile(join(disk, 'other'), new Uint8Array(7_500_000));
      await until(() => /BLACK BOX does not record/.test(log()), 15_000, 'the alarm');
      await rm(join(disk, 'other'));
      await until(() => /black box records again/.test(log()), 25_000, 'the recovery');
      expect(await demo.end(120_000)).toBe(0);
    } finally {
      await demo.stop();
    }
    expect(JSON.parse(demo.stdout)).toMatchObject({ totals: { drones: 5, landed: 5 } });
    expect(log()).toMatch(/the BLACK BOX does not record: .*; everything else goes on/);
    const [session = ''] = await readdir(disk);
    const recording = await Recording.open(new SessionFolderFiles(join(disk, session)));
    expect(recording.verdict).toMatchObject({ findings: [], isEnded: true });
    expect(log()).toMatch(/black box records again; lost: .*\d+ frame/);
    const flights = recording.records.filter(({ kind, body }) => kind === 'state' && body.what === 'flight');
    expect(flights.map(({ body }) => body.id).sort()).toEqual([
      'drone-1',
      'drone-2',
      'drone-3',
      'drone-4',
      'drone-5',
    ]);
  },
);
