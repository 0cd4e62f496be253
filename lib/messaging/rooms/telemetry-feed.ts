/**
 * Changed variables on their way to one member: one batch is out at a time, and until it is answered newer values take the
 * place of older ones. Knows names and values; no connection.
 */
import type { Json } from '../json.js';
import type { Kwargs } from '../message.js';
import type { Values } from './room-types.js';
import { type OnUnsendable, sendableValues } from './wire.js';

/** Values in one batch: what is urgent never waits behind more. */
const maxBatchValues = 1000;

type Changes = Map<string, Map<string, Json>>;

export type TelemetryFeedOptions = {
  /** Hands a batch over; resolves when the member has it. */
  readonly send: (kwargs: Kwargs) => Promise<unknown>;
  readonly onUnsendable: OnUnsendable;
  /** A batch could not be handed over, none will be any more. */
  readonly onEnd: (error: unknown) => void;
};

export class TelemetryFeed {
  readonly #options: TelemetryFeedOptions;
  readonly #members: Changes = new Map();
  readonly #rooms: Changes = new Map();
  #isOut = false;
  #isOver = false;

  constructor(options: TelemetryFeedOptions) {
    this.#options = options;
  }

  memberChanged(memberId: string, changed: Values): void {
    this.#note(this.#members, memberId, changed);
  }

  roomChanged(room: string, changed: Values): void {
    this.#note(this.#rooms, room, changed);
  }

  /** What waits is told in another way, or of no interest any more. */
  forgetMember(memberId: string): void {
    this.#members.delete(memberId);
  }

  forgetRoom(room: string): void {
    this.#rooms.delete(room);
  }

  #note(changes: Changes, key: string, changed: Values): void {
    if (this.#isOver) return;
    const noted = changes.get(key) ?? new Map<string, Json>();
    const sendable = sendableValues(changed, this.#options.onUnsendable);
    for (const [name, value] of Object.entries(sendable)) noted.set(name, value);
    if (noted.size > 0) changes.set(key, noted);
    this.#next();
  }

  #next(): void {
    if (this.#isOut || this.#isOver || this.#members.size + this.#rooms.size === 0) return;
    this.#isOut = true;
    this.#options.send({ members: taken(this.#members), rooms: taken(this.#rooms) }).then(
      () => {
        this.#isOut = false;
        this.#next();
      },
      (error: unknown) => {
        this.#isOver = true;
        this.#members.clear();
        this.#rooms.clear();
        this.#options.onEnd(error);
      },
    );
  }
}

/** Takes out those that have waited longest. */
function taken(changes: Changes): Kwargs {
  const batch: [string, Json][] = [];
  let count = 0;
  for (const [key, values] of changes) {
    if (count >= maxBatchValues) break;
    count += values.size;
    changes.delete(key);
    batch.push([key, Object.fromEntries(values)]);
  }
  return Object.fromEntries(batch);
}
