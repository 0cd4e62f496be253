/** One piece of work at a time, and a bound on how many wait for it. Pure; knows no work. */
export class Turns {
  readonly #maxWaiting: number;
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /** Nobody more may wait. */
  get isFull(): boolean {
    return this.#waiting >= this.#maxWaiting;
  }

  /** Runs it behind what was there before, whether that ended well or not. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waiting++;
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      this.#waiting--;
    }
  }
}
