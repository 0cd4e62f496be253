/** The requests of a Lacewing client that wait for an answer. The protocol numbers none: kind and name tell them apart. */
import { RequestTimeoutError } from '../../errors.js';
import type { Clock } from '../../time/clock.js';

type Waiting = {
  readonly method: string;
  readonly key: string | number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};

/** Every request settles once: with its answer, with a denial, after its time, or when all fail. */
export class Answers {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #waiting = new Set<Waiting>();

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Waits for the answer to `method` about `key`, a channel's id or a name. */
  wait<Value>(method: string, key: string | number): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const waiting: Waiting = {
        method,
        key: fold(key),
        resolve: (value) => settle(() => resolve(value as Value)),
        reject: (error) => settle(() => reject(error)),
      };
      const cancelTimeout = this.#clock.after(this.#timeoutMs, () =>
        waiting.reject(new RequestTimeoutError(method, this.#timeoutMs)),
      );
      const settle = (how: () => void) => {
        cancelTimeout();
        this.#waiting.delete(waiting);
        how();
      };
      this.#waiting.add(waiting);
    });
  }

  /** Answers the oldest request of that kind about `key`; false when nobody asked (or nobody waits any more). */
  resolve(method: string, key: string | number, value: unknown): boolean {
    const waiting = this.#find(method, key);
    waiting?.resolve(value);
    return waiting !== undefined;
  }

  /** Fails the oldest request of that kind about `key`, if any. */
  reject(method: string, key: string | number, error: Error): void {
    this.#find(method, key)?.reject(error);
  }

  rejectAll(error: Error): void {
    for (const waiting of this.#waiting) waiting.reject(error);
  }

  #find(method: string, key: string | number): Waiting | undefined {
    const folded = fold(key);
    for (const waiting of this.#waiting)
      if (waiting.method === method && waiting.key === folded) return waiting;
    return undefined;
  }
}

/** Servers answer with a spelling of their own: of an older channel, or normalised. */
function fold(key: string | number): string | number {
  return typeof key === 'string' ? key.normalize('NFKC').toLowerCase().trim() : key;
}
