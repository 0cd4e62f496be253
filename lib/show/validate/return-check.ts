/** Whether drones stay clear of each other when all fly home at one moment. Knows paths and the return plan. */
import { brakingAt } from './braking.js';
import type { Findings } from './findings.js';
import { type CheckedDrone, isInAir } from './fleet.js';
import type { ShowLimits } from './limits.js';
import { type Moments, momentsOf } from './moments.js';
import { distanceSlackM } from './pair-windows.js';
import { returnPlan } from './return-plan.js';

/**
 * `returnDistance`: those in the air have braked and fly to the pads of those in the air, `groundClearanceM` above
 * the highest of these. `t` is the moment of the command; the worst of the first moments in a row that are below.
 */
export function checkReturns(
  drones: readonly CheckedDrone[],
  { limits, moments }: { readonly limits: ShowLimits; readonly moments: Moments },
  findings: Findings,
): void {
  const limit = limits.minEscapeDistanceM;
  let startS: number | undefined;
  let worst: { readonly t: number; readonly value: number; readonly drones: string[] } | undefined;
  for (const t of momentsOf(moments)) {
    const flying = drones.filter((drone) => isInAir(drone, t));
    const closest = closestReturn(flying, t, limits);
    const isBelow = closest !== undefined && closest.distanceM < limit - distanceSlackM;
    if (!isBelow && worst) break;
    if (!isBelow || (worst && closest.distanceM >= worst.value)) continue;
    startS ??= t;
    worst = { t, value: closest.distanceM, drones: closest.pair.map((i) => flying[i]?.slot ?? '') };
  }
  if (worst && startS !== undefined) findings.offer(startS, { kind: 'returnDistance', ...worst, limit });
}

function closestReturn(flying: readonly CheckedDrone[], t: number, limits: ShowLimits) {
  if (flying.length < 2) return undefined;
  const places = flying.map(({ path }) => brakingAt(path, t, limits.brakingMPerS2).stopM);
  const homes = flying.map(({ homeM }) => homeM);
  const { returnSpeedMPerS, groundClearanceM: heightM } = limits;
  return returnPlan(places, homes, { returnSpeedMPerS, heightM }).closest;
}
