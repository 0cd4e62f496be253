/** How far off an estimate may be because an exchange contradicts it. Knows no exchange and no estimate. */
import { fastestSlew } from './oscillator.js';

/** So many exchanges that fit end a doubt, even where none of them was fast enough to tell which of both is right. */
const reassuring = 8;

type Raised = { readonly byMs: number; readonly atMs: number; readonly isFollowed: boolean };

/** Raised by an exchange that contradicts, ended by what decides between the two. */
export class Doubt {
  #raised: Raised | undefined;
  #fitting = 0;

  get isRaised(): boolean {
    return this.#raised !== undefined;
  }

  /** An exchange that was begun at `atMs` has the clock up to `byMs` away from the estimate. */
  raise(byMs: number, atMs: number): void {
    this.#raised = { byMs, atMs, isFollowed: false };
    this.#fitting = 0;
  }

  /** The estimate follows what contradicted it, the last of which came at `atMs`: a slewed clock would move on. */
  follow(atMs: number): void {
    this.#raised = { byMs: 0, atMs, isFollowed: true };
    this.#fitting = 0;
  }

  /** An exchange that came at `atMs` fits. `isDecided`: it would not if the one that contradicted were right. */
  reassure(isDecided: boolean, atMs: number): void {
    if (!this.#raised) return;
    const { isFollowed } = this.#raised;
    this.#fitting += 1;
    if (this.#fitting >= reassuring || (isDecided && !isFollowed)) this.#raised = undefined;
    else if (isFollowed) this.#raised = { ...this.#raised, atMs };
  }

  /** What to add to the estimate's ± at `nowMs`, ms: whoever sets a clock may be slewing it on. */
  widthMs(nowMs: number): number {
    if (!this.#raised) return 0;
    const { byMs, atMs } = this.#raised;
    return byMs + fastestSlew * Math.max(0, nowMs - atMs);
  }
}
