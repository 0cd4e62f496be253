/** A disk in memory with faults, and small things that the tests of the black box share. */
import type { DroneRecord } from '../../../server/fleet/drone-record.js';
import { parsePartName } from '../../../server/recorder/names.js';
import type { JournalRecord, StreamName } from '../../../server/recorder/record.js';
import { Recorder, type RecorderOptions } from '../../../server/recorder/recorder.js';
import type {
  PartSink,
  RecorderFiles,
  SessionFiles,
  StoredPart,
  StoredSession,
} from '../../../server/recorder/recorder-files.js';
import {
  defaultRecorderSettings,
  type RecorderSettings,
} from '../../../server/recorder/recorder-settings.js';
import type { Observed } from '../../../server/recorder/telemetry-frames.js';
import { verifyJournal } from '../../../server/recorder/verify.js';
import { FakeClock } from '../../support/fake-clock.js';

/** Of one session, by name. */
type Parts = Map<string, Uint8Array>;

export class MemoryDisk implements RecorderFiles {
  readonly stored = new Map<string, Parts>();
  /** Every writing call rejects so while it is set. */
  fault: { readonly code: string; readonly of?: 'append' | 'sync' | 'create' | 'begin' } | undefined;
  /** Bytes that fit; what is beyond is cut off within the line that meets it. */
  capacity = Number.POSITIVE_INFINITY;
  /** Every append waits for it. */
  hang: Promise<void> = Promise.resolve();
  free: number | undefined;
  readonly calls: string[] = [];

  async sessions(): Promise<StoredSession[]> {
    return [...this.stored].map(([name, parts]) => ({ name, bytes: sizeOf(parts) }));
  }

  async begin(session: string): Promise<void> {
    this.#work('begin');
    if (this.stored.has(session)) throw failure('EEXIST');
    this.stored.set(session, new Map());
  }

  async createPart(session: string, part: string): Promise<PartSink> {
    this.#work('create');
    const parts = this.#partsOf(session);
    if (parts.has(part)) throw failure('EEXIST');
    parts.set(part, new Uint8Array(0));
    const append = async (bytes: Uint8Array) => {
      await this.hang;
      const room = Math.max(0, this.capacity - this.#usedBytes());
      const kept = bytes.subarray(0, room);
      parts.set(part, Buffer.concat([parts.get(part) ?? new Uint8Array(0), kept]));
      this.#work('append');
      if (kept.length < bytes.length) throw failure('ENOSPC');
    };
    const sync = async () => this.#work('sync');
    return { append, sync, close: async () => undefined };
  }

  async removePart(session: string, part: string): Promise<void> {
    this.#partsOf(session).delete(part);
  }

  async remove(session: string): Promise<void> {
    this.calls.push(`remove ${session}`);
    this.stored.delete(session);
  }

  async freeBytes(): Promise<number | undefined> {
    return this.free;
  }

  /** The parts of a stream of the only session, or of the one named. */
  partsOf(stream: StreamName, session = [...this.stored.keys()].at(-1) ?? ''): Uint8Array[] {
    return [...this.#partsOf(session)]
      .filter(([name]) => parsePartName(name)?.stream === stream)
      .map(([, bytes]) => bytes);
  }

  sessionFiles(session = [...this.stored.keys()].at(-1) ?? ''): SessionFiles {
    const parts = this.#partsOf(session);
    return {
      parts: async (): Promise<StoredPart[]> =>
        [...parts].map(([name, bytes]) => ({ name, bytes: bytes.length })),
      read: async (part, { offset, length }) =>
        Uint8Array.from((parts.get(part) ?? new Uint8Array(0)).subarray(offset, offset + length)),
    };
  }

  #work(what: 'append' | 'sync' | 'create' | 'begin'): void {
    this.calls.push(what);
    if (this.fault && (this.fault.of ?? what) === what) throw failure(this.fault.code);
  }

  #partsOf(session: string): Parts {
    return this.stored.get(session) ?? new Map();
  }

  #usedBytes(): number {
    return [...this.stored.values()].reduce((sum, parts) => sum + sizeOf(parts), 0);
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants it`), { code });
}

function sizeOf(parts: Parts): number {
  return [...parts.values()].reduce((sum, { length }) => sum + length, 0);
}

export const identity = { serverId: 'server-1', software: '0.1.0' };

const nobody: Observed = { drones: [], server: {} };

/** A disk is as slow as it is, and the clock of a test is fast: that is no disk that hangs. */
export const anyDisk = { ...defaultRecorderSettings, hangMs: 1e9 };

export type Rig = {
  readonly clock: FakeClock;
  readonly disk: MemoryDisk;
  readonly recorder: Recorder;
  /** What was told: alarms, recoveries, warnings. */
  readonly told: unknown[];
};

export function rig(
  settings: Partial<RecorderSettings> = {},
  more: Partial<Pick<RecorderOptions, 'observe' | 'onAlarm'>> & {
    readonly disk?: MemoryDisk;
    readonly clock?: FakeClock;
  } = {},
): Rig {
  const clock = more.clock ?? new FakeClock();
  const disk = more.disk ?? new MemoryDisk();
  const told: unknown[] = [];
  const recorder = new Recorder({
    ...{ clock, files: disk, identity, observe: () => nobody },
    settings: { ...defaultRecorderSettings, ...settings },
    onAlarm: (reason) => told.push({ alarm: reason }),
    onRecovered: (lost) => told.push({ lost }),
    onWarning: (text) => told.push({ warning: text }),
    ...more,
  });
  return { clock, disk, recorder, told };
}

/** Every record of a stream, and that its chain is whole. */
export function recordsOf(parts: readonly Uint8Array[]): JournalRecord[] {
  const records: JournalRecord[] = [];
  const { findings } = verifyJournal(parts, (record) => records.push(record));
  if (findings.length > 0) throw new Error(`the chain is broken: ${JSON.stringify(findings)}`);
  return records;
}

export function drone(id: string, more: Partial<DroneRecord> = {}): DroneRecord {
  return {
    ...{ id, joinOrder: 0, address: '10.0.0.1:4000', isConnected: true, lostReason: undefined },
    ...{ isAnswering: true, software: '0.1.0', telemetry: {}, telemetryAtMs: undefined, isSilent: false },
    ...{ timeDeltaS: undefined, latencyMs: undefined, offsetMs: undefined, busyWith: undefined },
    lastOutcome: undefined,
    ...more,
  };
}
