/** Keeps the first violation of each kind. Knows no limit and no curve. */
import type { Violation } from './result.js';

/** Beginnings that differ by less are the same moment, s. */
const sameMomentS = 1e-6;

type Found = { readonly startS: number; readonly violation: Violation };

export class Findings {
  readonly #first = new Map<Violation['kind'], Found>();

  /** `startS`: where the stretch begins; of two that begin together the worse counts, then the one offered first. */
  offer(startS: number, violation: Violation): void {
    const before = this.#first.get(violation.kind);
    if (before && startS > before.startS + sameMomentS) return;
    const isTogether = before && Math.abs(startS - before.startS) <= sameMomentS;
    if (isTogether && excess(violation) <= excess(before.violation)) return;
    this.#first.set(violation.kind, { startS, violation });
  }

  /** In order of time. */
  list(): Violation[] {
    return [...this.#first.values()].map(({ violation }) => violation).sort((a, b) => a.t - b.t);
  }
}

function excess({ value, limit }: Violation): number {
  return Math.abs(value - limit);
}
