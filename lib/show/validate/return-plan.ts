/** How all drones fly home at once, straight and without meeting. Knows places and pads; no show and no time but its own. */
import type { Vec3 } from '../../geo/frames.js';
import { leastSquaresAssignment } from '../assign/least-squares.js';

export type ReturnOptions = {
  readonly returnSpeedMPerS: number;
  /** Height above the highest pad at which they arrive; each then comes down straight. */
  readonly heightM: number;
};

/** The closest two of them: indexes of places. */
type Approach = {
  readonly distanceM: number;
  readonly afterS: number;
  readonly pair: readonly [number, number];
};

/** Drone i flies from its place to `targetsM[i]`, above pad `assignment[i]`; all start and arrive together. */
export type ReturnPlan = {
  readonly assignment: readonly number[];
  readonly targetsM: readonly Vec3[];
  readonly durationS: number;
  readonly closest: Approach | undefined;
};

/**
 * Every drone takes a pad, not always its own: with the least sum of squared distances, all at constant velocity over
 * the same time, no two come nearer than 1/√2 of the least spacing of places and of pads. As many pads as places.
 * Source: M. Turpin, N. Michael, V. Kumar, "CAPT: Concurrent assignment and planning of trajectories for multiple
 * robots", Int. J. Robotics Research 33 (2014).
 */
export function returnPlan(
  placesM: readonly Vec3[],
  homesM: readonly Vec3[],
  { returnSpeedMPerS, heightM }: ReturnOptions,
): ReturnPlan {
  const z = homesM.reduce((most, home) => Math.max(most, home.z), -Infinity) + heightM;
  const above = homesM.map((home) => ({ x: home.x, y: home.y, z }));
  const assignment = leastSquaresAssignment(placesM, above);
  const targetsM = placesM.map((place, i) => above[assignment[i] ?? i] ?? place);
  const farthestM = placesM.reduce(
    (most, place, i) => Math.max(most, distance(place, targetsM[i] ?? place)),
    0,
  );
  const durationS = farthestM / returnSpeedMPerS;
  return { assignment, targetsM, durationS, closest: closestApproach(placesM, targetsM, durationS) };
}

/** Relative motion is straight: the closest point of a line segment, for every pair. */
function closestApproach(
  from: readonly Vec3[],
  to: readonly Vec3[],
  durationS: number,
): Approach | undefined {
  let best: Approach | undefined;
  from.forEach((a, i) => {
    for (let j = i + 1; j < from.length; j++) {
      const [b, aEnd = a, bEnd = a] = [from[j] ?? a, to[i], to[j]];
      const [rx, ry, rz] = [a.x - b.x, a.y - b.y, a.z - b.z];
      const [dx, dy, dz] = [aEnd.x - bEnd.x - rx, aEnd.y - bEnd.y - ry, aEnd.z - bEnd.z - rz];
      const length2 = dx * dx + dy * dy + dz * dz;
      const along = length2 > 0 ? -(rx * dx + ry * dy + rz * dz) / length2 : 0;
      const u = Math.min(1, Math.max(0, along));
      const distanceM = Math.sqrt((rx + u * dx) ** 2 + (ry + u * dy) ** 2 + (rz + u * dz) ** 2);
      if (!best || distanceM < best.distanceM) best = { distanceM, afterS: u * durationS, pair: [i, j] };
    }
  });
  return best;
}

function distance(a: Vec3, b: Vec3): number {
  return Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
}
