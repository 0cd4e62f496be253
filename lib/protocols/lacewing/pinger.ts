/** Asks a Lacewing client again and again whether it is there. Knows the time; not the client. */
import type { Cancel, Clock } from '../../time/clock.js';

export type PingerOptions = {
  readonly clock: Clock;
  /** From an answer to the next question, ms. */
  readonly intervalMs: number;
  /** How long an answer may take, ms. */
  readonly timeoutMs: number;
  readonly sendPing: () => void;
  /** The answer is held up on our side: it is waited for once more. */
  readonly isExcused: () => boolean;
  readonly onLost: () => void;
};

/** One question at a time, from `start` to `stop`. */
export class Pinger {
  readonly #options: PingerOptions;
  #cancel: Cancel = () => undefined;
  #askedMs: number | undefined;

  constructor(options: PingerOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, intervalMs } = this.#options;
    this.#cancel = clock.after(intervalMs, () => this.#ask());
  }

  stop(): void {
    this.#cancel();
    this.#askedMs = undefined;
  }

  /** Takes an answer; gives the time that it took, ms, undefined when nothing was asked. */
  answered(): number | undefined {
    if (this.#askedMs === undefined) return undefined;
    const latencyMs = this.#options.clock.monotonicMs() - this.#askedMs;
    this.stop();
    this.start();
    return latencyMs;
  }

  #ask(): void {
    this.#askedMs = this.#options.clock.monotonicMs();
    this.#expect();
    this.#options.sendPing();
  }

  #expect(): void {
    const { clock, timeoutMs, isExcused, onLost } = this.#options;
    this.#cancel = clock.after(timeoutMs, () => {
      if (isExcused()) this.#expect();
      else onLost();
    });
  }
}
