/**
 * What comes in from one connection, one message at a time. While the hub says that a member asks too much, its connection
 * is not read, and what came already waits: nothing is lost, and nobody else pays. Knows no protocol and no socket.
 */
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { Denied } from '../hub/hub-types.js';

/** How many ms from now the same message would pass, of a denial that says so. */
export function retryAfterMs(
  outcome: { readonly denied?: Denied['denied'] | undefined } | undefined,
): number {
  return outcome?.denied?.code === 'too_fast' ? (outcome.denied.retryAfterMs ?? 1) : 0;
}

export type InletOptions<Message> = {
  readonly clock: Clock;
  /** Does what the message asks. Above 0: nothing was done, and it shall come again after so many ms. */
  readonly take: (message: Message) => number;
  /** No more is read from the connection until `resume`; both may be called twice in a row. */
  readonly pause: () => void;
  readonly resume: () => void;
};

export class Inlet<Message> {
  readonly #options: InletOptions<Message>;
  #waiting: Message[] = [];
  #isTaking = false;
  #cancel: Cancel | undefined;
  #isClosed = false;
  #onEnd: (() => void) | undefined;

  constructor(options: InletOptions<Message>) {
    this.#options = options;
  }

  /** How many messages came and wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  push(messages: readonly Message[]): void {
    if (this.#isClosed) return;
    for (const message of messages) this.#waiting.push(message);
    this.#go();
  }

  /** Nothing more comes. What waits is still taken, in its time; then, or at once, `onEnd`, unless it is closed before. */
  finish(onEnd: () => void): void {
    this.#onEnd = onEnd;
    this.#tellEnd();
  }

  /** Nothing more is taken, not even what waits. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #go(): void {
    if (this.#isTaking || this.#cancel !== undefined) return;
    this.#isTaking = true;
    let taken = 0;
    try {
      for (const message of this.#waiting) {
        const waitMs = this.#options.take(message);
        if (this.#isClosed) return;
        if (waitMs > 0) {
          this.#hold(waitMs);
          break;
        }
        taken++;
      }
    } finally {
      this.#waiting.splice(0, taken);
      this.#isTaking = false;
    }
    this.#tellEnd();
  }

  #tellEnd(): void {
    if (this.#isClosed || this.#isTaking || this.#waiting.length > 0) return;
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.();
  }

  #hold(waitMs: number): void {
    this.#options.pause();
    this.#cancel = this.#options.clock.after(waitMs, () => {
      this.#cancel = undefined;
      this.#go();
      if (this.#cancel === undefined && !this.#isClosed) this.#options.resume();
    });
  }
}
