/**
 * The record of one flight: collects messages, ends a chunk each second, begins a new log when one is full or the disk
 * refused one. Knows time as an argument and a shelf; not when a flight begins or ends. Nothing here waits for the disk.
 */
import { errorText } from '../../lib/errors.js';
import { type LogMessage, nanosecondsOf, noteMessage, SampleMessages } from './flight-messages.js';
import type { FlightIdentity, FlightNote, FlightSample } from './flight-sample.js';
import type { LogShelf } from './log-shelf.js';
import { McapPart, type PartMessage } from './mcap-part.js';
import { PartWriter } from './part-writer.js';
import { topics } from './topics.js';

/** What may wait for a slow disk before samples are dropped, bytes: half a minute of flight. */
const maxQueuedBytes = 1_000_000;

/** What one chunk may hold, bytes: notes beyond it are dropped. */
const maxPendingBytes = 500_000;

/** How long a disk that refused is left alone, ms. */
const retryMs = 10_000;

/** Chunks between two looks at the room on the disk. */
const chunksPerLook = 10;

export type Instant = { readonly monotonicMs: number; readonly utcMs: number };

export type RecordingOptions = {
  readonly shelf: LogShelf;
  readonly identity: FlightIdentity;
  readonly reason: string;
  readonly maxFileBytes: () => number;
  /** Told once a recording that samples are being lost, and why. */
  readonly onTrouble: (reason: string) => void;
};

type Part = { readonly mcap: McapPart; readonly writer: PartWriter };

export class Recording {
  readonly #options: RecordingOptions;
  readonly #start: Instant;
  readonly #samples = new SampleMessages();
  readonly #encoder = new TextEncoder();
  readonly #endings = new Set<Promise<void>>();
  #pending: PartMessage[] = [];
  #pendingBytes = 0;
  #pendingSamples = 0;
  #part: Part | undefined;
  #partCount = 0;
  #nowMs: number;
  #chunkCount = 0;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #dropped = 0;
  #toldDropped = 0;
  #hasTold = false;

  /** Every time in the record is counted from `start` on the drone's own clock, so that a step of UTC bends nothing. */
  constructor(start: Instant, options: RecordingOptions) {
    this.#start = start;
    this.#nowMs = start.monotonicMs;
    this.#options = options;
    this.#part = this.#beginPart(start.utcMs);
  }

  /** Samples and notes that never reached the disk. */
  get dropped(): number {
    return this.#dropped;
  }

  add(sample: FlightSample): void {
    this.#pendingSamples += 1;
    const timeNs = this.#timeNs(sample);
    for (const message of this.#samples.of(sample, timeNs)) this.#push(message, timeNs, sample);
  }

  note(note: FlightNote): void {
    if (this.#pendingBytes > maxPendingBytes) {
      this.#dropped += 1;
      return;
    }
    const timeNs = this.#timeNs(note);
    this.#push(noteMessage(note, timeNs, this.#options.identity.droneId), timeNs, note);
  }

  /** Hands over what has come together, as one chunk. */
  flush(now: Instant): void {
    this.#nowMs = now.monotonicMs;
    if (this.#pending.length === 0) return;
    const part = this.#usablePart();
    if (!part) {
      this.#dropPending();
      return;
    }
    if (part.writer.queuedBytes > maxQueuedBytes) {
      this.#dropPending();
      this.#tell('the disk is too slow');
      return;
    }
    this.#tellDropped(now);
    const chunk = part.mcap.chunk(this.#pending);
    part.writer.write(chunk, this.#pendingSamples);
    this.#forgetPending();
    this.#chunkCount += 1;
    if (part.mcap.endedBytes + chunk.length > this.#options.maxFileBytes()) this.#endPart();
    else if (this.#chunkCount % chunksPerLook === 0) this.#look(part);
  }

  /** The last chunk and the summary; resolves when the disk has all of it, or refused. Never rejects. */
  async end(now: Instant): Promise<void> {
    this.flush(now);
    this.#endPart();
    await Promise.all(this.#endings);
  }

  #push({ topic, text }: LogMessage, logTimeNs: bigint, { utcMs }: Instant): void {
    const data = this.#encoder.encode(text);
    this.#pending.push({ topic, logTimeNs, publishTimeNs: nanosecondsOf(utcMs), data });
    this.#pendingBytes += data.length;
  }

  #timeNs({ monotonicMs }: Instant): bigint {
    return nanosecondsOf(this.#start.utcMs + (monotonicMs - this.#start.monotonicMs));
  }

  #usablePart(): Part | undefined {
    if (!this.#part && this.#nowMs >= this.#retryAtMs)
      this.#part = this.#beginPart(this.#start.utcMs + (this.#nowMs - this.#start.monotonicMs));
    return this.#part;
  }

  #beginPart(utcMs: number): Part {
    const { shelf } = this.#options;
    this.#partCount += 1;
    const mcap = new McapPart(topics);
    const writer: PartWriter = new PartWriter({
      open: () => shelf.create(utcMs),
      // The first piece is the head: with it alone there is nothing to keep.
      onClosed: (name, pieces) => (pieces > 1 ? shelf.closed(name) : this.#discard(name)),
      onFailed: (reason, lostSamples) => {
        this.#dropped += lostSamples;
        if (this.#part?.writer === writer) this.#part = undefined;
        this.#retryAtMs = this.#nowMs + retryMs;
        this.#tell(reason);
      },
    });
    const ending = writer.done.finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
    writer.write(mcap.head('starling', { name: 'flight', metadata: this.#metadata() }));
    return { mcap, writer };
  }

  #metadata(): Map<string, string> {
    const { identity, reason } = this.#options;
    const known = Object.entries({ ...identity, reason }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    return new Map([
      ...known,
      ['part', String(this.#partCount)],
      ['startUtcMs', String(this.#start.utcMs)],
      ['startMonotonicMs', String(this.#start.monotonicMs)],
    ]);
  }

  #discard(name: string): void {
    this.#options.shelf.discard(name).catch((error: unknown) => this.#tell(errorText(error)));
  }

  #endPart(): void {
    const part = this.#part;
    if (!part) return;
    this.#part = undefined;
    part.writer.write(part.mcap.tail());
    part.writer.end();
  }

  /** A disk that fills up meanwhile: the log is ended in order before nothing can be written any more. */
  #look(part: Part): void {
    const { shelf } = this.#options;
    shelf.makeRoom(0).catch((error: unknown) => {
      if (this.#part === part) this.#endPart();
      this.#retryAtMs = this.#nowMs + retryMs;
      this.#tell(errorText(error));
    });
  }

  #dropPending(): void {
    this.#dropped += this.#pendingSamples;
    this.#forgetPending();
  }

  #forgetPending(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#pendingSamples = 0;
  }

  /** A gap in the record says of itself that it is one. */
  #tellDropped(now: Instant): void {
    const dropped = this.#dropped;
    if (dropped === this.#toldDropped) return;
    this.#toldDropped = dropped;
    this.note({
      ...{ monotonicMs: now.monotonicMs, utcMs: now.utcMs, level: 'warn', data: { dropped } },
      text: `${dropped} samples of this flight were not recorded`,
    });
  }

  #tell(reason: string): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#options.onTrouble(reason);
  }
}
