/** Pings that wait for their answers, which come in order and without names. Knows no connection. */
import { QueueFullError, RequestTimeoutError } from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';

/** Most pings without an answer: a server that never answers is not asked for ever. */
const maxWaiting = 16;

type Waiting = {
  readonly sentMs: number;
  readonly cancelTimeout: Cancel;
  readonly resolve: (latencyMs: number) => void;
  readonly reject: (error: Error) => void;
};

export class PingQueue {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Sends by `send` and waits for the answer. One that was given up keeps its place, so that a late answer is not taken
   * for that of the next.
   * @returns The time there and back, ms.
   * @throws RequestTimeoutError; QueueFullError when too many are without an answer; whatever `send` or `end` say.
   */
  async ask(send: () => void, timeoutMs: number): Promise<number> {
    if (this.#waiting.length >= maxWaiting)
      throw new QueueFullError(`${maxWaiting} pings have no answer: this server gives none`);
    send();
    return new Promise((resolve, reject) => {
      const cancelTimeout = this.#clock.after(timeoutMs, () =>
        reject(new RequestTimeoutError('ping', timeoutMs)),
      );
      this.#waiting.push({ sentMs: this.#clock.monotonicMs(), cancelTimeout, resolve, reject });
    });
  }

  /** Takes an answer; false when none was asked for. */
  answer(): boolean {
    const first = this.#waiting.shift();
    if (!first) return false;
    first.cancelTimeout();
    first.resolve(this.#clock.monotonicMs() - first.sentMs);
    return true;
  }

  /** No answer comes any more. */
  end(error: Error): void {
    for (const { cancelTimeout, reject } of this.#waiting.splice(0)) {
      cancelTimeout();
      reject(error);
    }
  }
}
