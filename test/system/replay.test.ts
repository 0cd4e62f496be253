import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecorderFolder } from '../../server/recorder/adapters/recorder-folder.js';
import { recordEvening } from '../server/recorder/replay/support.js';
import { programPath, runProgram } from '../support/program.js';
import { requireTmux, Terminal } from '../support/tmux.js';

const folder = mkdtempSync(join(tmpdir(), 'starling-replay-'));
/** As a server keeps it: two sessions, the newer one is the evening. */
const state = join(folder, 'state');
const recordings = join(state, 'recordings');

let evening = '';

beforeAll(async () => {
  await recordEvening(new RecorderFolder(recordings, { isDurable: false }), 200);
  await recordEvening(new RecorderFolder(recordings, { isDurable: false }), 200);
  mkdirSync(join(folder, 'void'));
  evening = join(recordings, readdirSync(recordings).sort().at(-1) ?? '');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The evening once more, changed. */
function copy(name: string, change: (folder: string) => void): string {
  const other = join(folder, name);
  cpSync(evening, other, { recursive: true });
  change(other);
  return other;
}

describe('a recording in a real terminal of 80 by 24', () => {
  let terminal: Terminal;

  beforeAll(requireTmux);
  afterAll(() => terminal.close());

  it('is played, moved in, looked at, commands nothing, and gives the terminal back', async () => {
    terminal = new Terminal(`${process.execPath} ${programPath} replay ${state} --at 0:15`);
    const first = await terminal.until(/PLAYING 0:1\d of 1:40 .*1x {2}chain intact/);
    expect(first).toMatch(/^ REPLAY .*2026-08-01 21:00:1\d UTC/);
    expect(first).toMatch(/000002-20260801T210000Z \(newest of 2\)/);
    expect(first).toMatch(/\n REPLAY {2}space play/);
    terminal.keys('Space');
    await terminal.until(/ PAUSED /);
    // From event to event: the start, the show, the gust, the loss.
    terminal.keys('n', 'n', 'n', 'n');
    const lost = await terminal.until(/PAUSED {2}1:00[\s\S]*drone-2 +LOST!/);
    expect(lost).toMatch(/SHOW 0:30 of 1:00/);
    expect(lost).toMatch(/ 1 connected .*2 armed .*1 lost/);
    expect(lost).toMatch(/gusts of 9\.1 m\/s/);
    expect(lost).toMatch(/NEXT in 0:09 anna: land/);
    terminal.keys('Left');
    await terminal.until(/PAUSED {2}0:50[\s\S]*drone-2 +ARMED/);
    terminal.keys('C-x');
    await terminal.until(/this is a recording: nothing can be commanded/);
    terminal.keys('End');
    await terminal.until(/ END +1:40 of 1:40[\s\S]*end of the recording/);
    terminal.keys('Home');
    await terminal.until(/ IDLE [\s\S]*PAUSED {2}0:00/);
    terminal.keys(']', ']', ']', ']', ']', 'Space');
    await terminal.until(/ END +1:40 of 1:40 .* 32x/);
    terminal.keys('?');
    await terminal.until(/Leaves the recording|10 s back/);
    terminal.keys('q', 'q');
    await terminal.until(() => terminal.ending() !== undefined);
    expect(terminal.ending()).toEqual({ status: 0, isCooked: true });
  });
});

describe('a recording as text', () => {
  it('is told when it goes to a pipe, the newest of a state folder, each thing once', async () => {
    const { code, stdout, stderr } = await runProgram(['replay', state]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^# recording 000002-20260801T210000Z \(the newest of 2\)\n/);
    expect(stdout).toMatch(/# chain intact/);
    expect(stdout.match(/drone-2 lost/g)?.length).toBe(1);
    expect(stdout.match(/show: countdown/g)?.length).toBe(1);
  });

  it('is objects for programs, from a moment on', async () => {
    const { code, stdout } = await runProgram(['replay', evening, '--json', '--at', '1:15']);
    const [head, ...lines] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { tMs?: number });
    expect(code).toBe(0);
    expect(head).toMatchObject({ type: 'recording', chain: { state: 'whole' } });
    expect(lines.map(({ tMs }) => tMs)).toEqual([80_000]);
  });

  it('says that it was tampered with, and fails with 3', async () => {
    const forged = copy('000009-20260801T210000Z', (other) => {
      const path = join(other, 'journal-0001.jsonl');
      writeFileSync(path, readFileSync(path, 'utf8').replace('anna', 'anne'));
    });
    const { code, stdout } = await runProgram(['replay', forged, '--text']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/# TAMPERED at journal, part 1, line \d+/);
    expect(stdout).toMatch(/anne: land/);
  });

  it('is told as far as it goes when its end was torn off', async () => {
    const torn = copy('000010-20260801T210000Z', (other) => {
      const path = join(other, 'journal-0001.jsonl');
      truncateSync(path, readFileSync(path).length - 400);
    });
    const { code, stdout } = await runProgram(['replay', join(torn, 'journal-0001.jsonl')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/# it is being written now: this is what there is until/);
    expect(stdout).toMatch(/drone-2 lost/);
  });

  it('ends in peace when whoever reads has seen enough', async () => {
    const reader = spawn('sh', [
      '-c',
      `${process.execPath} ${programPath} replay ${evening} 2>&1 | head -n 1`,
    ]);
    let said = '';
    reader.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    await once(reader, 'close');
    expect(said.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    ['nothing', () => join(folder, 'nowhere'), /nowhere: there is no such file or folder/],
    [
      'a folder without recordings',
      () => join(folder, 'void'),
      /there is nothing that a server has recorded; name a recording/,
    ],
    ['a file', () => programPath, /this is no recording; a recording is a folder/],
    [
      'an empty session',
      () => {
        const empty = join(folder, '000011-20260801T210000Z');
        mkdirSync(empty, { recursive: true });
        return empty;
      },
      /this recording is empty/,
    ],
    [
      'a session without a word',
      () => copy('000012-20260801T210000Z', (other) => truncateSync(join(other, 'journal-0001.jsonl'), 0)),
      /no recording that can be played: there is no journal here/,
    ],
  ])('is refused for %s, in one sentence', async (_what, path, said) => {
    const { code, stdout, stderr } = await runProgram(['replay', path()]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(said);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('has a beginning within it, and a speed where there is a panel', async () => {
    expect((await runProgram(['replay', evening, '--at', '9:00'])).stderr).toMatch(/only 1:40 long/);
    expect((await runProgram(['replay', evening, '--speed', '4'])).stderr).toMatch(
      /--speed goes with the panel/,
    );
    expect((await runProgram(['replay', evening, '--speed', '99'])).code).toBe(2);
  });
});
