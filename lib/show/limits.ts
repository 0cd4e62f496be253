/** What no drone can be asked to fly, whatever file or setting asks for it. Knows numbers; no vehicle. */
import { ShowError } from '../errors.js';
import type { Vec3 } from '../geo/frames.js';

/** A place further from the origin is a mistake in the file, a ratio or an offset, m. */
const maxDistanceM = 10_000;

/** A longer show is a mistake in a delay, s. */
const maxDurationS = 86_400;

/** @throws ShowError naming the first frame (from 0) that lies too far away, or nowhere. */
export function expectNearby(positions: readonly Vec3[]): void {
  for (const [index, { x, y, z }] of positions.entries()) {
    if (!(Math.hypot(x, y, z) <= maxDistanceM))
      throw new ShowError(
        `frame ${index}: (${x}, ${y}, ${z}) is more than ${maxDistanceM} m away, check the file, ratio and offsets`,
      );
  }
}

/** @throws ShowError when the take-off is as wrong as a place can be. */
export function expectTakeoffHeight(heightM: number): void {
  if (!(Math.abs(heightM) <= maxDistanceM))
    throw new ShowError(`the take-off height is ${heightM} m, expected at most ${maxDistanceM} m`);
}

/** @throws ShowError when it lasts too long. */
export function expectDuration(durationS: number): void {
  if (!(durationS <= maxDurationS))
    throw new ShowError(
      'the show lasts for more than a day: check the frame delay and the times of [FLIGHT]',
    );
}
