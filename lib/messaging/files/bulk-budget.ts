/**
 * How much of all files together is on its way: over every connection that shares it, no more than the measured rate
 * carries in a moment, so that what is urgent never waits longer behind it. In turns, so that every transfer has its
 * fair part. Knows transfers as sources of bytes; no connection, no file.
 */
import { CancelledError } from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';
import { BulkShare, type ChunkSource, leastPeriodMs } from './bulk-share.js';
import { maxChunkBytes } from './file-wire.js';
import { FlowMeter } from './flow-meter.js';

export type BulkBudgetOptions = {
  readonly clock: Clock;
  /** Transfers that are under way at once; the others wait. Default 16. */
  readonly maxTransfers?: number | undefined;
  /** Most content a second, bytes; default and 0: what the links carry. */
  readonly maxBytesPerS?: number | undefined;
};

/** A place among the transfers that are under way. */
export interface BulkPlace {
  /** From now on the source is asked for chunks when there is room for them. */
  start(source: ChunkSource): void;
  /** The peer's library has so many more of the bytes that were sent. */
  acknowledge(bytes: number): void;
  /** Gives the place back. */
  leave(): void;
}

/** Chunks are made smaller than the largest when this many of those would not be in flight. */
const leastChunksInFlight = 4;
const leastChunkBytes = 2048;

/** How often what is held back is looked at again, ms. */
const lookMs = 50;

/** So often the link is let run empty, for a round trip that is the link's own and not that of a queue, ms. */
const drainEveryMs = 4000;

/** What a cap on the rate lets go at once, ms of it. */
const burstMs = 20;

export class BulkBudget {
  readonly #clock: Clock;
  readonly #maxTransfers: number;
  readonly #capBytesPerMs: number;
  readonly #meter = new FlowMeter(leastPeriodMs);
  readonly #shares: BulkShare[] = [];
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #next = 0;
  #tokens = 0;
  #tokensMs: number;
  #cleanMs: number;
  #drainUntilMs: number | undefined;
  #cancelLook: Cancel | undefined;

  constructor({ clock, maxTransfers = 16, maxBytesPerS = 0 }: BulkBudgetOptions) {
    this.#clock = clock;
    this.#maxTransfers = Math.max(1, maxTransfers);
    this.#capBytesPerMs = maxBytesPerS > 0 ? maxBytesPerS / 1000 : Number.POSITIVE_INFINITY;
    this.#tokensMs = clock.monotonicMs();
    this.#cleanMs = this.#tokensMs;
  }

