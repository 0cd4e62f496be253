/** A regular beat aligned to a moment: tick k at origin + k × interval. Knows nothing of what is done at a tick. */
import type { Cancel, Clock } from '../../lib/time/clock.js';

/** Timers may fire this much early; such a tick counts as on time, ms. */
const earlyMs = 1.5;

/** The tick of the origin comes so much before its moment: what it computes is ready when that comes, ms. */
const originLeadMs = 4;

/** A tick so near to the origin is the origin's, ms. */
const sameMs = 0.01;

/** `onTick` is given the moment that a tick is for, which may be a little ahead. Late ticks run late and once: what was missed is skipped, the next one is on the grid again. */
export class Ticker {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #onTick: (nowMs: number) => void;
  #originMs = 0;
  #nextMs = 0;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, intervalMs: number, onTick: (nowMs: number) => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#onTick = onTick;
  }

  get isRunning(): boolean {
    return this.#cancel !== undefined;
  }

  /** First moment of the grid at or after `atMs`. */
  gridAfter(atMs: number): number {
    const index = Math.ceil((atMs - this.#originMs) / this.#intervalMs - 1e-6);
    return this.#originMs + index * this.#intervalMs;
  }

  /** Begins, or moves the grid of a running beat, which may lie before or after now. */
  start(originMs: number): void {
    this.#originMs = originMs;
    this.#cancel?.();
    this.#schedule(this.gridAfter(this.#clock.monotonicMs()));
  }

  /** Moves the grid of a running beat by a little: the next tick but one is on it. */
  align(originMs: number): void {
    this.#originMs = originMs;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** The moment of the grid nearest to `dueMs`; what is past is skipped. */
  #after(dueMs: number, nowMs: number): number {
    const index = Math.round((dueMs - this.#originMs) / this.#intervalMs);
    const nearestMs = this.#originMs + index * this.#intervalMs;
    return nearestMs > nowMs ? nearestMs : this.gridAfter(nowMs);
  }

  #schedule(atMs: number): void {
    this.#nextMs = atMs;
    const tick = () => this.#tick();
    this.#cancel = this.#isOrigin(atMs)
      ? this.#clock.at(atMs - originLeadMs, tick)
      : this.#clock.after(atMs - this.#clock.monotonicMs(), tick);
  }

  /** The origin is what all drones have in common: the first setpoint of the show. */
  #isOrigin(atMs: number): boolean {
    return Math.abs(atMs - this.#originMs) < sameMs;
  }

  #tick(): void {
    const nowMs = this.#clock.monotonicMs();
    const leadMs = this.#isOrigin(this.#nextMs) ? originLeadMs : 0;
    if (nowMs < this.#nextMs - leadMs - earlyMs) {
      this.#schedule(this.#nextMs);
      return;
    }
    const momentMs = Math.max(nowMs, this.#nextMs);
    this.#schedule(this.#after(this.#nextMs + this.#intervalMs, nowMs));
    this.#onTick(momentMs);
  }
}
