/** Counts what was not recorded, until a gap record that tells of it is safe. Knows no disk. */
import type { GapBody, LostCounts } from './record.js';

type Since = { readonly utcMs: number; readonly monotonicMs: number };

/** What the streams write of their own, and tell of in another way. */
const uncounted: ReadonlySet<string> = new Set(['head', 'gap']);

export class Losses {
  #counts = new Map<string, number>();
  #told = new Map<string, number>();
  #since: Since | undefined;
  #toldSince: Since | undefined;
  #why = '';

  add(kind: string, since: Since): void {
    if (uncounted.has(kind)) return;
    this.#since ??= since;
    addTo(this.#counts, kind, 1);
  }

  set why(reason: string) {
    this.#why = reason;
  }

  /** What the gap record is to say; counted until `settle`. */
  tell(now: Since): GapBody {
    for (const [kind, count] of this.#counts) addTo(this.#told, kind, count);
    this.#counts.clear();
    this.#toldSince ??= this.#since;
    this.#since = undefined;
    const { utcMs, monotonicMs } = this.#toldSince ?? now;
    const times = { sinceUtcMs: Math.round(utcMs), sinceMonotonicMs: Math.round(monotonicMs * 1000) / 1000 };
    return { why: this.#why, lost: Object.fromEntries(this.#told), ...times };
  }

  /** The gap record is safe: gives what it told of. */
  settle(): LostCounts {
    const told = Object.fromEntries(this.#told);
    this.#told.clear();
    this.#toldSince = undefined;
    return told;
  }
}

function addTo(counts: Map<string, number>, kind: string, count: number): void {
  counts.set(kind, (counts.get(kind) ?? 0) + count);
}
