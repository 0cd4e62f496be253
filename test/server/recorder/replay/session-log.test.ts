import { beforeAll, describe, expect, it } from 'vitest';
import { Recording } from '../../../../server/recorder/replay/recording.js';
import { type SessionStory, storyOf } from '../../../../server/recorder/replay/session-log.js';
import { eveningDisk } from './support.js';

describe('what a recording tells', () => {
  let story: SessionStory;

  beforeAll(async () => {
    const recording = await Recording.open((await eveningDisk()).sessionFiles());
    story = storyOf(recording.records, recording.startMs);
  });

  it('is told once, whether the event log says it or not', () => {
    expect(story.lines.map(({ tMs, text }) => `${tMs / 1000} ${text}`)).toEqual([
      '0 show "circle" loaded: 3 slots, digest 1a2b3c4d',
      '0 drone-1 connected from 10.0.0.1:4000',
      '0 drone-2 connected from 10.0.0.1:4000',
      '10 panel: authorize (drone-1, drone-2)',
      '20 panel: start (drone-1, drone-2)',
      '20 show: countdown',
      '20 start: 2 of 2 ok',
      '30 show: running',
      '50 drone-2: gusts of 9.1 m/s (limit 8 m/s)',
      '60 drone-2 lost while armed (silence)',
      '70 anna: land (drone-1, drone-2)',
      '70 pause wished (drone-1, drone-2)',
      '70 drone-2: land failed: unreachable',
      '80 show: idle',
    ]);
  });

  it('has events to go to: commands, phases, alerts and losses, each moment once', () => {
    expect(story.events.map(({ tMs }) => tMs / 1000)).toEqual([10, 20, 30, 50, 60, 70, 80]);
  });

  it('says what the event log says a second time when it happened another time', () => {
    const record = (seq: number, monotonicMs: number, kind: string, body: object) => ({
      ...{ seq, utcMs: monotonicMs, monotonicMs, kind, body: body as Record<string, unknown> },
    });
    const alert = { alert: 'wind', level: 'warning', text: 'wind of 9 m/s' };
    const { lines } = storyOf(
      [
        record(0, 1000, 'alert', alert),
        record(1, 1100, 'note', { level: 'warning', text: 'ALERT wind of 9 m/s' }),
        record(2, 9000, 'alert', alert),
        record(3, 12_000, 'note', { level: 'info', text: 'anna on the alert: wind of 9 m/s' }),
      ],
      0,
    );
    expect(lines.map(({ tMs, text }) => [tMs, text])).toEqual([
      [1100, 'ALERT wind of 9 m/s'],
      [9000, 'wind of 9 m/s'],
      [12_000, 'anna on the alert: wind of 9 m/s'],
    ]);
  });

  it('takes no drone for another one whose name goes on, and no success for what failed', () => {
    const record = (monotonicMs: number, kind: string, body: object) => ({
      ...{ seq: 0, utcMs: monotonicMs, monotonicMs, kind, body: body as Record<string, unknown> },
    });
    const { lines } = storyOf(
      [
        record(0, 'state', { what: 'connected', value: false, id: 'drone-1', text: 'silence' }),
        record(0, 'note', { level: 'warning', text: 'drone-12 lost (silence)' }),
        record(5, 'outcome', { action: 'land', result: { id: 'drone-2', ok: false, code: 'timeout' } }),
        record(5, 'outcome', { action: 'land', result: { id: 'drone-3', ok: true } }),
        record(6, 'note', { level: 'info', text: 'land: 1 of 1 ok' }),
      ],
      0,
    );
    expect(lines.map(({ text }) => text)).toEqual([
      'drone-1: connection lost: silence',
      'drone-12 lost (silence)',
      'drone-2: land failed: timeout',
      'land: 1 of 1 ok',
    ]);
  });
});
