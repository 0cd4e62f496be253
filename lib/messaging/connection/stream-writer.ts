/**
 * Hands frames to a stream, the most urgent first and never many at once, so that what is urgent overtakes what waits.
 * Knows lanes and the stream's writable side; no clock, no meaning of a frame.
 */
import { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';
import { DisconnectedError } from '../../errors.js';
import type { OutgoingFrame, OutgoingLanes } from './outgoing-lanes.js';

/** Least room inside the stream: below it a link of 1 Gbit/s would run dry between two turns of the event loop. */
export const leastStreamBytes = 64 * 1024;

/** How much of a body is written at once: nothing can overtake within a frame, so large pieces delay nobody. */
const pieceBytes = 256 * 1024;

export class StreamWriter {
  readonly #stream: Writable;
  readonly #lanes: OutgoingLanes;
  readonly #maxStreamBytes: number;
  /** A frame whose body is being sent, and how much of it was. */
  #current: OutgoingFrame | undefined;
  #sentBytes = 0;
  /** Frames that wait inside the stream and have somebody to tell. */
  readonly #unsettled = new Set<OutgoingFrame>();
  #isScheduled = false;
  #isStopped = false;

  /** `maxStreamBytes`: what may wait inside the stream before another frame is picked. */
  constructor(stream: Writable, outgoing: OutgoingLanes, maxStreamBytes = leastStreamBytes) {
    this.#stream = stream;
    this.#lanes = outgoing;
    this.#maxStreamBytes = maxStreamBytes;
  }

  /** Says that frames wait: those of one turn leave together at its end. */
  wake(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(this.#run);
  }

  /** Hands over now what the stream takes now. */
  flush(): void {
    while (this.#canWrite()) {
      if (this.#current) this.#writePiece(this.#current);
      else if (!this.#writeFrames()) return;
    }
  }

  /** Ends writing. The frame that was begun and not handed over whole, if there is one, is the caller's again. */
  stop(): OutgoingFrame | undefined {
    this.#isStopped = true;
    const current = this.#current;
    this.#current = undefined;
    return current;
  }

  /** A stream that is on its way down would swallow everything without a word. */
  #canWrite(): boolean {
    return !this.#isStopped && this.#stream.writable && this.#stream.writableLength < this.#maxStreamBytes;
  }

  /** The stream is gone: what it had not taken yet it never will, and not every stream says so. */
  abandon(): void {
    for (const frame of this.#unsettled)
      this.#settle(frame, new DisconnectedError('the connection was lost'));
  }

  #settle(frame: OutgoingFrame, error?: Error): void {
    if (this.#unsettled.delete(frame)) frame.onSettled?.(error);
  }

  readonly #run = (): void => {
    this.#isScheduled = false;
    this.flush();
  };

  /** One write of as many frames as have room; false when none waits. */
  #writeFrames(): boolean {
    const frames: OutgoingFrame[] = [];
    let bytes = this.#stream.writableLength;
    while (bytes < this.#maxStreamBytes) {
      const frame = this.#lanes.take();
      if (!frame) break;
      frames.push(frame);
      bytes += frame.head.length;
      if (frame.body && frame.body.length > 0) {
        this.#current = frame;
        this.#sentBytes = 0;
        break;
      }
    }
    if (frames.length > 0) this.#write(joined(frames), frames);
    return frames.length > 0;
  }

  #writePiece(frame: OutgoingFrame): void {
    const body = frame.body ?? new Uint8Array(0);
    const piece = body.subarray(this.#sentBytes, this.#sentBytes + pieceBytes);
    this.#sentBytes += piece.length;
    const isLast = this.#sentBytes === body.length;
    if (isLast) this.#current = undefined;
    this.#write(piece, isLast ? [frame] : []);
  }

  /** `frames` are those that are handed over whole once the stream took these bytes. */
  #write(bytes: Uint8Array, frames: readonly OutgoingFrame[]): void {
    const settled = frames.filter((frame) => frame.onSettled && frame !== this.#current);
    for (const frame of settled) this.#unsettled.add(frame);
    this.#stream.write(bytes, (error) => {
      for (const frame of settled)
        this.#settle(frame, error ? new DisconnectedError(error.message) : undefined);
      if (!error) this.flush();
    });
  }
}

function joined(frames: readonly OutgoingFrame[]): Uint8Array {
  const [first] = frames;
  if (first && frames.length === 1) return first.head;
  return Buffer.concat(frames.map((frame) => frame.head));
}
