/**
 * What waits to be sent, by urgency: four lanes, first in, first out in each; newer telemetry takes the place of older.
 * Knows frames as bytes; no stream, no clock, no meaning.
 */
import { Fifo } from './fifo.js';

/** From most to least urgent. */
const lanes = ['emergency', 'control', 'telemetry', 'bulk'] as const;

/** How urgent a frame is; the most urgent one that waits is always sent first. Files are bulk. */
export type Lane = (typeof lanes)[number];

/** A frame on its way out. */
export type OutgoingFrame = {
  /** The whole frame, or all of it that stands before `body`. */
  readonly head: Uint8Array;
  /** Content that is sent from where it lies, without a copy. */
  readonly body?: Uint8Array | undefined;
  readonly lane: Lane;
  /** In the telemetry lane: the action of which only the newest frame is of use. */
  readonly telemetryOf?: string | undefined;
  /** Of no use on another link: an answer, or a request that is sent again from the list of pending ones. */
  readonly isOfLink?: boolean;
  /** Called once: without an error when the stream took the last byte, with one when it never will. */
  readonly onSettled?: ((error?: Error) => void) | undefined;
};

/** A place in a lane; what stands in it can be replaced. */
type Place = { frame: OutgoingFrame };

export class OutgoingLanes {
  readonly #places: Record<Lane, Fifo<Place>> = {
    emergency: new Fifo(),
    control: new Fifo(),
    telemetry: new Fifo(),
    bulk: new Fifo(),
  };
  readonly #telemetry = new Map<string, Place>();
  #urgentBytes = 0;
  #bulkBytes = 0;

  /** Bytes that wait in all lanes but bulk. */
  get urgentBytes(): number {
    return this.#urgentBytes;
  }

  /** Bytes that wait in the bulk lane. */
  get bulkBytes(): number {
    return this.#bulkBytes;
  }

  /** Queues a frame; telemetry takes the place of what waits of the same action. */
  add(frame: OutgoingFrame): void {
    this.#count(frame, 1);
    const key = frame.lane === 'telemetry' ? frame.telemetryOf : undefined;
    const older = key === undefined ? undefined : this.#telemetry.get(key);
    if (older) {
      this.#count(older.frame, -1);
      older.frame = frame;
      return;
    }
    const place = { frame };
    this.#places[frame.lane].push(place);
    if (key !== undefined) this.#telemetry.set(key, place);
  }

  /** Takes out the most urgent frame, the oldest of its lane. */
  take(): OutgoingFrame | undefined {
    for (const lane of lanes) {
      const frame = this.#places[lane].shift()?.frame;
      if (!frame) continue;
      this.#count(frame, -1);
      if (frame.telemetryOf !== undefined && lane === 'telemetry') this.#telemetry.delete(frame.telemetryOf);
      return frame;
    }
    return undefined;
  }

  /** Takes out every frame, most urgent first. */
  takeAll(): OutgoingFrame[] {
    const frames: OutgoingFrame[] = [];
    for (let frame = this.take(); frame; frame = this.take()) frames.push(frame);
    return frames;
  }

  #count(frame: OutgoingFrame, sign: 1 | -1): void {
    const bytes = sign * (frame.head.length + (frame.body?.length ?? 0));
    if (frame.lane === 'bulk') this.#bulkBytes += bytes;
    else this.#urgentBytes += bytes;
  }
}
