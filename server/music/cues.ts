/** Which cues of a show pass by. Pure; knows show time. */
import type { Cue } from '../../lib/show/show.js';

/** Cues after `fromS` up to `toS` (included), in order of time; none when the time went back. */
export function cuesBetween(cues: readonly Cue[], fromS: number, toS: number): Cue[] {
  return cues.filter(({ tS }) => tS > fromS && tS <= toS).sort((a, b) => a.tS - b.tS);
}
