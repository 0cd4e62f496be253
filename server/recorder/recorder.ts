/**
 * The black box: takes what happens and what the fleet is, and has it written. Returns at once and throws nothing,
 * whatever the disk does. Knows a clock and a folder's port; not who tells it, nor what is done with an alarm.
 *
 * When it is safe: what happens within `flushMs` (100 ms) and the time of one write of the disk; telemetry within
 * `telemetryFlushMs` (1 s). Each batch is flushed to the disk itself before the next is written.
 */
import { errorText } from '../../lib/errors.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import { PartStream } from './part-stream.js';
import {
  type ChainLink,
  formatVersion,
  type HeadBody,
  type JournalEntry,
  type LostCounts,
  type RecorderIdentity,
  type StreamName,
} from './record.js';
import type { RecorderFiles } from './recorder-files.js';
import type { RecorderSettings } from './recorder-settings.js';
import { SessionFolder } from './session-folder.js';
import { type Observed, TelemetryFrames } from './telemetry-frames.js';

export type RecorderOptions = {
  readonly clock: Clock;
  readonly files: RecorderFiles;
  readonly identity: RecorderIdentity;
  readonly settings: RecorderSettings;
  /** What the fleet is now, asked for each frame. */
  readonly observe: () => Observed;
  /** Something is not recorded from now on: told once an outage, whatever fails in it. */
  readonly onAlarm: (reason: string) => void;
  /** All of it is recorded again; `lost`: what was not, by kind. */
  readonly onRecovered: (lost: LostCounts) => void;
  /** Old sessions could not be removed. */
  readonly onWarning: (text: string) => void;
};

/** How long the end of the program waits for the disk, ms. */
const closeTimeoutMs = 2000;

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #folder: SessionFolder;
  readonly #journal: PartStream;
  readonly #telemetry: PartStream;
  readonly #frames: TelemetryFrames;
  readonly #start: { readonly utcMs: number; readonly monotonicMs: number };
  readonly #failing = new Set<StreamName>();
  /** Kinds whose making has failed, told once. */
  readonly #faulty = new Set<string>();
  #lost: Record<string, number> = {};
  readonly #stopFrames: Cancel;
  #closing: Promise<void> | undefined;

  /** Begins to record. */
  constructor(options: RecorderOptions) {
    this.#options = options;
    const { clock, files, settings, onWarning } = options;
    const { snapshotMs, frameMs } = settings;
    this.#start = { utcMs: clock.utcMs(), monotonicMs: clock.monotonicMs() };
    this.#folder = new SessionFolder({
      ...{ clock, files, startUtcMs: this.#start.utcMs, limits: settings },
      minFreeBytes: settings.minFreeBytes,
      onTrouble: (error) =>
        this.#tell(() => onWarning(`old recordings could not be removed: ${errorText(error)}`)),
    });
    this.#journal = this.#stream('journal', settings.flushMs);
    this.#telemetry = this.#stream('telemetry', settings.telemetryFlushMs);
    this.#journal.begin();
    const snapshotFrames = Math.max(1, Math.floor(snapshotMs / frameMs / 2));
    this.#frames = new TelemetryFrames({ snapshotMs, leastWhole: 20, snapshotFrames });
    // Not at once: whoever is to be asked may just be in the making.
    this.#stopFrames = every(clock, frameMs, () => this.#frame());
  }

  /** The folder's name for this session; undefined until the disk has taken it. */
  get session(): string | undefined {
    return this.#folder.name;
  }

  /** Whether all that is told now is written. */
  get isRecording(): boolean {
    return this.#failing.size === 0 && this.#closing === undefined;
  }

  /** The end of the journal as it is now: keep it elsewhere, and nobody can make another journal that ends so. */
  get last(): ChainLink {
    return this.#journal.last;
  }

  record({ kind, body }: JournalEntry): void {
    this.#guard(kind, () => this.#journal.write(kind, body));
  }

  /** The last words; resolves when the disk has all of it, or after 2 s. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { clock } = this.#options;
    this.#stopFrames();
    this.#frame();
    let giveUp: Cancel = () => undefined;
    const late = new Promise<void>((resolve) => {
      giveUp = clock.after(closeTimeoutMs, resolve);
    });
    await Promise.race([this.#closeStreams(), late]).finally(() => giveUp());
  }

  async #closeStreams(): Promise<void> {
    await this.#telemetry.close(() => ({ from: this.#frames.from }));
    await this.#journal.close(() => ({ telemetry: this.#telemetry.last }));
  }

  #frame(): void {
    this.#guard('frame', () => {
      const place = this.#telemetry.place();
      if (!this.#telemetry.isAccepting) {
        this.#telemetry.lose('frame');
        return;
      }
      const nowMs = this.#options.clock.monotonicMs();
      for (const body of this.#frames.next(this.#options.observe(), place, nowMs))
        this.#telemetry.write('frame', body);
    });
  }

  #stream(stream: StreamName, flushMs: number): PartStream {
    const { clock, identity, settings } = this.#options;
    const head = (): Omit<HeadBody, 'part' | 'continues' | 'isAfterFailure'> => ({
      ...{ format: 'starling-black-box', version: formatVersion, stream },
      ...identity,
      startUtcMs: Math.round(this.#start.utcMs),
      startMonotonicMs: Math.round(this.#start.monotonicMs * 1000) / 1000,
    });
    const { maxPartBytes, maxQueuedBytes, retryMs, hangMs } = settings;
    return new PartStream({
      ...{ clock, head, flushMs, maxPartBytes, maxQueuedBytes, retryMs, hangMs },
      create: (part) => this.#folder.createPart({ stream, part }),
      expectRoom: () => this.#folder.expectRoom(),
      remove: (part) => this.#folder.removePart({ stream, part }),
      onFailed: (reason) => this.#failed(stream, reason),
      onRecovered: (lost) => this.#recovered(stream, lost),
    });
  }

  #failed(stream: StreamName, reason: string): void {
    const isNews = this.#failing.size === 0;
    this.#failing.add(stream);
    if (isNews) this.#tell(() => this.#options.onAlarm(reason));
  }

  #recovered(stream: StreamName, lost: LostCounts): void {
    for (const [kind, count] of Object.entries(lost)) this.#lost[kind] = (this.#lost[kind] ?? 0) + count;
    this.#failing.delete(stream);
    if (this.#failing.size > 0) return;
    const all = this.#lost;
    this.#lost = {};
    this.#tell(() => this.#options.onRecovered(all));
  }

  /** The black box's own faults, and those of whom it asks, cost a record and never the show. */
  #guard(kind: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#faulty.has(kind)) return;
      this.#faulty.add(kind);
      const text = `a ${kind} was not recorded, nor may others be: ${errorText(error)}`;
      this.#journal.write('note', { level: 'error', text });
      this.#tell(() => this.#options.onWarning(text));
    }
  }

  /** Whoever is told must not stop what tells. */
  #tell(work: () => void): void {
    try {
      work();
    } catch (error) {
      const text = `somebody could not be told of the record: ${errorText(error)}`;
      this.#journal.write('note', { level: 'error', text });
    }
  }
}
