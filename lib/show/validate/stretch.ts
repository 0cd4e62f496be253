/** The first stretch of time in which something holds, and its worst moment. Knows polynomials; no drone and no limit. */
import { maximum, type Part, type Poly, positiveParts } from './bernstein.js';

/** `t`: the moment of the largest `measure` between `startS` and its end. */
export type Stretch = { readonly startS: number; readonly t: number; readonly measure: number };

/** Stretches that are closer than this are one, s. */
const joinS = 1e-6;

/** Is fed pieces in order of time. */
export class StretchFinder {
  #found: Stretch | undefined;
  #endS = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  /** The first stretch is over: what follows does not matter. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  get stretch(): Stretch | undefined {
    return this.#found;
  }

  /** The pieces up to `untilS` have been seen, or do not hold. */
  pass(untilS: number): void {
    if (this.#found && untilS > this.#endS + joinS) this.#isClosed = true;
  }

  /** All conditions positive = it holds; `measure` is what is to be worst (largest). */
  feed(conditions: readonly Poly[], piece: Part): void {
    if (this.#isClosed) return;
    for (const part of positiveParts(conditions, piece)) {
      this.pass(part.startS);
      if (this.#isClosed) return;
      this.#extend(part);
    }
    this.pass(piece.endS);
  }

  /** A stretch that is known already: from `startS` to `endS`, with its worst `measure` at `t`. */
  add({ startS, t, measure }: Stretch, endS: number): void {
    this.pass(startS);
    if (this.#isClosed) return;
    if (!this.#found) this.#found = { startS, t, measure };
    else if (measure > this.#found.measure) this.#found = { ...this.#found, t, measure };
    this.#endS = endS;
  }

  #extend({ startS, endS, measure }: Part): void {
    const { u, value } = maximum(measure);
    this.add({ startS, t: startS + u * (endS - startS), measure: value }, endS);
  }
}
