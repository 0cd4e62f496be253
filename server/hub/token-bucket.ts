/** So many at once, and so many a second in the long run. Knows the time it is given, nothing of what it counts. */

export type Rate = {
  readonly burst: number;
  readonly perS: number;
};

/** So much is lost when parts of tokens are added up, ms. */
const roundingMs = 0.002;

/** Starts full. `nowMs` is monotonic. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledMs: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledMs = nowMs;
  }

  /** How long until `amount` can be taken, whole ms; 0 is now. More than the burst never can: Infinity. */
  waitMs(amount: number, nowMs: number): number {
    this.#fill(nowMs);
    if (amount <= this.#tokens) return 0;
    if (amount > this.#rate.burst) return Number.POSITIVE_INFINITY;
    const waitMs = ((amount - this.#tokens) / this.#rate.perS) * 1000;
    return waitMs < roundingMs ? 0 : Math.ceil(waitMs - roundingMs / 2);
  }

  /** Takes what `waitMs` said is there. */
  take(amount: number): void {
    this.#tokens -= amount;
  }

  #fill(nowMs: number): void {
    if (this.#rate.burst === Number.POSITIVE_INFINITY) return;
    const gained = (Math.max(0, nowMs - this.#filledMs) / 1000) * this.#rate.perS;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained);
    this.#filledMs = Math.max(this.#filledMs, nowMs);
  }
}
