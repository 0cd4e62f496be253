/**
 * Asks for the parts of a flight log, several at a time: they count among the files that are on their way, so that
 * whatever is urgent waits no longer for them than for those. Knows the budget; no peer, no disk, nothing of logs.
 */
import { CancelledError } from '../../lib/errors.js';
import type { BulkBudget } from '../../lib/messaging/index.js';

export type Part = { readonly offset: number; readonly length: number };

export type PartsJob = {
  /** Of the whole log. */
  readonly bytes: number;
  readonly budget: BulkBudget;
  /** Asks for a part; its bytes. `signal`: it is not waited for any more. */
  readonly ask: (part: Part, signal: AbortSignal) => Promise<Uint8Array>;
  /** Takes the parts in their order, one at a time. A rejection ends the fetching. */
  readonly take: (bytes: Uint8Array, part: Part) => Promise<void>;
  /** True: nothing more is asked for, and what was is still heard. */
  readonly shouldStop: () => boolean;
  readonly signal: AbortSignal;
};

type Asked = Part & { readonly answer: Promise<Uint8Array> };

/** Resolves when all was taken. @throws CancelledError when it is told to stop; what `ask` and `take` reject with. */
export async function fetchParts(job: PartsJob): Promise<void> {
  const { budget, signal, bytes } = job;
  const place = await budget.enter(signal);
  const parts = new AskedParts(job);
  const onAbort = () => parts.withdraw();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    place.start((maxBytes) => parts.askNext(maxBytes));
    for (let taken = 0; taken < bytes; ) {
      const { answer, ...part } = await parts.next();
      await job.take(await answer, part);
      taken += part.length;
      place.acknowledge(part.length);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    place.leave();
  }
}

/** What was asked for and has not been taken, in order. */
class AskedParts {
  readonly #job: PartsJob;
  readonly #asked: Asked[] = [];
  /** A signal for each: many that listen to one are taken for a leak. */
  readonly #unanswered = new Set<AbortController>();
  #offset = 0;
  #isEnded = false;
  #wake: () => void = () => undefined;

  constructor(job: PartsJob) {
    this.#job = job;
  }

  /** Asks for the next part of at most so many bytes; how many those are, 0 when there is none. */
  askNext(maxBytes: number): number {
    const { bytes, ask, shouldStop } = this.#job;
    if (this.#offset < bytes && shouldStop()) this.end();
    const offset = this.#offset;
    const length = this.#isEnded ? 0 : Math.min(maxBytes, bytes - offset);
    if (length === 0) return 0;
    const abort = new AbortController();
    this.#unanswered.add(abort);
    const answer = ask({ offset, length }, abort.signal).finally(() => this.#unanswered.delete(abort));
    // One that is before it in the row may fail first.
    answer.catch(() => undefined);
    this.#asked.push({ offset, length, answer });
    this.#offset += length;
    this.#wake();
    return length;
  }

  /** Nothing more is asked for. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** Nor is what was asked for waited for. */
  withdraw(): void {
    this.end();
    for (const abort of this.#unanswered) abort.abort();
  }

  /** @throws CancelledError when nothing more comes. */
  async next(): Promise<Asked> {
    for (;;) {
      const asked = this.#asked.shift();
      if (asked) return asked;
      if (this.#isEnded) throw new CancelledError('flight_log_part');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
