/** Who comes down on whom when all land at one moment, each where it is. Knows paths and how they brake. */
import { brakingAt } from './braking.js';
import { CellGrid } from './cell-grid.js';
import { type CheckedDrone, isInAir } from './fleet.js';
import type { ShowLimits } from './limits.js';
import { type Moments, momentsOf } from './moments.js';
import type { ShowWarning } from './result.js';
import { WorstWarnings } from './worst-warnings.js';

/**
 * Up to 10, in order of time: the earliest, and the closest of different pairs. All brake along their velocities and sink
 * straight at the same speed, so that of two above each other the upper reaches the ground, `meetsT`, when the lower
 * stands there: as near as they are on the map (`value`). The first of `drones` is the upper one. Two that are both on
 * the ground do not count.
 */
export function findLandingsOnOthers(
  drones: readonly CheckedDrone[],
  limits: ShowLimits,
  moments: Moments,
): ShowWarning[] {
  const list = () => new Float64Array(drones.length);
  const balls = { x: list(), y: list(), z: list(), reach: list() };
  const grid = new CellGrid(balls);
  const found = new WorstWarnings();
  for (const t of momentsOf(moments)) {
    const restsM = drones.map(({ path }) => brakingAt(path, t, limits.brakingMPerS2).stopM);
    restsM.forEach(({ x, y }, i) => {
      balls.x[i] = x;
      balls.y[i] = y;
    });
    const { pairs, count } = grid.findNear(limits.minEscapeDistanceM);
    for (let k = 0; k < count; k += 2) {
      const [a = 0, b = 0] = [pairs[k], pairs[k + 1]];
      const [one, other] = [drones[a], drones[b]];
      const [oneM, otherM] = [restsM[a], restsM[b]];
      if (!one || !other || !oneM || !otherM || !(isInAir(one, t) || isInAir(other, t))) continue;
      const isOneAbove = oneM.z - one.homeM.z >= otherM.z - other.homeM.z;
      const [upper, lower] = isOneAbove ? [one, other] : [other, one];
      const heightM = Math.max(0, (isOneAbove ? oneM : otherM).z - upper.homeM.z);
      found.offer({
        ...{ kind: 'landAll', t, meetsT: t + heightM / limits.landingSpeedMPerS },
        drones: [upper.slot, lower.slot],
        value: Math.hypot(oneM.x - otherM.x, oneM.y - otherM.y),
        limit: limits.minEscapeDistanceM,
      });
    }
  }
  return found.list();
}
