/** Messages that wait for somebody, and somebodies who wait for messages. Knows no connection and no time. */
import type { RoomMessage } from './room-message.js';

export type InboxLimits = { readonly maxMessages: number; readonly maxBytes: number };

/** Which messages somebody waits for. */
export type Wanted = (message: RoomMessage) => boolean;

type Kept = { readonly message: RoomMessage; readonly sizeBytes: number };

type Waiter = {
  readonly wanted: Wanted;
  readonly resolve: (message: RoomMessage) => void;
  readonly reject: (error: Error) => void;
};

/** Bounded: the oldest messages go when new ones find no room, and are counted. */
export class Inbox {
  readonly #limits: InboxLimits;
  readonly #waiters = new Set<Waiter>();
  #kept: Kept[] = [];
  #keptBytes = 0;
  #dropped = 0;
  #error: Error | undefined;

  constructor(limits: InboxLimits) {
    this.#limits = limits;
  }

  /** Messages that found no room and were never received. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Gives the message to whoever of those that want it waits longest; false when nobody does. */
  give(message: RoomMessage): boolean {
    for (const waiter of this.#waiters) {
      if (!waiter.wanted(message)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(message);
      return true;
    }
    return false;
  }

  /** Keeps the message for who asks later. `sizeBytes`: how much it counts. */
  keep(message: RoomMessage, sizeBytes: number): void {
    this.#kept.push({ message, sizeBytes });
    this.#keptBytes += sizeBytes;
    while (this.#kept.length > this.#limits.maxMessages || this.#keptBytes > this.#limits.maxBytes) {
      this.#keptBytes -= this.#kept.shift()?.sizeBytes ?? 0;
      this.#dropped += 1;
    }
  }

  /**
   * The oldest kept message that is wanted, or the next that comes. Whoever waits must be taken out by `cancel`, which
   * makes it reject; after the end, what was kept can still be had.
   */
  wait(wanted: Wanted): { readonly message: Promise<RoomMessage>; cancel(error: Error): void } {
    const kept = this.#take(wanted);
    if (kept) return { message: Promise.resolve(kept), cancel: () => undefined };
    if (this.#error) return { message: Promise.reject(this.#error), cancel: () => undefined };
    let cancel: (error: Error) => void = () => undefined;
    const message = new Promise<RoomMessage>((resolve, reject) => {
      const waiter = { wanted, resolve, reject };
      this.#waiters.add(waiter);
      cancel = (error) => {
        if (this.#waiters.delete(waiter)) reject(error);
      };
    });
    return { message, cancel };
  }

  /** Nothing comes any more: everybody who waits, or will, learns why. */
  end(error: Error): void {
    this.#error ??= error;
    for (const { reject } of this.#waiters) reject(error);
    this.#waiters.clear();
  }

  #take(wanted: Wanted): RoomMessage | undefined {
    const index = this.#kept.findIndex(({ message }) => wanted(message));
    const [kept] = index < 0 ? [] : this.#kept.splice(index, 1);
    this.#keptBytes -= kept?.sizeBytes ?? 0;
    return kept?.message;
  }
}
