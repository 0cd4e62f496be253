/** Says when a program's event loop came late, and is not a flood while it keeps doing so. Pure: figures in, words out. */

/** Below this nobody is told, ms. */
const lateMs = 10;

/** The same again is told once in so long, ms; what is twice as bad at once. */
const againMs = 60_000;
const worse = 2;

export class LateReport {
  #toldMs = Number.NEGATIVE_INFINITY;
  #toldWorstMs = 0;
  #worstMs = 0;

  /** Takes the worst delay of the last while; the worst since the last report when it is time for one. */
  take(worstMs: number, nowMs: number): number | undefined {
    this.#worstMs = Math.max(this.#worstMs, worstMs);
    if (this.#worstMs <= lateMs) return undefined;
    if (nowMs - this.#toldMs < againMs && this.#worstMs < worse * this.#toldWorstMs) return undefined;
    const told = this.#worstMs;
    this.#toldMs = nowMs;
    this.#toldWorstMs = told;
    this.#worstMs = 0;
    return told;
  }
}
