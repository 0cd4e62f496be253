/** One quantity of one drone over time: its extreme over a show, and where it first exceeds its limit. Knows no drone. */
import { highest, mapped, maximum, type Part, type Poly } from './bernstein.js';
import { type Stretch, StretchFinder } from './stretch.js';

/** What is measured may exceed its limit by this share, or this much, and still be at it: rounding of the file. */
export const slack = 1e-7;

/** The quantity may be a square (`isSquared`): then `limit` and `value` are still those of its root. */
export class Measure {
  readonly #isSquared: boolean;
  readonly #allowed: number;
  #highest = Number.NEGATIVE_INFINITY;
  #finder = new StretchFinder();

  constructor(limit: number, isSquared: boolean) {
    this.#isSquared = isSquared;
    const most = limit + slack * Math.max(1, limit);
    this.#allowed = isSquared ? most * most : most;
  }

  /** Largest value so far; −∞ before the first piece. */
  get value(): number {
    return this.root(this.#highest);
  }

  /** The first stretch of the drone that is looked at in which the limit is exceeded; its measure is the value. */
  get stretch(): Stretch | undefined {
    const stretch = this.#finder.stretch;
    return stretch && { ...stretch, measure: this.root(stretch.measure) };
  }

  nextDrone(): void {
    this.#finder = new StretchFinder();
  }

  /** Whether a piece whose value can not exceed `bound` needs a look; if not, it has been taken note of. */
  wants(bound: number, endS: number): boolean {
    if (bound > this.#highest || bound > this.#allowed) return true;
    this.#finder.pass(endS);
    return false;
  }

  add(poly: Poly, startS: number, endS: number): void {
    if (highest(poly) > this.#highest) this.#highest = Math.max(this.#highest, maximum(poly).value);
    const piece: Part = { startS, endS, measure: poly };
    this.#finder.feed([mapped(poly, 1, -this.#allowed)], piece);
  }

  /** A value at one moment. */
  addMoment(value: number, t: number): void {
    this.#highest = Math.max(this.#highest, value);
    if (value > this.#allowed) this.#finder.add({ startS: t, t, measure: value }, t);
  }

  root(value: number): number {
    return this.#isSquared ? Math.sqrt(Math.max(0, value)) : value;
  }
}
