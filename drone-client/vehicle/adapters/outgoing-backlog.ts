/** The frames that wait for a slow line: few, whole, and the newest. Knows no line and no timers. */
import { Buffer } from 'node:buffer';

export type BacklogLimits = {
  /** What may wait here; the oldest frames give way to a new one. One frame may always wait. */
  readonly maxQueuedBytes: number;
  /** How fast the line is; without it nothing is known of what waits behind us, and all goes out at once. */
  readonly pace?: {
    readonly bytesPerS: number;
    /** What may be on its way at once: the line's own buffers are longer than we want to wait for. */
    readonly maxOnLineBytes: number;
  };
};

export class OutgoingBacklog {
  readonly #limits: BacklogLimits;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  /** What the line still has to carry of what was taken, as of `#asOfMs`. */
  #onLineBytes = 0;
  #asOfMs = 0;

  constructor(limits: BacklogLimits) {
    this.#limits = limits;
  }

  /** Copies a frame in; returns how many older ones had to go for it. */
  push(frame: Uint8Array): number {
    let dropped = 0;
    while (this.#queue.length > 0 && this.#queuedBytes + frame.length > this.#limits.maxQueuedBytes) {
      this.#queuedBytes -= this.#queue.shift()?.length ?? 0;
      dropped += 1;
    }
    this.#queue.push(Uint8Array.from(frame));
    this.#queuedBytes += frame.length;
    return dropped;
  }

  /** The whole frames that the line has room for now, oldest first; undefined when there are none. */
  take(nowMs: number): Uint8Array | undefined {
    this.#drain(nowMs);
    const taken: Uint8Array[] = [];
    for (let [next] = this.#queue; next && this.#fits(next); [next] = this.#queue) {
      taken.push(next);
      this.#queue.shift();
      this.#onLineBytes += next.length;
    }
    if (taken.length === 0) return undefined;
    const bytes = Buffer.concat(taken);
    this.#queuedBytes -= bytes.length;
    return bytes;
  }

  /** How long until the next frame fits, in whole ms (a timer has no finer grain); undefined when none waits. */
  waitMs(nowMs: number): number | undefined {
    this.#drain(nowMs);
    const { pace } = this.#limits;
    const [next] = this.#queue;
    if (!next) return undefined;
    if (!pace || this.#fits(next)) return 0;
    // A frame longer than all the room goes out alone.
    const roomBytes = Math.max(0, pace.maxOnLineBytes - next.length);
    return Math.ceil(((this.#onLineBytes - roomBytes) / pace.bytesPerS) * 1000);
  }

  #fits(frame: Uint8Array): boolean {
    const { pace } = this.#limits;
    return !pace || this.#onLineBytes === 0 || this.#onLineBytes + frame.length <= pace.maxOnLineBytes;
  }

  #drain(nowMs: number): void {
    const bytesPerS = this.#limits.pace?.bytesPerS ?? Number.POSITIVE_INFINITY;
    const elapsedMs = nowMs - this.#asOfMs;
    this.#asOfMs = nowMs;
    const left = this.#onLineBytes - (elapsedMs > 0 ? (elapsedMs / 1000) * bytesPerS : 0);
    // Rounding must not leave a billionth of a byte for which nobody's timer is fine enough.
    this.#onLineBytes = left > 0.5 ? left : 0;
  }
}
