/** Which moment of the show it is, by the run that is on. Pure: a run and a time. */
import type { ShowRun } from '../show-control/show-run.js';

/**
 * Seconds of the show at `utcMs`, negative before its start. A show that is held slows down evenly over `rampS` from
 * the moment of the pause, so that it goes on by half of it; when it goes on it gathers speed just so.
 */
export function showSecondsAt(
  { startUtcMs, pausedUtcMs, resumedUtcMs }: Pick<ShowRun, 'startUtcMs' | 'pausedUtcMs' | 'resumedUtcMs'>,
  utcMs: number,
  rampS: number,
): number {
  if (pausedUtcMs !== undefined && utcMs > pausedUtcMs) {
    const beganS = (pausedUtcMs - startUtcMs) / 1000;
    return beganS < 0 ? beganS : beganS + rampedS((utcMs - pausedUtcMs) / 1000, rampS);
  }
  if (resumedUtcMs === undefined || resumedUtcMs <= startUtcMs) return (utcMs - startUtcMs) / 1000;
  const sinceS = Math.max(0, (utcMs - resumedUtcMs) / 1000);
  const planS = (Math.max(utcMs, resumedUtcMs) - startUtcMs) / 1000;
  return planS + rampS / 2 - rampedS(sinceS, rampS);
}

/** How far a show comes in `tS` while its speed falls from 1 to 0 over `rampS`. */
function rampedS(tS: number, rampS: number): number {
  const t = Math.min(tS, rampS);
  return rampS > 0 ? t - (t * t) / (2 * rampS) : 0;
}
