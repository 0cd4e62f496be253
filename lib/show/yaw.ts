/** The heading of a drone at any time. Knows yaw programs alone. */
import { wrapAngleRad } from '../geo/frames.js';
import { lastAtOrBefore } from './last-at.js';
import type { YawProgram } from './show.js';

/** rad in (−π, π]; NaN = keep the heading. */
export function yawAt({ timesS, yawsRad }: YawProgram, tS: number): number {
  if (timesS.length === 0) return Number.NaN;
  const index = Math.max(
    0,
    lastAtOrBefore(timesS.length, (i) => timesS[i] ?? 0, tS),
  );
  const from = yawsRad[index] ?? Number.NaN;
  const to = yawsRad[index + 1] ?? Number.NaN;
  const [startS = 0, endS = 0] = timesS.subarray(index, index + 2);
  if (Number.isNaN(from) || Number.isNaN(to) || tS <= startS) return wrapAngleRad(from);
  return wrapAngleRad(from + ((tS - startS) / (endS - startS)) * (to - from));
}
