/** `starling report` as a whole: the program, its page in Chromium, its MCAP with the official reader. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runReport } from '../../bin/commands/report.js';
import { UsageError } from '../../lib/errors.js';
import { RecorderFolder } from '../../server/recorder/adapters/recorder-folder.js';
import { Recorder } from '../../server/recorder/recorder.js';
import { defaultRecorderSettings } from '../../server/recorder/recorder-settings.js';
import { faultsOf, ofTopic, readIndexed } from '../drone-client/flight-log/support.js';
import { logOf, recordEvening, startMs } from '../server/recorder/flight-support.js';
import { identity } from '../server/recorder/support.js';
import { FakeClock } from '../support/fake-clock.js';
import { runProgram } from '../support/program.js';

const run = promisify(execFile);

/** Nothing but the page itself is to be loaded: a browser without a network and without a profile. */
const quiet = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--enable-logging=stderr'],
  '--host-resolver-rules=MAP * ~NOTFOUND',
];

let state: string;
let recordings: string;
let page: string;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'starling-report-'));
  recordings = join(state, 'recordings');
  page = join(state, 'report.html');
});

afterEach(() => rm(state, { recursive: true }));

const files = () => new RecorderFolder(recordings, { isDurable: false });

async function putLog(droneId: string, bytes: Uint8Array | string): Promise<void> {
  const folder = join(state, 'flight-logs', droneId);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '0001-20231114T221320Z.mcap'), bytes);
}

/** A server that ran a moment later, and flew nothing. */
async function recordNothing(): Promise<void> {
  const nothing = () => undefined;
  const recorder = new Recorder({
    ...{ clock: new FakeClock(startMs + 60_000), files: files(), identity },
    settings: { ...defaultRecorderSettings, minFreeBytes: 0 },
    observe: () => ({ drones: [], server: {} }),
    ...{ onAlarm: nothing, onRecovered: nothing, onWarning: nothing },
  });
  await recorder.close();
}

