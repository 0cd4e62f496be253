import { describe, expect, it } from 'vitest';
import type { JournalRecord } from '../../../server/recorder/record.js';
import { Recording } from '../../../server/recorder/replay/recording.js';
import { fleetSeries, untilLanded } from '../../../server/recorder/report/fleet-series.js';
import { flightsOf } from '../../../server/recorder/report/flights.js';
import { foldTimeline } from '../../../server/recorder/report/fold-timeline.js';
import { type HealthInput, recordHealth } from '../../../server/recorder/report/record-health.js';
import { type TimelineEntry, timelineOf } from '../../../server/recorder/report/timeline.js';
import { journal, recordEvening, startMs } from './flight-support.js';
import { MemoryDisk } from './support.js';

const verdict = { findings: [], records: 3, last: { seq: 2, hash: 'ab' }, isEnded: true, isTorn: false };

const whole = { journal: verdict, telemetry: verdict, isTelemetryComplete: true, isOneSession: true };

function health(more: Partial<HealthInput> = {}) {
  return recordHealth({ verdict: whole, records: [], telemetryGaps: [], ...more });
}

describe('what a record is worth', () => {
  it('is whole, open, or tampered with', () => {
    const open = { ...verdict, isEnded: false };
    const finding = { part: 1, line: 4, what: 'altered' as const, text: 'record 3 was changed' };
    const broken = { ...verdict, findings: [finding] };
    expect(health().state).toBe('whole');
    expect(health({ verdict: { ...whole, journal: open, isTelemetryComplete: undefined } }).state).toBe(
      'open',
    );
    expect(health({ verdict: { ...whole, telemetry: broken } })).toMatchObject({
      state: 'tampered',
      findings: ['telemetry, part 1, line 4: record 3 was changed'],
    });
    expect(health({ verdict: { ...whole, isTelemetryComplete: false } })).toMatchObject({
      state: 'tampered',
      findings: ['telemetry: it does not end as the end of the journal says'],
    });
    expect(health({ verdict: { ...whole, isOneSession: false } })).toMatchObject({
      state: 'tampered',
      findings: ['telemetry: it is of another session than the journal'],
    });
  });

  it('has its gaps, with what was lost in them, and the steps of the clock', () => {
    const record = (atMs: number, more: Partial<JournalRecord> = {}): JournalRecord => ({
      ...{ seq: 0, utcMs: startMs + atMs, monotonicMs: atMs, kind: 'note', body: {} },
      ...more,
    });
    const records = [
      record(0, { kind: 'head' }),
      record(9000, {
        kind: 'gap',
        body: { why: 'no space', lost: { note: 4 }, sinceUtcMs: startMs + 5000, sinceMonotonicMs: 5000 },
      }),
      record(10_000, { utcMs: startMs + 70_000 }),
      record(11_000, { utcMs: startMs + 71_000 }),
    ];
    const found = health({ records, telemetryGaps: [{ fromMs: 4000, untilMs: 9500, why: 'no space' }] });
    expect(found.gaps).toEqual([
      {
        ...{ stream: 'journal', fromUtcMs: startMs + 5000, untilUtcMs: startMs + 9000 },
        ...{ why: 'no space', lost: { note: 4 } },
      },
      {
        ...{ stream: 'telemetry', fromUtcMs: startMs + 4000, untilUtcMs: startMs + 9500 },
        ...{ why: 'no space', lost: {} },
      },
    ]);
    expect(found.clockSteps).toEqual([{ utcMs: startMs + 70_000, byMs: 60_000 }]);
  });
});

