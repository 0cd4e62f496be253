import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../../server/recorder/replay/chain-view.js';
import { Recording } from '../../../../server/recorder/replay/recording.js';
import {
  jsonOfSession,
  type ToldSession,
  textOfSession,
} from '../../../../server/recorder/replay/replay-text.js';
import { storyOf } from '../../../../server/recorder/replay/session-log.js';
import { eveningDisk } from './support.js';

async function told(
  more: Partial<ToldSession> = {},
  change = (journal: string) => journal,
): Promise<ToldSession> {
  const recording = await Recording.open((await eveningDisk(change)).sessionFiles());
  const { lines } = storyOf(recording.records, recording.startMs);
  const health = healthOf(recording, await recording.verify());
  const rest = { session: 'evening', newestOf: 3, isBeingWritten: false, fromMs: 0 };
  return { recording, lines, health, ...rest, ...more };
}

describe('a recording as text', () => {
  it('says what it is and that it is whole, then what happened, line by line', async () => {
    const lines = [...textOfSession(await told())];
    expect(lines[0]).toBe('# recording evening (the newest of 3)');
    expect(lines[1]).toBe('# began 2026-08-01 21:00:00 UTC, 1:40 long, by 0.1.0');
    expect(lines[2]).toMatch(/^# chain intact: \d+ records/);
    expect(lines[3]).toBe(
      '2026-08-01T21:00:00Z    0:00 info    show "circle" loaded: 3 slots, digest 1a2b3c4d',
    );
    expect(lines).toContain('2026-08-01T21:01:00Z    1:00 warning drone-2 lost while armed (silence)');
  });

  it('begins where it is asked to', async () => {
    const lines = [...textOfSession(await told({ fromMs: 80_000, newestOf: undefined }))];
    expect(lines[0]).toBe('# recording evening');
    expect(lines.filter((line) => !line.startsWith('#'))).toEqual([
      '2026-08-01T21:01:20Z    1:20 info    show: idle',
    ]);
  });

  it('says loudly that somebody has changed it, and where', async () => {
    const text = [...textOfSession(await told({}, (journal) => journal.replace('anna', 'anne')))].join('\n');
    expect(text).toMatch(
      /^# TAMPERED at journal, part 1, line \d+: record \d+, or the one before it, was changed$/m,
    );
  });

  it('says that it goes on, or that its end is missing', async () => {
    const cut = (journal: string) => journal.slice(0, journal.trimEnd().lastIndexOf('\n') + 1);
    const [missing, writing] = [await told({}, cut), await told({ isBeingWritten: true }, cut)];
    expect([...textOfSession(missing)].join('\n')).toMatch(/# its end is missing .* until 21:01:40/);
    expect([...textOfSession(writing)].join('\n')).toMatch(/# it is being written now: .* until 21:01:40/);
  });

  it('lets nothing through that commands a terminal', async () => {
    const changed = await told({}, (journal) => journal.replace('anna', 'an\\u001b[2Jna'));
    expect([...textOfSession(changed)].join('')).not.toContain('\u001b');
    const c1 = await told({}, (journal) => journal.replace('anna', 'an\u009b2J\u202ena'));
    const json = [...jsonOfSession(c1)].join('\n');
    expect(json).not.toMatch(/[\u009b\u202e]/);
    expect(json).toContain('an\\u009b2J\\u202ena');
  });

  it('is objects for programs', async () => {
    const [head, ...lines] = [...jsonOfSession(await told())].map((line) => JSON.parse(line) as object);
    expect(head).toMatchObject({
      type: 'recording',
      durationMs: 100_000,
      chain: { state: 'whole', findings: [] },
    });
    expect(lines.at(-1)).toMatchObject({ type: 'line', tMs: 80_000, kind: 'state', text: 'show: idle' });
  });
});