describe('the report of a flight in a browser', () => {
  /** What a browser makes of it, and what it complains of. */
  async function browse(path: string, ...options: string[]) {
    const profile = `--user-data-dir=${join(state, 'profile')}`;
    const { stdout, stderr } = await run(
      'chromium',
      [...quiet, profile, ...options, pathToFileURL(path).href],
      {
        maxBuffer: 64 * 1024 * 1024,
        timeout: 60_000,
      },
    );
    return { stdout, complaints: stderr.split('\n').filter((line) => line.includes(':CONSOLE')) };
  }

  it('is one page that says how each drone fared, runs its own script, and wants nothing from anywhere', async () => {
    await recordEvening({ ids: ['drone-1', 'drone-2', '<script>alert(1)</script>'], files: files() });
    await putLog('drone-2', logOf('drone-2', { offsetMs: 250 }));
    const made = await runProgram(['report', state, '-o', page]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain('✗ 1 of 3 drones did not land as planned');
    const { stdout, complaints } = await browse(page, '--dump-dom');
    expect(complaints).toEqual([]);
    for (const text of ['No flight log of', 'wind 9 m/s', 'failsafe: wind', '<td>panel</td>', 'intact'])
      expect(stdout).toContain(text);
    expect(stdout.match(/<svg/g)).toHaveLength(4);
    expect(stdout).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    // The script shows the search only where it runs.
    expect(stdout).toMatch(/<input type="search" id="find"[^>]*>/);
    expect(stdout).not.toMatch(/<input type="search" id="find"[^>]* hidden/);
  });

  it('hides what is not wanted, by its boxes and by words', async () => {
    await recordEvening({ ids: ['drone-1', 'drone-2'], files: files() });
    await runProgram(['report', state, '-o', page]);
    // The same page, whose policy is taken away for a visitor who clicks.
    const visitor = `<script>
const seen = () => [...document.querySelectorAll('.time tbody tr')].filter((row) => row.offsetHeight > 0).length;
const counts = [seen()];
document.getElementById('show-state').click(); counts.push(seen());
document.getElementById('show-state').click(); document.getElementById('only-bad').click(); counts.push(seen());
document.getElementById('only-bad').click();
const box = document.getElementById('find'); box.value = 'WIND 9'; box.dispatchEvent(new Event('input')); counts.push(seen());
document.title = 'seen ' + counts.join(' ');
</script></body>`;
    const html = await readFile(page, 'utf8');
    await writeFile(
      page,
      html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '').replace('</body>', visitor),
    );
    const { stdout, complaints } = await browse(page, '--dump-dom');
    expect(complaints).toEqual([]);
    expect(/<title>([^<]*)/.exec(stdout)?.[1]).toBe('seen 11 3 2 1');
  });

  it('prints on paper', async () => {
    await recordEvening({ ids: ['drone-1', 'drone-2'], files: files() });
    await runProgram(['report', state, '-o', page]);
    const pdf = join(state, 'report.pdf');
    await browse(page, `--print-to-pdf=${pdf}`, '--no-pdf-header-footer');
    const text = await readFile(pdf, 'latin1');
    expect(text).toMatch(/^%PDF-/);
    const pages = text.match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(8);
  });

  it('opens for 500 drones', async () => {
    const ids = Array.from({ length: 500 }, (_, place) => `drone-${place + 1}`);
    await recordEvening({ ids, files: files() });
    for (const id of ids) await putLog(id, logOf(id, { offsetMs: 3, seconds: 5 }));
    const made = await runProgram(['report', state, '-o', page]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const html = await readFile(page, 'utf8');
    expect(html.length).toBeLessThan(1_000_000);
    const { stdout, complaints } = await browse(page, '--dump-dom');
    expect(complaints).toEqual([]);
    expect(stdout).toContain('1 of 500 drones did not land as planned');
    expect(stdout).toContain('<summary>500 drones </summary>drone-1, drone-2, ');
  });
});

describe('the telemetry of a recording as MCAP', () => {
  it('is opened by the official reader, with schemas and all of its messages', async () => {
    await recordEvening({ ids: ['drone-1', 'drone-2'], files: files() });
    const path = join(state, 'session.mcap');
    const made = await runProgram(['report', recordings, '--mcap', path]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { messages, metadata, reader } = await readIndexed(await readFile(path));
    expect(metadata.get('serverId')).toBe('server-1');
    expect([...reader.schemasById.values()].map(({ name, encoding }) => [name, encoding]).sort()).toEqual([
      ['foxglove.Log', 'jsonschema'],
      ['starling.Drone', 'jsonschema'],
      ['starling.Record', 'jsonschema'],
    ]);
    const [session = ''] = await readdir(recordings);
    const journal = await readFile(join(recordings, session, 'journal-0001.jsonl'), 'utf8');
    const counts = { journal: journal.trimEnd().split('\n').length, log: 1 };
    expect(ofTopic(messages, '/journal')).toHaveLength(counts.journal);
    expect(ofTopic(messages, '/log')).toHaveLength(counts.log);
    // What a drone says changes each half second of its 20 in the air, and once more at their end.
    expect(ofTopic(messages, '/drones/drone-1')).toHaveLength(42);
    expect(reader.statistics?.messageCount).toBe(BigInt(messages.length));
    const drones = messages.filter(({ topic }) => topic.startsWith('/drones/'));
    expect(drones.flatMap(({ value, schema }) => faultsOf(value, schema.json))).toEqual([]);
  });
});

describe('starling report', () => {
  const said: string[] = [];
  const report = (path: string, options: Parameters<typeof runReport>[1]) =>
    runReport(path, options, (text) => said.push(text));
  beforeEach(() => {
    said.length = 0;
  });

  it('takes the newest flight of a state folder, and says so', async () => {
    await recordEvening({ ids: ['drone-1', 'drone-2'], files: files() });
    await recordNothing();
    await putLog('drone-1', 'no log');
    expect(await report(state, { output: page })).toBe(0);
    expect(said[0]).toMatch(/000001-\w+: the newest recording with a flight; there is none in 000002-/);
    const html = await readFile(page, 'utf8');
    expect(html).toContain('Left out: drone-1/0001-20231114T221320Z.mcap: it is no flight log.');
  });

  it('prints its data, and nothing else, for programs', async () => {
    await recordEvening({ ids: ['drone-1', 'drone-2'], files: files() });
    const { stdout, stderr } = await runProgram(['report', state, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ show: { name: 'evening' }, totals: { drones: 2 } });
    expect(stderr).toContain('the only recording');
  });

  it('replaces an older page, and leaves nothing behind where it can not write', async () => {
    await recordEvening({ ids: ['drone-1'], files: files() });
    await writeFile(page, 'old');
    await report(recordings, { output: page });
    expect(await readFile(page, 'utf8')).toContain('<!DOCTYPE html>');
    const nowhere = join(state, 'not', 'there.html');
    await expect(report(recordings, { output: nowhere })).rejects.toThrow(/there.html: there is no folder/);
    await expect(report(recordings, { mcap: recordings })).rejects.toThrow(/is a folder/);
    expect((await readdir(state)).sort()).toEqual(['recordings', 'report.html']);
  });

  it('says what is wrong with what it was given', async () => {
    await expect(report(state, { output: page })).rejects.toThrow(/NNNNNN-YYYYMMDDTHHMMSSZ/);
    await recordNothing();
    await expect(report(state, { output: page })).rejects.toThrow(/no flight to report on/);
    const [session = ''] = await readdir(recordings);
    const there = join(recordings, session);
    await expect(report(there, { output: page })).rejects.toThrow(/"starling replay" shows what there is/);
    await expect(report(state, {})).rejects.toThrow(/nothing to make/);
    await expect(report(state, { output: page, mcap: page })).rejects.toThrow(UsageError);
    await recordEvening({ ids: ['drone-1'], files: files() });
    const second = report(state, { output: page, flight: 2 });
    await expect(second).rejects.toThrow('--flight 2: this recording has one flight');
    const lost = report(state, { output: page, logs: join(state, 'nowhere') });
    await expect(lost).rejects.toThrow(/nowhere: flight logs can not be read/);
    expect(await runProgram(['report', state])).toMatchObject({ code: 2 });
  });
});
