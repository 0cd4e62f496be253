/**
 * How many bytes may be in flight, from what was acknowledged: twice as many each round trip, up to what the measured
 * rate carries in a period. Pure: knows numbers and the times it is given. After BBR's idea: the most that was delivered
 * lately, and the shortest round trip.
 */
import { maxChunkBytes } from './file-wire.js';
import { WindowedBest } from './windowed.js';

/** In flight before anything is known, bytes. */
const firstWindowBytes = 2 * maxChunkBytes;

/** Never more than this, bytes: it is the receiver's memory as well. */
const largestWindowBytes = 16 * 1024 * 1024;

/** A rate over less time than this says more of bursts than of the link, ms. */
const leastSampleMs = 100;

/** For how long the highest rate is remembered, ms. */
const rateWindowMs = 1000;

/** A link that was not used for this long is found out anew, ms. */
const forgetAfterMs = 10_000;

/** A pause after which the time before it does not count, ms. */
const pauseMs = 5;

/** Times between two remembered points of the delivery, ms, and how many are remembered. */
const pointEveryMs = 2;
const maxPoints = 1024;

type Point = { readonly atMs: number; bytes: number };

export class FlowMeter {
  /** What is in flight may take this long to be acknowledged, ms. */
  periodMs: number;
  /** Something else than this window held back what was sent last: what is delivered says little of the link. */
  isStarved = false;
  readonly #rates = new WindowedBest(rateWindowMs, Math.max);
  #windowBytes: number;
  #deliveredBytes = 0;
  #points: Point[] = [];
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(periodMs: number, windowBytes = firstWindowBytes) {
    this.periodMs = periodMs;
    this.#windowBytes = windowBytes;
  }

  get windowBytes(): number {
    return this.#windowBytes;
  }

  /** The highest rate of late, bytes a ms; undefined before one was measured. */
  get rateBytesPerMs(): number | undefined {
    return this.#rates.value;
  }

  /** Bytes are about to be sent while so many are in flight. */
  sending(nowMs: number, inFlightBytes: number): void {
    if (inFlightBytes > 0 || nowMs - this.#lastMs < pauseMs) return;
    if (nowMs - this.#lastMs > forgetAfterMs && this.#points.length > 0) {
      this.#rates.forget();
      this.#windowBytes = firstWindowBytes;
    }
    this.#points = [{ atMs: nowMs, bytes: this.#deliveredBytes }];
  }

  /** Bytes that were sent at a time are acknowledged; `inFlightBytes`: what was in flight before. */
  delivered(
    bytes: number,
    sentMs: number,
    at: { readonly nowMs: number; readonly inFlightBytes: number },
  ): void {
    const { nowMs, inFlightBytes } = at;
    this.#deliveredBytes += bytes;
    this.#lastMs = nowMs;
    const start = this.#pointBefore(Math.min(sentMs, nowMs - leastSampleMs));
    if (start) {
      const rate = (this.#deliveredBytes - start.bytes) / (nowMs - start.atMs);
      this.#rates.add(rate, nowMs, !this.isStarved);
    }
    this.#remember(nowMs);
    if (inFlightBytes >= this.#windowBytes / 2) this.#windowBytes += bytes;
    this.#windowBytes = Math.min(this.#windowBytes, this.#ceilingBytes());
  }

  #ceilingBytes(): number {
    const rate = this.rateBytesPerMs;
    if (rate === undefined) return largestWindowBytes;
    return Math.min(largestWindowBytes, Math.max(maxChunkBytes, rate * this.periodMs));
  }

  /** The last point that is no later than a time. */
  #pointBefore(atMs: number): Point | undefined {
    for (let index = this.#points.length - 1; index >= 0; index -= 1) {
      const point = this.#points[index];
      if (point && point.atMs <= atMs) return point;
    }
    return undefined;
  }

  #remember(nowMs: number): void {
    const last = this.#points.at(-1);
    if (last && nowMs - last.atMs < pointEveryMs) {
      // All of a burst counts as delivered when it began: what follows it is not measured together with it.
      last.bytes = this.#deliveredBytes;
      return;
    }
    this.#points.push({ atMs: nowMs, bytes: this.#deliveredBytes });
    if (this.#points.length > maxPoints) this.#points = this.#points.slice(maxPoints / 2);
  }
}
