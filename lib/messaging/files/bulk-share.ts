/** One transfer's part of what is in flight: its own bound, and what it has learned of its link. Knows no connection. */
import { FlowMeter } from './flow-meter.js';
import { WindowedBest } from './windowed.js';

/** What the measured rate carries in this time may be in flight, or in so many round trips when that is longer. */
export const leastPeriodMs = 100;
const periodRoundTrips = 1.5;

/** For how long the shortest round trip is remembered, ms. */
const roundTripWindowMs = 10_000;

/** A transfer of which nothing was acknowledged for this long does not fill the link that it shares, ms. */
const leastStallMs = 500;

type SentChunk = { bytes: number; readonly sentMs: number; readonly isClean: boolean };

/** Sends the next piece of at most so many bytes; its size, 0 when nothing is left to send. */
export type ChunkSource = (maxBytes: number) => number;

export class BulkShare {
  readonly meter: FlowMeter;
  #source: ChunkSource | undefined;
  readonly #roundTripsMs = new WindowedBest(roundTripWindowMs, Math.min);
  readonly #sent: SentChunk[] = [];
  #inFlightBytes = 0;
  #progressMs = 0;

  constructor(windowBytes: number, source: ChunkSource) {
    this.meter = new FlowMeter(leastPeriodMs, windowBytes);
    this.#source = source;
  }

  get inFlightBytes(): number {
    return this.#inFlightBytes;
  }

  /**
   * Whether another chunk may be sent as far as this transfer goes. The last one may reach beyond the window: rounded
   * down, a window of few chunks would carry less than was measured, and so grow ever smaller.
   */
  get hasRoom(): boolean {
    return this.#source !== undefined && this.#inFlightBytes < this.meter.windowBytes;
  }

  get hasMore(): boolean {
    return this.#source !== undefined;
  }

  isStalled(nowMs: number): boolean {
    return (
      this.#inFlightBytes > 0 && nowMs - this.#progressMs > Math.max(leastStallMs, 4 * this.meter.periodMs)
    );
  }

  /** Sends a chunk; how many bytes. `isClean`: nothing else is in flight that it would have to wait behind. */
  send(maxBytes: number, nowMs: number, isClean: boolean): number {
    this.meter.sending(nowMs, this.#inFlightBytes);
    const bytes = this.#source?.(maxBytes) ?? 0;
    if (bytes === 0) {
      this.#source = undefined;
      return 0;
    }
    if (this.#inFlightBytes === 0) this.#progressMs = nowMs;
    this.#sent.push({ bytes, sentMs: nowMs, isClean: isClean && this.#inFlightBytes === 0 });
    this.#inFlightBytes += bytes;
    return bytes;
  }

  /** The peer has so many bytes more; when the last of them was sent. */
  acknowledge(bytes: number, nowMs: number): number {
    const inFlightBytes = this.#inFlightBytes;
    let left = bytes;
    let sentMs = nowMs;
    for (let chunk = this.#sent[0]; chunk && left > 0; chunk = this.#sent[0]) {
      sentMs = chunk.sentMs;
      const taken = Math.min(left, chunk.bytes);
      left -= taken;
      chunk.bytes -= taken;
      if (chunk.bytes > 0) break;
      this.#sent.shift();
      if (chunk.isClean) this.#roundTripsMs.add(nowMs - chunk.sentMs, nowMs);
    }
    this.#inFlightBytes -= bytes - left;
    this.#progressMs = nowMs;
    this.meter.periodMs = Math.max(leastPeriodMs, periodRoundTrips * (this.#roundTripsMs.value ?? 0));
    this.meter.delivered(bytes, sentMs, { nowMs, inFlightBytes });
    return sentMs;
  }

  /** Nothing is sent any more; what is in flight does not count. */
  end(): void {
    this.#source = undefined;
    this.#inFlightBytes = 0;
    this.#sent.length = 0;
  }
}
