/**
 * Carries the records of one stream to the disk: lines in parts, in batches, each made safe before the next. Nobody waits
 * for it and nothing is thrown: what does not fit the queue or the disk is counted, and told of by a gap record as soon
 * as it works again. Knows a clock and parts to write; not what is recorded.
 */
import { Buffer } from 'node:buffer';
import { errorText } from '../../lib/errors.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import { chainStart, type Line, sealLine, type Unsealed } from './chain.js';
import { Losses } from './losses.js';
import type { ChainLink, HeadBody, LostCounts } from './record.js';
import type { PartSink } from './recorder-files.js';

export type PartStreamOptions = {
  readonly clock: Clock;
  /** What the head of each part says. */
  readonly head: () => Omit<HeadBody, 'part' | 'continues' | 'isAfterFailure'>;
  /** Begins a part; rejects with the file system's error. */
  readonly create: (part: number) => Promise<PartSink>;
  /** Rejects when nothing more should be written. */
  readonly expectRoom: () => Promise<void>;
  /** Takes back a part of which nothing is safe. */
  readonly remove: (part: number) => Promise<void>;
  /** A record waits so long for others that are written with it, ms. */
  readonly flushMs: number;
  /** A part that has reached this is followed by a new one. */
  readonly maxPartBytes: number;
  /** What may wait for a slow disk. */
  readonly maxQueuedBytes: number;
  /** How long a disk that refused is left alone, ms. */
  readonly retryMs: number;
  /** A disk that takes longer than this for what waits is told of, ms. */
  readonly hangMs: number;
  /** Records are being lost: told again at every try that fails. Must not throw. */
  readonly onFailed: (reason: string) => void;
  /** It works again, and the gap is written down. Must not throw. */
  readonly onRecovered: (lost: LostCounts) => void;
};

type Body = { readonly [name: string]: unknown };
type Queued = { readonly part: number; readonly line: Line; readonly record: Unsealed };
type OpenPart = { readonly part: number; readonly sink: PartSink; isSafe: boolean };

/** `slow`: the queue is full and is being written. `failed`: the disk said no. `trying`: a gap record is on its way. */
type Condition = 'good' | 'slow' | 'failed' | 'trying';

export class PartStream {
  readonly #options: PartStreamOptions;
  readonly #losses = new Losses();
  readonly #queue: Queued[] = [];
  #condition: Condition = 'good';
  #queuedBytes = 0;
  /** The end of the chain as it was accepted, and as far as it is safe. */
  #accepted: ChainLink = chainStart;
  #safe: ChainLink = chainStart;
  #part = 0;
  #partBytes = 0;
  #open: OpenPart | undefined;
  #working: Promise<void> | undefined;
  #cancelFlush: Cancel | undefined;
  #cancelRetry: Cancel = () => undefined;
  #isClosed = false;
  /** The disk has not answered for so long that it was told. */
  #isHanging = false;

  constructor(options: PartStreamOptions) {
    this.#options = options;
  }

  /** Whether what is written now is taken. */
  get isAccepting(): boolean {
    return !this.#isClosed && (this.#condition === 'good' || this.#condition === 'trying');
  }

  /** The end of the chain, with what is still on its way. */
  get last(): ChainLink {
    return this.#accepted;
  }

