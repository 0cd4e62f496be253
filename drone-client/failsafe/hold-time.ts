/** Decides when something has lasted long enough to count, and when it is over. Knows no reasons; time is an argument. */

/** More time than this between two looks is not counted: what was not seen did not last, ms. */
const maxStepMs = 200;

/** What has lasted long enough is over when it was absent for this long, ms: a flicker makes one event, not many. */
const endMs = 1000;

/**
 * Counts up while it is seen and down while it is not, so that something which flickers counts when it is there for
 * more than half of the time, and a single look that misses it does not start the delay anew.
 */
export class HoldTime {
  #heldMs = 0;
  #lastMs: number | undefined;
  #sinceMs: number | undefined;
  #isActive = false;

  /** When it was first seen; undefined when it is over. */
  get sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  /** Takes a look; true when it has lasted for `delayMs`, until it is over. */
  look(isSeen: boolean, delayMs: number, nowMs: number): boolean {
    const stepMs = Math.min(maxStepMs, Math.max(0, nowMs - (this.#lastMs ?? nowMs)));
    this.#lastMs = nowMs;
    if (isSeen) this.#seen(stepMs, delayMs, nowMs);
    else this.#missed(stepMs);
    return this.#isActive;
  }

  reset(): void {
    this.#heldMs = 0;
    this.#sinceMs = undefined;
    this.#isActive = false;
  }

  #seen(stepMs: number, delayMs: number, nowMs: number): void {
    if (this.#sinceMs === undefined) this.#sinceMs = nowMs;
    else this.#heldMs += stepMs;
    if (this.#heldMs >= delayMs) this.#isActive = true;
    if (this.#isActive) this.#heldMs = endMs;
  }

  #missed(stepMs: number): void {
    this.#heldMs -= stepMs;
    if (this.#heldMs <= 0) this.reset();
  }
}
