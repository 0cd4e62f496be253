/** Pairs points with places so that everybody's squared ways are least in sum. Knows points alone. */
import { ShowError } from '../../errors.js';
import type { Vec3 } from '../../geo/frames.js';
import { leastCostAssignment } from './least-cost.js';

/**
 * For each of `from` the index of its own place in `to`, with the least sum of squared distances; exact. Flown
 * straight in the same time, two such ways stay apart: if all points, and all places, are at least d apart, then the
 * flyers stay at least d/√2 apart.
 * @throws ShowError when there are fewer places than points, or a coordinate is not finite.
 */
export function leastSquaresAssignment(from: readonly Vec3[], to: readonly Vec3[]): number[] {
  if (to.length < from.length)
    throw new ShowError(`${from.length} points have but ${to.length} places to go to: give each a place`);
  const values = new Float64Array(from.length * to.length);
  for (const [row, a] of from.entries())
    for (const [column, b] of to.entries())
      values[row * to.length + column] = (a.x - b.x) ** 2 + (a.y - b.y) ** 2 + (a.z - b.z) ** 2;
  if (!values.every(Number.isFinite))
    throw new ShowError('points can not be paired with places: a coordinate is not a finite number');
  const columns = leastCostAssignment({ rows: from.length, columns: to.length, values });
  if (!columns) throw new ShowError('points can not be paired with places');
  return [...columns];
}
