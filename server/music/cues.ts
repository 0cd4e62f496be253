/** Which cues of a show pass by. Pure; knows show time. */
import type { Cue } from '../../lib/show/show.js';
import type { ShowPhase } from '../snapshot.js';

/** Cues after `fromS` up to `toS` (included), in order of time; none when the time went back. */
export function cuesBetween(cues: readonly Cue[], fromS: number, toS: number): Cue[] {
  return cues.filter(({ tS }) => tS > fromS && tS <= toS).sort((a, b) => a.tS - b.tS);
}

/** Looks at a show again and again, and gives each of its cues once. */
export class CueWatch {
  readonly #leadS: number;
  readonly #cues: readonly Cue[];
  #lookedS = Number.NEGATIVE_INFINITY;

  /** `leadS`: from the start of the show to its own zero. */
  constructor({ leadS, cues }: { readonly leadS: number; readonly cues: readonly Cue[] }) {
    this.#leadS = leadS;
    this.#cues = cues;
  }

  /** Cues that went by since the last look; one that a pause holds back comes when the show goes on. */
  passed(phase: ShowPhase, utcMs: number): Cue[] {
    if (phase.phase !== 'running') {
      if (phase.phase !== 'paused') this.#lookedS = Number.NEGATIVE_INFINITY;
      return [];
    }
    const nowS = (utcMs - phase.startUtcMs) / 1000 - this.#leadS;
    const fromS = this.#lookedS;
    this.#lookedS = Math.max(fromS, nowS);
    return cuesBetween(this.#cues, fromS, nowS);
  }
}