  /** Bytes in flight over all transfers, and the bound on them. */
  get state(): { readonly inFlightBytes: number; readonly windowBytes: number } {
    const inFlightBytes = this.#shares.reduce((sum, share) => sum + share.inFlightBytes, 0);
    return { inFlightBytes, windowBytes: this.#meter.windowBytes };
  }

  /** Waits for a place, first come, first served. @throws CancelledError when `signal` aborts before. */
  async enter(signal?: AbortSignal): Promise<BulkPlace> {
    if (signal?.aborted) throw new CancelledError('waiting to send a file');
    if (this.#taken < this.#maxTransfers) this.#taken += 1;
    else await this.#wait(signal);
    return this.#place();
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(new CancelledError('waiting to send a file'));
      };
      const go = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(go);
    });
  }

  #place(): BulkPlace {
    let share: BulkShare | undefined;
    let isLeft = false;
    return {
      start: (source) => {
        if (isLeft || share) return;
        const fairBytes = this.#meter.windowBytes / (this.#shares.length + 1);
        // A link of which nothing is known yet may be a slow one, however fast the others are.
        const firstBytes = Math.min(4 * maxChunkBytes, Math.max(2 * maxChunkBytes, fairBytes));
        share = new BulkShare(firstBytes, source);
        this.#shares.push(share);
        this.#pump();
      },
      acknowledge: (bytes) => {
        if (share && !isLeft && bytes > 0) this.#acknowledge(share, bytes);
      },
      leave: () => {
        if (isLeft) return;
        isLeft = true;
        share?.end();
        if (share) this.#shares.splice(this.#shares.indexOf(share), 1);
        const next = this.#waiting.shift();
        if (next) next();
        else this.#taken -= 1;
        this.#pump();
      },
    };
  }

  #acknowledge(share: BulkShare, bytes: number): void {
    const nowMs = this.#clock.monotonicMs();
    const inFlightBytes = this.#countedBytes(nowMs);
    const sentMs = share.acknowledge(bytes, nowMs);
    this.#meter.periodMs = this.#periodMs();
    this.#meter.delivered(bytes, sentMs, { nowMs, inFlightBytes });
    this.#pump();
  }

  /** The mean of the transfers' own, by their rates: a slow link does not lengthen the queue of the others. */
  #periodMs(): number {
    let rates = 0;
    let sum = 0;
    for (const { meter } of this.#shares) {
      const rate = meter.rateBytesPerMs ?? 0;
      rates += rate;
      sum += rate * meter.periodMs;
    }
    return rates > 0 ? sum / rates : leastPeriodMs;
  }

  /** In flight, without what is stuck: that waits for its own link, and fills none that others share. */
  #countedBytes(nowMs: number): number {
    let bytes = 0;
    for (const share of this.#shares) if (!share.isStalled(nowMs)) bytes += share.inFlightBytes;
    return bytes;
  }

  /** Lets go what there is room for. */
  #pump(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#refill(nowMs);
    const isRoomLeft = this.#isDraining(nowMs) ? false : this.#sendAll(nowMs);
    this.#meter.isStarved = isRoomLeft;
    const isWaiting = this.#shares.some((share) => share.hasMore);
    if (isWaiting) this.#cancelLook ??= this.#clock.after(this.#lookAfterMs(), () => this.#look());
    else if (this.#cancelLook) {
      this.#cancelLook();
      this.#cancelLook = undefined;
    }
  }

  #look(): void {
    this.#cancelLook = undefined;
    this.#pump();
  }

  /** With a cap, as soon as it lets another chunk go. */
  #lookAfterMs(): number {
    if (this.#tokens >= maxChunkBytes) return lookMs;
    return Math.min(lookMs, Math.max(1, (maxChunkBytes - this.#tokens) / this.#capBytesPerMs));
  }

  /** True when the window is not what ended it. */
  #sendAll(nowMs: number): boolean {
    let inFlightBytes = this.#countedBytes(nowMs);
    for (;;) {
      if (inFlightBytes >= this.#meter.windowBytes) return false;
      const share = this.#nextWithRoom();
      if (!share) return true;
      const chunkBytes = this.#chunkBytes(share);
      if (this.#tokens < chunkBytes) return true;
      const isClean = inFlightBytes <= this.#nearlyNothing();
      if (isClean) this.#cleanMs = nowMs;
      this.#meter.sending(nowMs, inFlightBytes);
      const bytes = share.send(chunkBytes, nowMs, isClean);
      inFlightBytes += bytes;
      this.#tokens -= bytes;
    }
  }

  /** In turns; what a transfer's own window holds back is told to its meter. */
  #nextWithRoom(): BulkShare | undefined {
    const count = this.#shares.length;
    for (let step = 0; step < count; step += 1) {
      const share = this.#shares[(this.#next + step) % count];
      if (!share) continue;
      share.meter.isStarved = share.hasRoom || !share.hasMore;
      if (!share.hasRoom) continue;
      this.#next = (this.#next + step + 1) % count;
      return share;
    }
    return undefined;
  }

  #chunkBytes({ meter }: BulkShare): number {
    const windowBytes = Math.min(meter.windowBytes, this.#meter.windowBytes);
    const wished = Math.floor(windowBytes / leastChunksInFlight);
    return Math.min(maxChunkBytes, Math.max(leastChunkBytes, wished));
  }

  /** So little that what is sent behind it hardly waits for it. */
  #nearlyNothing(): number {
    return Math.max(maxChunkBytes / 2, (this.#meter.rateBytesPerMs ?? 0) * 5);
  }

  #isDraining(nowMs: number): boolean {
    if (this.#drainUntilMs === undefined && nowMs - this.#cleanMs > drainEveryMs)
      this.#drainUntilMs = nowMs + 1.25 * this.#meter.periodMs;
    if (this.#drainUntilMs === undefined) return false;
    if (nowMs < this.#drainUntilMs && this.#countedBytes(nowMs) > this.#nearlyNothing()) return true;
    this.#drainUntilMs = undefined;
    this.#cleanMs = nowMs;
    return false;
  }

  #refill(nowMs: number): void {
    const most = Math.max(2 * maxChunkBytes, this.#capBytesPerMs * burstMs);
    this.#tokens = Math.min(most, this.#tokens + (nowMs - this.#tokensMs) * this.#capBytesPerMs);
    if (Number.isNaN(this.#tokens)) this.#tokens = most;
    this.#tokensMs = nowMs;
  }
}