  /** Where the next record goes: a part, and the bytes of it that lie before. A new part begins here when one is due. */
  place(): { readonly part: number; readonly bytes: number } {
    const isDue = this.#part === 0 || this.#partBytes >= this.#options.maxPartBytes;
    if (this.isAccepting && isDue) this.#beginPart(this.#accepted, false);
    return { part: this.#part, bytes: this.#partBytes };
  }

  /** The head is written though nothing else is yet. */
  begin(): void {
    this.place();
    this.#schedule();
  }

  write(kind: string, body: Body): void {
    if (this.#isClosed) return;
    if (this.isAccepting && this.#queuedBytes > this.#options.maxQueuedBytes) this.#overflow();
    if (!this.isAccepting) {
      this.lose(kind);
      return;
    }
    this.place();
    this.#push(kind, body);
    this.#schedule();
  }

  /** A record of that kind was not even made, since it would not have been taken. */
  lose(kind: string): void {
    const { clock } = this.#options;
    this.#losses.add(kind, { utcMs: clock.utcMs(), monotonicMs: clock.monotonicMs() });
  }

  /** Writes what waits and a last record, and closes; resolves when the disk has done so or refused. Never rejects. */
  async close(lastBody: () => Body): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelRetry();
    this.#cancelFlush?.();
    await this.#working;
    // What waits goes first: only then is it known whether there is a gap to tell of.
    await this.#work();
    if (this.#condition !== 'good') this.#pushGap();
    else if (this.#part === 0) this.#beginPart(this.#accepted, false);
    this.#push('end', lastBody());
    await this.#work();
    this.#cancelRetry();
    await this.#closePart();
  }

  #push(kind: string, body: Body, seq?: number): void {
    const { clock } = this.#options;
    const record = { utcMs: clock.utcMs(), monotonicMs: clock.monotonicMs(), kind, body };
    const line = sealLine(this.#accepted, record, seq);
    this.#accepted = line.link;
    this.#queue.push({ part: this.#part, line, record });
    this.#queuedBytes += line.bytes.length;
    this.#partBytes += line.bytes.length;
  }

  #beginPart(continues: ChainLink, isAfterFailure: boolean): void {
    const seq = this.#accepted.seq + 1;
    this.#part += 1;
    this.#partBytes = 0;
    this.#accepted = continues;
    this.#push('head', { ...this.#options.head(), part: this.#part, continues, isAfterFailure }, seq);
  }

  /** After a loss everything begins anew: a part, that it follows what is safe, and what is missing between. */
  #pushGap(): void {
    const { clock } = this.#options;
    this.#condition = 'trying';
    // What still waits of a queue that was full is written first, and is no loss.
    this.#beginPart(this.#queue.at(-1)?.line.link ?? this.#safe, true);
    this.#push('gap', this.#losses.tell({ utcMs: clock.utcMs(), monotonicMs: clock.monotonicMs() }));
  }

  #tryAgain(): void {
    this.#pushGap();
    this.#start();
  }

  #schedule(): void {
    if (this.#working || this.#cancelFlush || this.#isClosed || this.#queue.length === 0) return;
    this.#cancelFlush = this.#options.clock.after(this.#options.flushMs, () => {
      this.#cancelFlush = undefined;
      this.#start();
    });
  }

  #start(): void {
    this.#working = this.#work().then(() => {
      this.#working = undefined;
      if (this.#isClosed) return;
      if (this.#condition === 'slow') this.#tryAgain();
      else this.#schedule();
    });
  }

  /** Writes all that waits, part by part. Never rejects. */
  async #work(): Promise<void> {
    const stopWatching = this.#options.clock.after(this.#options.hangMs, () => this.#hang());
    try {
      for (let first = this.#queue[0]; first; first = this.#queue[0]) {
        const { part } = first;
        const following = this.#queue.findIndex((queued) => queued.part !== part);
        await this.#writeBatch(part, this.#queue.slice(0, following < 0 ? undefined : following));
        // What has come meanwhile waits for its own batch: else a busy fleet would keep the disk busy with single lines.
        if (following < 0) break;
      }
      if (this.#isHanging && this.#condition === 'good') this.#options.onRecovered({});
      this.#isHanging = false;
    } catch (error) {
      await this.#fail(errorText(error));
    } finally {
      stopWatching();
    }
  }

  /** Long before the queue is full, which of a small fleet takes hours. What waits may still be written. */
  #hang(): void {
    if (this.#isClosed) return;
    this.#isHanging = true;
    this.#options.onFailed('the disk does not answer');
  }

  async #writeBatch(part: number, batch: readonly Queued[]): Promise<void> {
    await this.#options.expectRoom();
    const open = await this.#openPart(part);
    const bytes = Buffer.concat(batch.map(({ line }) => line.bytes));
    await open.sink.append(bytes);
    await open.sink.sync();
    open.isSafe = true;
    this.#queue.splice(0, batch.length);
    this.#queuedBytes -= bytes.length;
    this.#safe = batch.at(-1)?.line.link ?? this.#safe;
    if (batch.some(({ record }) => record.kind === 'gap')) this.#recover();
  }

  async #openPart(part: number): Promise<OpenPart> {
    if (this.#open?.part === part) return this.#open;
    await this.#closePart();
    const open = { part, sink: await this.#options.create(part), isSafe: false };
    this.#open = open;
    return open;
  }

  async #closePart(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    // All that counts was made safe before; what a disk says now changes nothing of it.
    await open.sink.close().catch(() => undefined);
    if (!open.isSafe) await this.#options.remove(open.part).catch(() => undefined);
  }

  #overflow(): void {
    this.#losses.why = 'the disk is too slow';
    this.#condition = 'slow';
    this.#options.onFailed('the disk is too slow');
  }

  /** What was on its way is lost; the chain goes on from what is safe. */
  async #fail(reason: string): Promise<void> {
    const { clock, retryMs, onFailed } = this.#options;
    this.#condition = 'failed';
    this.#isHanging = false;
    this.#losses.why = reason;
    for (const { record } of this.#queue.splice(0)) this.#losses.add(record.kind, record);
    this.#queuedBytes = 0;
    onFailed(reason);
    await this.#closePart();
    if (!this.#isClosed) this.#cancelRetry = clock.after(retryMs, () => this.#tryAgain());
  }

  /** A gap record is safe. */
  #recover(): void {
    const lost = this.#losses.settle();
    if (this.#condition !== 'trying') return;
    this.#condition = 'good';
    this.#isHanging = false;
    this.#options.onRecovered(lost);
  }
}
