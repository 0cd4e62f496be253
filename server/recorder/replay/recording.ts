/**
 * A session that was recorded, to be looked at: what had happened up to a moment, and what the fleet was then. Knows
 * parts as bytes; no screen and no clock.
 */
import { RefusedError } from '../../../lib/errors.js';
import type { DroneRecord } from '../../fleet/drone-record.js';
import { compareNatural } from '../../fleet/natural-order.js';
import type { LogLine } from '../../snapshot.js';
import { type RecordedState, recordOfState } from '../drone-state.js';
import { parsePartName } from '../names.js';
import type { JournalRecord, StreamName } from '../record.js';
import type { SessionFiles } from '../recorder-files.js';
import { ChainCheck, type Verdict } from '../verify.js';
import { TelemetryTrack, type TrackGap } from './telemetry-track.js';

/** Larger journals are not read: what this server writes in a month is less. */
const maxJournalBytes = 500_000_000;

/** As many as the server's own event log has. */
const maxLogLines = 2000;

/** All that is known of a moment. `tMs`: since the session began. */
export type ReplayMoment = {
  readonly tMs: number;
  readonly utcMs: number;
  /** In natural order of ids; a drone that has not changed since the moment before is the same object. */
  readonly drones: readonly DroneRecord[];
  /** What was recorded of the server: phase, show, authorization, … */
  readonly server: RecordedState;
  /** The lines of the event log up to then, the newest last. */
  readonly log: readonly LogLine[];
  /** Why nothing of the fleet was recorded then: it is as it was before; undefined where it was. */
  readonly gap: string | undefined;
};

/** What can be proven of a session. */
export type SessionVerdict = {
  readonly journal: Verdict;
  readonly telemetry: Verdict;
  /** The telemetry ends as the end of the journal says; undefined for a journal without its end. */
  readonly isTelemetryComplete: boolean | undefined;
  /** Journal and telemetry say of themselves that they began at the same moment on the same server. */
  readonly isOneSession: boolean;
};

export class Recording {
  /** What the first record says of who recorded; of a damaged recording the first that can be read. */
  readonly head: JournalRecord;
  /** Every record of the journal that can be read. */
  readonly records: readonly JournalRecord[];
  readonly durationMs: number;
  /** When the session began, monotonic ms: all other moments count from here. */
  readonly startMs: number;
  /** Of the journal. */
  readonly verdict: Verdict;
  readonly #files: SessionFiles;
  readonly #track: TelemetryTrack;
  readonly #log: readonly (LogLine & { readonly monotonicMs: number })[];
  readonly #droneRecords = new WeakMap<RecordedState, DroneRecord>();
  #order: readonly string[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(head: JournalRecord, parts: Parts) {
    this.head = head;
    this.records = parts.records;
    this.verdict = parts.verdict;
    this.#files = parts.files;
    this.#track = parts.track;
    this.#log = parts.records.flatMap(logLineOf);
    const { startMonotonicMs } = head.body;
    this.startMs = typeof startMonotonicMs === 'number' ? startMonotonicMs : head.monotonicMs;
    const lastMs = parts.records.at(-1)?.monotonicMs ?? this.startMs;
    this.durationMs = Math.max(lastMs, parts.trackEndMs ?? lastMs) - this.startMs;
  }

  /** @throws RefusedError `bad_recording` for a session of whose journal nothing can be read. */
  static async open(files: SessionFiles): Promise<Recording> {
    const records: JournalRecord[] = [];
    const { verdict } = await checked(files, 'journal', (record) => records.push(record));
    const head = records.find(({ kind }) => kind === 'head') ?? records[0];
    if (!head) throw new RefusedError('bad_recording', 'there is no journal here that can be read');
    const track = await TelemetryTrack.open(files);
    return new Recording(head, { records, verdict, files, track, trackEndMs: await track.endMs() });
  }

  /** When nothing of the fleet was recorded. */
  get telemetryGaps(): readonly TrackGap[] {
    return this.#track.gaps;
  }

  /** The records up to a moment, ms since the session began. */
  recordsUntil(tMs: number): readonly JournalRecord[] {
    const atMs = this.startMs + tMs;
    return this.records.slice(0, countUntil(this.records, atMs));
  }

  /** Calls are served one after the other. Rejects with the file system's error. */
  at(tMs: number): Promise<ReplayMoment> {
    const moment = this.#turn.then(() => this.#at(tMs));
    this.#turn = moment.catch(() => undefined);
    return moment;
  }

  /** Every frame of telemetry in its order, and what the fleet is after it. */
  frames(): ReturnType<TelemetryTrack['frames']> {
    return this.#track.frames();
  }

  /** Reads all of it again and looks at every hash. */
  async verify(): Promise<SessionVerdict> {
    const { verdict: journal } = await checked(this.#files, 'journal');
    let isOneSession = true;
    const { verdict: telemetry } = await checked(this.#files, 'telemetry', (record) => {
      if (record.kind === 'head' && !areOfOneSession(record, this.head)) isOneSession = false;
    });
    const said = this.records.findLast(({ kind }) => kind === 'end')?.body.telemetry;
    const hash = typeof said === 'object' && said !== null && 'hash' in said ? said.hash : undefined;
    const isTelemetryComplete = hash === undefined ? undefined : hash === telemetry.last?.hash;
    return { journal, telemetry, isTelemetryComplete, isOneSession };
  }

  async #at(tMs: number): Promise<ReplayMoment> {
    const atMs = this.startMs + tMs;
    const { utcMs, state } = await this.#track.at(atMs);
    const count = countUntil(this.#log, atMs);
    const gap = this.#track.gaps.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
    return {
      tMs,
      utcMs: utcMs ?? this.head.utcMs + atMs - this.head.monotonicMs,
      drones: this.#inOrder(state.drones).map((id) => this.#recordOf(id, state.drones.get(id) ?? {})),
      server: state.server,
      log: this.#log.slice(Math.max(0, count - maxLogLines), count),
      gap: gap && `nothing was recorded: ${gap.why}`,
    };
  }

  /** To put thousands of names in order takes longer than all the rest: it is done when one has come or gone. */
  #inOrder(drones: ReadonlyMap<string, unknown>): readonly string[] {
    const isSame = this.#order.length === drones.size && this.#order.every((id) => drones.has(id));
    if (!isSame) this.#order = [...drones.keys()].sort(compareNatural);
    return this.#order;
  }

  #recordOf(id: string, fields: RecordedState): DroneRecord {
    const known = this.#droneRecords.get(fields);
    if (known) return known;
    const record = recordOfState(id, fields);
    this.#droneRecords.set(fields, record);
    return record;
  }
}

