import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecorderFolder, SessionFolderFiles } from '../../../server/recorder/adapters/recorder-folder.js';
import { Recorder } from '../../../server/recorder/recorder.js';
import { Recording } from '../../../server/recorder/replay/recording.js';
import { FakeClock } from '../../support/fake-clock.js';
import { until } from '../../support/until.js';
import { anyDisk, drone, identity, recordsOf } from './support.js';

describe('a folder of recordings', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'starling-recorder-')), 'recordings');
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true }));

  function recorder(files: RecorderFolder, told: string[] = []) {
    const clock = new FakeClock();
    let frames = 0;
    const tell = (text: string) => told.push(text);
    const box = new Recorder({
      ...{ clock, files, identity, settings: { ...anyDisk, minFreeBytes: 0 } },
      observe: () => ({ drones: [drone('drone-1', { latencyMs: frames++ })], server: {} }),
      onAlarm: tell,
      onWarning: tell,
      onRecovered: () => tell('again'),
    });
    return { box, clock, told };
  }

  it('has a session for each time that the server ran, and each can be replayed', async () => {
    // The same clock twice: the number tells them apart.
    for (let run = 0; run < 2; run++) {
      const { box, clock, told } = recorder(new RecorderFolder(folder));
      box.record({ kind: 'note', body: { level: 'info', text: `run ${run}` } });
      await clock.advance(2000);
      await box.close();
      expect(told).toEqual([]);
    }
    const names = (await readdir(folder)).sort();
    expect(names).toEqual(['000001-20231114T221320Z', '000002-20231114T221320Z']);
    const recording = await Recording.open(new SessionFolderFiles(join(folder, names[1] ?? '')));
    const { log, drones } = await recording.at(1000);
    expect(log.map(({ text }) => text)).toEqual(['run 1']);
    expect(drones[0]?.latencyMs).toBe(4);
    expect(await recording.verify()).toMatchObject({
      ...{ journal: { findings: [], isEnded: true }, telemetry: { findings: [] } },
      isTelemetryComplete: true,
    });
  });

  it('is read to the last whole line after the power was cut', async () => {
    const { box, clock } = recorder(new RecorderFolder(folder));
    box.record({ kind: 'note', body: { level: 'info', text: 'one' } });
    await clock.advance(2000);
    await box.close();
    const session = join(folder, (await readdir(folder))[0] ?? '');
    const journal = join(session, 'journal-0001.jsonl');
    await truncate(journal, (await readFile(journal)).length - 3);
    const recording = await Recording.open(new SessionFolderFiles(session));
    expect(recording.verdict).toMatchObject({ findings: [], isTorn: true, isEnded: false, records: 2 });
  });

  it('that can not be made is an alarm, and the record begins when it can', async () => {
    await writeFile(folder, 'a file where the folder should be');
    const { box, clock, told } = recorder(new RecorderFolder(folder));
    box.record({ kind: 'note', body: { level: 'info', text: 'lost' } });
    await clock.advance(100);
    await until(() => told.length > 0);
    expect(told).toEqual([expect.stringContaining('EEXIST')]);
    await rm(folder);
    await box.close();
    const [session = ''] = await readdir(folder);
    const journal = await readFile(join(folder, session, 'journal-0001.jsonl')).catch(() =>
      readFile(join(folder, session, 'journal-0002.jsonl')),
    );
    expect(recordsOf([journal]).map(({ kind }) => kind)).toEqual(['head', 'gap', 'end']);
  });

  it('that goes while it is written is an alarm, and the record goes on in another', async () => {
    const { box, clock, told } = recorder(new RecorderFolder(folder));
    const note = (text: string) => box.record({ kind: 'note', body: { level: 'info', text } });
    const journals = async () => (await readdir(join(folder, box.session ?? ''))).sort();
    note('before');
    await clock.advance(100);
    await until(() => box.session !== undefined && box.isRecording);
    await until(async () => (await journals().catch((): string[] => [])).includes('journal-0001.jsonl'));
    await rm(folder, { recursive: true });
    await until(async () => {
      note('where is it?');
      await clock.advance(100);
      return told.length > 0;
    });
    expect(told).toEqual([expect.stringContaining('ENOENT')]);
    await until(async () => {
      await clock.advance(1000);
      return told.length > 1;
    });
    expect(told[1]).toBe('again');
    await box.close();
    expect(await journals()).toContain('journal-0002.jsonl');
  });

  it('leads nowhere else', async () => {
    const files = new RecorderFolder(folder);
    await files.begin('000001-20231114T221320Z');
    await expect(files.remove('..')).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(files.createPart('000001-20231114T221320Z', '../x')).rejects.toMatchObject({
      code: 'bad_argument',
    });
    const session = new SessionFolderFiles(join(folder, '000001-20231114T221320Z'));
    await expect(session.read('../x', { offset: 0, length: 1 })).rejects.toMatchObject({
      code: 'bad_argument',
    });
    await symlink('/etc/passwd', join(folder, '000001-20231114T221320Z', 'journal-0001.jsonl'));
    await mkdir(join(folder, 'other'));
    await expect(session.read('journal-0001.jsonl', { offset: 0, length: 9 })).rejects.toMatchObject({
      code: 'ELOOP',
    });
    expect(await files.sessions()).toEqual([{ name: '000001-20231114T221320Z', bytes: 0 }]);
    expect(await new RecorderFolder(join(folder, 'none')).sessions()).toEqual([]);
  });
});
