/** Messages that wait for somebody, and somebodies who wait for messages. Knows no connection and no time. */
import type { WevisMessage } from './codec.js';

export type InboxLimits = { readonly maxMessages: number; readonly maxBytes: number };

type Waiter = {
  readonly names: ReadonlySet<string>;
  readonly resolve: (message: WevisMessage) => void;
  readonly reject: (error: Error) => void;
};

/** Bounded: the oldest messages go when new ones find no room, and are counted. */
export class Inbox {
  readonly #limits: InboxLimits;
  #kept: WevisMessage[] = [];
  #keptBytes = 0;
  #dropped = 0;
  readonly #waiters = new Set<Waiter>();
  #error: Error | undefined;

  constructor(limits: InboxLimits) {
    this.#limits = limits;
  }

  /** Messages that found no room and were never received. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Gives the message to whoever waits longest for its name; false when nobody does. */
  give(message: WevisMessage): boolean {
    for (const waiter of this.#waiters) {
      if (!waiter.names.has(message.name)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(message);
      return true;
    }
    return false;
  }

  /** Keeps the message for who asks later. */
  keep(message: WevisMessage): void {
    this.#kept.push(message);
    this.#keptBytes += message.payloadBytes;
    while (this.#kept.length > this.#limits.maxMessages || this.#keptBytes > this.#limits.maxBytes) {
      this.#keptBytes -= this.#kept.shift()?.payloadBytes ?? 0;
      this.#dropped++;
    }
  }

  /**
   * The oldest kept message of these names, or the next that comes. Whoever waits must be taken out by `cancel`, which
   * makes it reject; after the end, what was kept can still be had.
   */
  wait(names: ReadonlySet<string>): { readonly message: Promise<WevisMessage>; cancel(error: Error): void } {
    const kept = this.#take(names);
    if (kept) return { message: Promise.resolve(kept), cancel: () => undefined };
    if (this.#error) return { message: Promise.reject(this.#error), cancel: () => undefined };
    const { promise, resolve, reject } = pending();
    const waiter: Waiter = { names, resolve, reject };
    this.#waiters.add(waiter);
    return {
      message: promise,
      cancel: (error) => {
        if (this.#waiters.delete(waiter)) reject(error);
      },
    };
  }

  /** Nothing comes any more: everybody who waits, or will, learns why. */
  end(error: Error): void {
    this.#error ??= error;
    for (const waiter of this.#waiters) waiter.reject(error);
    this.#waiters.clear();
  }

  /** All kept messages of the name, oldest first. */
  takeAll(name: string): WevisMessage[] {
    const taken = this.#kept.filter((message) => message.name === name);
    this.#kept = this.#kept.filter((message) => message.name !== name);
    for (const { payloadBytes } of taken) this.#keptBytes -= payloadBytes;
    return taken;
  }

  #take(names: ReadonlySet<string>): WevisMessage | undefined {
    const index = this.#kept.findIndex(({ name }) => names.has(name));
    const [message] = index < 0 ? [] : this.#kept.splice(index, 1);
    this.#keptBytes -= message?.payloadBytes ?? 0;
    return message;
  }
}

function pending() {
  let resolve: (message: WevisMessage) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<WevisMessage>((onMessage, onError) => {
    resolve = onMessage;
    reject = onError;
  });
  return { promise, resolve, reject };
}
