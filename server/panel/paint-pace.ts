/** When to paint: soon after a key, seldom otherwise, never twice for the same news. Knows no screen. */
import type { Cancel, Clock } from '../../lib/time/clock.js';

/** At most five paints a second for what happens by itself, ms: a screen that is painted blocks the server. */
const restMs = 200;

/** Keys are answered at once, and a held key at this distance, ms. */
const keyMs = 40;

export class PaintPace {
  readonly #clock: Clock;
  readonly #paint: () => void;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #pending: { readonly atMs: number; readonly cancel: Cancel } | undefined;

  constructor(clock: Clock, paint: () => void) {
    this.#clock = clock;
    this.#paint = paint;
  }

  /** Something changed in the fleet. */
  request(): void {
    this.#schedule(this.#lastAtMs + restMs);
  }

  /** The operator did something and waits for an answer. */
  urgent(): void {
    const atMs = this.#lastAtMs + keyMs;
    if (this.#clock.monotonicMs() >= atMs) this.#now();
    else this.#schedule(atMs);
  }

  close(): void {
    this.#pending?.cancel();
    this.#pending = undefined;
  }

  #schedule(atMs: number): void {
    if (this.#pending && this.#pending.atMs <= atMs) return;
    this.close();
    const delayMs = Math.max(0, atMs - this.#clock.monotonicMs());
    this.#pending = { atMs, cancel: this.#clock.after(delayMs, () => this.#now()) };
  }

  #now(): void {
    this.close();
    this.#lastAtMs = this.#clock.monotonicMs();
    this.#paint();
  }
}
