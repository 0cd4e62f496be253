/** Refuses what no check can judge: NaN compares with nothing, and would pass every limit. Knows one drone at a time. */
import { ShowError } from '../../errors.js';
import { isFiniteVec3, type Vec3 } from '../../geo/frames.js';
import type { Path } from '../path.js';
import { defaultLimits, type ShowLimits } from './limits.js';

/** @throws ShowError when a place or a time of the path, or the pad, is not a number. */
export function expectPath(slot: string, { breaksS, controlM }: Path, homeM: Vec3): void {
  if (!isFiniteVec3(homeM)) throw new ShowError(`${slot}: its pad is at no place, it can not be checked`);
  if (breaksS.every(Number.isFinite) && controlM.every(Number.isFinite)) return;
  throw new ShowError(`${slot}: a place or a time of its path is not a number, it can not be checked`);
}

/** @throws ShowError naming a limit that is not a number, or a corner that is no place. */
export function expectLimits(limits: ShowLimits): void {
  for (const key of Object.keys(defaultLimits) as (keyof ShowLimits)[])
    if (typeof limits[key] !== 'number' || Number.isNaN(limits[key]))
      throw new ShowError(`the limit ${key} is ${String(limits[key])}, expected a number`);
  const corners = [...(limits.geofence ?? []), ...(limits.audience ?? [])];
  if (Number.isNaN(limits.maxJerkMPerS3) || !corners.every(({ x, y }) => Number.isFinite(x + y)))
    throw new ShowError('the limit of jerk, or a corner of a polygon, is not a number');
}
