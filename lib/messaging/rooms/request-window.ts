/**
 * Lets so many requests, and so many bytes of them, be without an answer; the next wait here, in order. Knows no request.
 */
import { QueueFullError } from '../../errors.js';

/** Without an answer at a time: fewer than the server lets wait. */
const maxUnanswered = 32;
/** As much as one request may be, and less than the server lets wait: a larger one is alone. */
const maxUnansweredBytes = 2 * 1024 * 1024;
/** Waiting here. */
const maxWaiting = 10_000;

type Waiting = { readonly sizeBytes: number; readonly enter: () => void };

export class RequestWindow {
  #unanswered = 0;
  #unansweredBytes = 0;
  readonly #waiting: Waiting[] = [];

  /** Runs `send` when there is room. @throws QueueFullError when too many wait already; whatever `send` says. */
  async through<Answer>(send: () => Promise<Answer>, sizeBytes = 0): Promise<Answer> {
    if (this.#waiting.length > 0 || !this.#hasRoom(sizeBytes)) await this.#turn(sizeBytes);
    else this.#enter(sizeBytes);
    try {
      return await send();
    } finally {
      this.#unanswered -= 1;
      this.#unansweredBytes -= sizeBytes;
      this.#letIn();
    }
  }

  #turn(sizeBytes: number): Promise<void> {
    if (this.#waiting.length >= maxWaiting)
      throw new QueueFullError(`${maxWaiting} requests wait already: wait for their answers first`);
    return new Promise((enter) => this.#waiting.push({ sizeBytes, enter }));
  }

  #letIn(): void {
    for (let next = this.#waiting[0]; next && this.#hasRoom(next.sizeBytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#enter(next.sizeBytes);
      next.enter();
    }
  }

  #enter(sizeBytes: number): void {
    this.#unanswered += 1;
    this.#unansweredBytes += sizeBytes;
  }

  #hasRoom(sizeBytes: number): boolean {
    if (this.#unanswered === 0) return true;
    return this.#unanswered < maxUnanswered && this.#unansweredBytes + sizeBytes <= maxUnansweredBytes;
  }
}
