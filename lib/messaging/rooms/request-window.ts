/** Lets so many requests be without an answer; the next wait here, in order. Knows no request. */
import { QueueFullError } from '../../errors.js';

/** Without an answer at a time: fewer than the server lets wait. */
const maxUnanswered = 32;
/** Waiting here. */
const maxWaiting = 10_000;

export class RequestWindow {
  #unanswered = 0;
  readonly #waiting: (() => void)[] = [];

  /** Runs `send` when there is room. @throws QueueFullError when too many wait already; whatever `send` says. */
  async through<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    if (this.#unanswered >= maxUnanswered) {
      if (this.#waiting.length >= maxWaiting)
        throw new QueueFullError(`${maxWaiting} requests wait already: wait for their answers first`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#unanswered += 1;
    try {
      return await send();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#unanswered -= 1;
    }
  }
}