describe('a line of time for people', () => {
  const entry = (atS: number, more: Partial<TimelineEntry>): TimelineEntry => ({
    ...{ utcMs: startMs + atS * 1000, uncertaintyMs: 0, by: undefined, id: undefined },
    ...{ kind: 'outcome', level: 'info', text: 'start done' },
    ...more,
  });

  it('says once what many drones said at once, and again what was said later', () => {
    const { entries } = foldTimeline([
      entry(0, { id: 'drone-1' }),
      entry(0.5, { id: 'drone-2', level: 'warning', text: 'start failed: low' }),
      entry(1, { id: 'drone-3' }),
      entry(1.5, { id: 'drone-3' }),
      entry(9, { id: 'drone-4' }),
    ]);
    expect(entries.map(({ ids, drones, times, text }) => [ids, drones, times, text])).toEqual([
      [['drone-1', 'drone-3'], 2, 3, 'start done'],
      [['drone-2'], 1, 1, 'start failed: low'],
      [['drone-4'], 1, 1, 'start done'],
    ]);
  });

  it('knows a drone that the event log names first', () => {
    const note = (atS: number, text: string) => entry(atS, { kind: 'note', text });
    const { entries } = foldTimeline([
      ...[entry(0, { id: 'drone-1' }), entry(0, { id: 'drone-2' })],
      ...[note(1, 'drone-1: failsafe: wind'), note(2, 'drone-2: failsafe: wind'), note(2, 'time: set')],
    ]);
    expect(entries.map(({ ids, text }) => [ids, text])).toEqual([
      [['drone-1', 'drone-2'], 'start done'],
      [['drone-1', 'drone-2'], 'failsafe: wind'],
      [[], 'time: set'],
    ]);
  });

  it('keeps what the operator did and what was wrong, whatever else has to go', () => {
    const { entries, leftOut } = foldTimeline(
      [
        ...[1, 2, 3].map((n) => entry(n, { kind: 'log', text: `note ${n}`, by: 'drone-1' })),
        entry(4, { kind: 'action', text: 'panel: land' }),
        entry(5, { kind: 'note', level: 'error', text: 'lost' }),
      ],
      { maxEntries: 3 },
    );
    expect(entries.map(({ text }) => text)).toEqual(['note 1', 'panel: land', 'lost']);
    expect([...leftOut]).toEqual([['log', 2]]);
  });

  it('does not tell twice of a connection that the event log tells of as well', () => {
    const note = (text: string) => ({ kind: 'note', body: { level: 'warning', text } }) as const;
    const told = timelineOf(
      journal(
        [1, { kind: 'state', body: { what: 'connected', value: false, id: 'drone-1', text: 'silence' } }],
        [1, note('drone-1 lost (silence)')],
        [2, note('drone-1 is late')],
      ),
      [],
    );
    expect(told.map(({ text }) => text)).toEqual(['connection lost: silence', 'drone-1 is late']);
  });
});

describe('the fleet over a flight', () => {
  it('is watched until the last one is down, though the show is over before', async () => {
    const disk = new MemoryDisk();
    await recordEvening({ ids: ['a', 'b'], files: disk, downS: 25.8 });
    const recording = await Recording.open(disk.sessionFiles());
    const [flight] = flightsOf(recording.records);
    if (!flight) throw new Error('no flight');
    expect(flight.overUtcMs).toBe(startMs + 25_000);
    const landed = await untilLanded(recording, flight);
    expect(landed).toEqual({
      ...flight,
      ...{ untilUtcMs: startMs + 26_000, untilMonotonicMs: flight.untilMonotonicMs + 1000 },
    });
    const next = { ...flight, fromMonotonicMs: flight.untilMonotonicMs + 500 };
    expect(await untilLanded(recording, flight, next)).toEqual(flight);
  });

  it('is as its telemetry told it, moment by moment and drone by drone', async () => {
    const disk = new MemoryDisk();
    await recordEvening({ ids: ['a', 'b'], files: disk });
    const recording = await Recording.open(disk.sessionFiles());
    const [flight] = flightsOf(recording.records);
    if (!flight) throw new Error('no flight');
    const { points, seen, slots, batteryShares, stepS } = await fleetSeries(recording, flight);
    expect(stepS).toBe(1);
    expect(points).toHaveLength(36);
    expect(points[5]).toEqual({ sinceS: 5, known: 2, connected: 2, armed: 0, wind: undefined });
    const wind = { meanMPerS: 4, gustMPerS: 6 };
    expect(points[20]).toEqual({ sinceS: 20, known: 2, connected: 2, armed: 2, wind });
    expect(slots).toEqual(
      new Map([
        ['a', 'slot-1'],
        ['b', 'slot-2'],
      ]),
    );
    expect(seen.get('a')).toMatchObject({ armedS: 20, isArmedAtEnd: false, startShare: 0.95 });
    expect(seen.get('a')?.endShare).toBeCloseTo(0.76);
    expect(batteryShares.get('b')?.[20]).toBeCloseTo(0.85);
  });
});
