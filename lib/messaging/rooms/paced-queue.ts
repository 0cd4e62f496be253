/**
 * Questions of one member in the order they came: one that comes too fast waits, and those behind it, so that nothing is
 * lost. Knows time; neither questions nor rooms.
 */
import { RefusedError } from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';
import type { HostOutcome, RoomDenial } from './room-host.js';

/** A result without the mark of a denial. */
export type Granted<Result extends object> = Result & { readonly denied?: undefined };

type Waiting = {
  readonly sizeBytes: number;
  /** Settles it, or says how long it has to wait, ms. */
  readonly attempt: () => number | undefined;
  readonly reject: (error: Error) => void;
};

export class PacedQueue {
  readonly #clock: Clock;
  readonly #maxWaiting: number;
  readonly #maxBytes: number;
  readonly #onFlood: () => void;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running = 0;
  #runningBytes = 0;
  #cancelTimer: Cancel = () => undefined;

  /** `onFlood`: more than `maxWaiting`, or `maxBytes` of them, wait, which no peer does that waits for its answers. */
  constructor(options: {
    readonly clock: Clock;
    readonly maxWaiting: number;
    readonly maxBytes: number;
    readonly onFlood: () => void;
  }) {
    this.#clock = options.clock;
    this.#maxWaiting = options.maxWaiting;
    this.#maxBytes = options.maxBytes;
    this.#onFlood = options.onFlood;
  }

  /**
   * The result, at once where nothing has to wait. `sizeOf`: what is held while it does, bytes.
   * @throws (or rejects with) RefusedError with the code of the denial.
   */
  ask<Result extends object>(
    question: () => HostOutcome<Result>,
    sizeOf: () => number,
  ): Granted<Result> | Promise<Granted<Result>> {
    if (this.#waiting.length === 0) {
      const outcome = question();
      if (waitMsOf(outcome) === undefined) return granted(outcome);
    }
    return new Promise((resolve, reject) => {
      this.#add({
        reject,
        sizeBytes: sizeOf(),
        attempt: () => {
          const outcome = question();
          const waitMs = waitMsOf(outcome);
          if (waitMs === undefined) resolve(granted(outcome));
          return waitMs;
        },
      });
    });
  }

  /** For what takes its time: it holds up nothing, and what comes after it may be answered before. */
  async run<Result extends object>(
    question: () => Promise<HostOutcome<Result>>,
    sizeBytes: number,
  ): Promise<Granted<Result>> {
    if (this.#running >= this.#maxWaiting || this.#runningBytes + sizeBytes > this.#maxBytes)
      throw new RefusedError('busy', `${this.#running} commands are being done: wait for their answers`);
    this.#running += 1;
    this.#runningBytes += sizeBytes;
    try {
      for (;;) {
        const outcome = await question();
        const waitMs = waitMsOf(outcome);
        if (waitMs === undefined) return granted(outcome);
        await new Promise<void>((resolve) => this.#clock.after(waitMs, resolve));
      }
    } finally {
      this.#running -= 1;
      this.#runningBytes -= sizeBytes;
    }
  }

  /** Nobody waits for an answer any more. */
  close(): void {
    this.#cancelTimer();
    const gone = new RefusedError('not_connected', 'the connection was closed');
    this.#waitingBytes = 0;
    for (const { reject } of this.#waiting.splice(0)) reject(gone);
  }

  #add(waiting: Waiting): void {
    const { length } = this.#waiting;
    if (length >= this.#maxWaiting || this.#waitingBytes + waiting.sizeBytes > this.#maxBytes) {
      this.#onFlood();
      waiting.reject(new RefusedError('too_fast', `${length} requests wait already`));
      return;
    }
    this.#waitingBytes += waiting.sizeBytes;
    this.#waiting.push(waiting);
    if (this.#waiting.length === 1) this.#proceed();
  }

  /** Each answer leaves before the next question is asked, so that what that one brings about comes after it. */
  #proceed(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const waitMs = attempted(first);
    if (waitMs !== undefined) {
      this.#cancelTimer = this.#clock.after(waitMs, () => this.#proceed());
      return;
    }
    this.#waiting.shift();
    this.#waitingBytes -= first.sizeBytes;
    queueMicrotask(() => this.#proceed());
  }
}

function attempted({ attempt, reject }: Waiting): number | undefined {
  try {
    return attempt();
  } catch (error) {
    reject(error instanceof Error ? error : new Error(String(error)));
    return undefined;
  }
}

function waitMsOf(outcome: HostOutcome<object>): number | undefined {
  const waitMs = outcome.denied?.retryAfterMs;
  return waitMs !== undefined && Number.isFinite(waitMs) ? waitMs : undefined;
}

function granted<Result extends object>(outcome: HostOutcome<Result>): Granted<Result> {
  if (outcome.denied) throw refusal(outcome.denied);
  return outcome;
}

function refusal({ code, reason }: RoomDenial): RefusedError {
  return new RefusedError(code, reason);
}
