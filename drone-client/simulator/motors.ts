/** Whether the motors run, since when, and how long it has stood with them running. Knows no modes and no reasons. */

export class Motors {
  #armed = false;
  #armedAtMs = 0;
  #hasFlown = false;
  #landedAtMs = 0;

  get armed(): boolean {
    return this.#armed;
  }

  /** It has left the ground since they were started. */
  get hasFlown(): boolean {
    return this.#hasFlown;
  }

  start(nowMs: number): void {
    this.#armed = true;
    this.#armedAtMs = nowMs;
    this.#landedAtMs = nowMs;
    this.#hasFlown = false;
  }

  stop(): void {
    this.#armed = false;
  }

  /** How long they have run, ms; 0 when they stand. */
  runningMs(nowMs: number): number {
    return this.#armed ? nowMs - this.#armedAtMs : 0;
  }

  /** To be told at every step where it is. */
  watch(isLanded: boolean, nowMs: number): void {
    if (isLanded) return;
    this.#hasFlown = true;
    this.#landedAtMs = nowMs;
  }

  /** How long it has stood with running motors, ms. */
  standingMs(nowMs: number): number {
    return nowMs - this.#landedAtMs;
  }
}
