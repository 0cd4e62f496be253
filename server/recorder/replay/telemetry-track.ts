/**
 * The telemetry of a recording at any moment: finds the snapshot before it and plays on from there. Knows parts of a
 * session as bytes; no journal.
 */
import { lineMonotonicMs, readRecord } from '../chain.js';
import { applyFrame, type FleetState } from '../frame.js';
import { parsePartName } from '../names.js';
import type { JournalRecord } from '../record.js';
import type { SessionFiles, StoredPart } from '../recorder-files.js';
import { type ByteSource, lastLineAt, linesFrom } from './lines.js';

/** Between these moments nothing was recorded, monotonic ms. */
export type TrackGap = { readonly fromMs: number; readonly untilMs: number; readonly why: string };

type Part = { readonly source: ByteSource; readonly startMs: number };

/** What was found at a moment; `next`: the first line that has not been applied. */
type Cursor = {
  readonly part: Part;
  readonly state: FleetState;
  next: number;
  monotonicMs: number;
  /** Of the last line that was applied. */
  lineMs: number;
  lineUtcMs: number;
};

/** Going on from where the last moment was found is no faster than a snapshot beyond this, ms. */
const playOnMs = 10_000;

export type FleetMoment = {
  /** By the server's clock of that time; undefined before the first frame. */
  readonly utcMs: number | undefined;
  /** Valid until the next moment is asked for. */
  readonly state: FleetState;
};

export class TelemetryTrack {
  readonly gaps: readonly TrackGap[];
  readonly #parts: readonly Part[];
  #cursor: Cursor | undefined;

  private constructor(parts: readonly Part[], gaps: readonly TrackGap[]) {
    this.#parts = parts;
    this.gaps = gaps;
  }

  /** Reads the beginning of each part. */
  static async open(files: SessionFiles): Promise<TelemetryTrack> {
    const parts: Part[] = [];
    const gaps: TrackGap[] = [];
    for (const source of telemetryParts(files, await files.parts())) {
      const [head, second] = await firstRecords(source, 2);
      if (!head) continue;
      parts.push({ source, startMs: head.monotonicMs });
      const gap = second?.kind === 'gap' ? gapOf(second) : undefined;
      if (gap) gaps.push(gap);
    }
    return new TelemetryTrack(parts, gaps);
  }

  /** When the last line was written, monotonic ms; undefined for a recording without telemetry. */
  async endMs(): Promise<number | undefined> {
    const last = this.#parts.at(-1);
    if (!last) return undefined;
    const start = await lastLineAt(last.source, Number.POSITIVE_INFINITY);
    return lineMonotonicMs(await last.source.read(start, 200));
  }

  /** One call at a time. */
  async at(monotonicMs: number): Promise<FleetMoment> {
    const part = this.#parts.findLast(({ startMs }) => startMs <= monotonicMs);
    if (!part) return { utcMs: undefined, state: { drones: new Map(), server: {} } };
    const cursor = this.#isAhead(part, monotonicMs) ?? (await begin(part, monotonicMs));
    this.#cursor = undefined;
    await playTo(cursor, monotonicMs);
    this.#cursor = cursor;
    const utcMs = cursor.lineUtcMs + (monotonicMs - cursor.lineMs);
    return { utcMs: Number.isFinite(utcMs) ? utcMs : undefined, state: cursor.state };
  }

  /** Every frame in its order, and what the fleet is after it; the state is valid until the next is asked for. */
  async *frames(): AsyncGenerator<{ readonly record: JournalRecord; readonly state: FleetState }> {
    for (const { source } of this.#parts) {
      const state: FleetState = { drones: new Map(), server: {} };
      for await (const { bytes } of linesFrom(source, 0)) {
        const record = readRecord(bytes);
        if (record?.kind !== 'frame') continue;
        applyFrame(state, record.body);
        yield { record, state };
      }
    }
  }

  #isAhead(part: Part, monotonicMs: number): Cursor | undefined {
    const cursor = this.#cursor;
    if (cursor?.part !== part) return undefined;
    const aheadMs = monotonicMs - cursor.monotonicMs;
    return aheadMs >= 0 && aheadMs <= playOnMs ? cursor : undefined;
  }
}

/** A part begins by itself: of what was before nothing is needed. */
async function begin(part: Part, monotonicMs: number): Promise<Cursor> {
  const last = await lastLineAt(part.source, monotonicMs);
  const [record] = await recordsFrom(part.source, last, 1);
  const from = record?.body.from;
  return {
    part,
    state: { drones: new Map(), server: {} },
    next: typeof from === 'number' && from >= 0 && from <= last ? from : 0,
    monotonicMs,
    lineMs: Number.NaN,
    lineUtcMs: Number.NaN,
  };
}

async function playTo(cursor: Cursor, monotonicMs: number): Promise<void> {
  cursor.monotonicMs = monotonicMs;
  for await (const { end, bytes } of linesFrom(cursor.part.source, cursor.next)) {
    const atMs = lineMonotonicMs(bytes);
    if (atMs !== undefined && atMs > monotonicMs) return;
    cursor.next = end;
    const record = readRecord(bytes);
    if (!record) continue;
    cursor.lineMs = record.monotonicMs;
    cursor.lineUtcMs = record.utcMs;
    if (record.kind === 'frame') applyFrame(cursor.state, record.body);
  }
}

function telemetryParts(files: SessionFiles, stored: readonly StoredPart[]): ByteSource[] {
  const parts = stored.flatMap(({ name, bytes }) => {
    const parsed = parsePartName(name);
    return parsed?.stream === 'telemetry' ? [{ name, bytes, part: parsed.part }] : [];
  });
  return parts
    .sort((a, b) => a.part - b.part)
    .map(({ name, bytes }) => ({ bytes, read: (offset, length) => files.read(name, { offset, length }) }));
}

function firstRecords(source: ByteSource, count: number): Promise<JournalRecord[]> {
  return recordsFrom(source, 0, count);
}

/** The next records; what can not be read is passed over. */
async function recordsFrom(source: ByteSource, offset: number, count: number): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const { bytes } of linesFrom(source, offset)) {
    const record = readRecord(bytes);
    if (record) records.push(record);
    if (records.length >= count) break;
  }
  return records;
}

function gapOf({ monotonicMs, body }: JournalRecord): TrackGap | undefined {
  const { sinceMonotonicMs, why } = body;
  if (typeof sinceMonotonicMs !== 'number') return undefined;
  return { fromMs: sinceMonotonicMs, untilMs: monotonicMs, why: typeof why === 'string' ? why : '' };
}
