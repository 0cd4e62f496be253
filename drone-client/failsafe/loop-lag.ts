/** How late a process' timers come. Knows no timer: it is told the time at each call that was due. */

/** Lags older than this are forgotten, ms. */
const windowMs = 5000;

/** Of a loop that is due every `intervalMs`. */
export class LoopLag {
  readonly #intervalMs: number;
  #lastMs: number | undefined;
  #lags: { readonly atMs: number; readonly lagMs: number }[] = [];

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  begin(nowMs: number): void {
    this.#lastMs = nowMs;
  }

  take(nowMs: number): void {
    const lagMs = Math.max(0, nowMs - (this.#lastMs ?? nowMs - this.#intervalMs) - this.#intervalMs);
    this.#lastMs = nowMs;
    this.#lags = [...this.#lags.filter(({ atMs }) => nowMs - atMs < windowMs), { atMs: nowMs, lagMs }];
  }

  /** The worst within the last 5 s, ms; undefined before the first. */
  get worstMs(): number | undefined {
    return this.#lags.length === 0 ? undefined : Math.max(...this.#lags.map(({ lagMs }) => lagMs));
  }
}