type Parts = {
  readonly records: readonly JournalRecord[];
  readonly verdict: Verdict;
  readonly files: SessionFiles;
  readonly track: TelemetryTrack;
  readonly trackEndMs: number | undefined;
};

/** @throws RefusedError `bad_recording` for a journal that is too large. */
async function checked(
  files: SessionFiles,
  stream: StreamName,
  onRecord?: (record: JournalRecord) => void,
): Promise<{ readonly verdict: Verdict }> {
  const parts = (await files.parts()).flatMap(({ name, bytes }) => {
    const parsed = parsePartName(name);
    return parsed?.stream === stream ? [{ name, bytes, part: parsed.part }] : [];
  });
  parts.sort((a, b) => a.part - b.part);
  const totalBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (stream === 'journal' && totalBytes > maxJournalBytes)
    throw new RefusedError('bad_recording', `the journal has ${totalBytes} bytes: no server wrote that`);
  const check = new ChainCheck(onRecord);
  for (const [place, { name, bytes }] of parts.entries())
    check.part(await files.read(name, { offset: 0, length: bytes }), place === parts.length - 1);
  return { verdict: check.verdict };
}

/** Where either says nothing of it, the chain has told that it is damaged. */
function areOfOneSession({ body: one }: JournalRecord, { kind, body: other }: JournalRecord): boolean {
  const names = ['serverId', 'startUtcMs', 'startMonotonicMs'] as const;
  return kind !== 'head' || names.every((name) => one[name] === other[name]);
}

function logLineOf({
  kind,
  utcMs,
  monotonicMs,
  body,
}: JournalRecord): (LogLine & { readonly monotonicMs: number })[] {
  const { level, text } = body;
  if (kind !== 'note' || typeof text !== 'string') return [];
  const known = level === 'warning' || level === 'error' ? level : 'info';
  return [{ atUtcMs: utcMs, level: known, text, monotonicMs }];
}

/** How many of them came at that moment or before. */
function countUntil(sorted: readonly { readonly monotonicMs: number }[], atMs: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.monotonicMs ?? Number.POSITIVE_INFINITY) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
