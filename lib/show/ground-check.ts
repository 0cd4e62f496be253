/** The check that a show does not lead into the ground. Knows heights alone; who may skip it is the caller's business. */
import type { FlightPlan } from './model.js';
import type { AnimationSettings } from './settings.js';

/** How far below the ground the lowest point may lie, m. Source: clever-show's ground check. */
const toleranceM = 0.2;

/**
 * Why the plan must not be started from the ground; undefined when it may.
 * `presentHeightM` is the drone's z in the show's frame, undefined or NaN when unknown. A drone that already flies is
 * not to be asked.
 */
export function checkGround(
  plan: FlightPlan,
  settings: Pick<AnimationSettings, 'checkGround' | 'groundLevelM'>,
  presentHeightM: number | undefined,
): string | undefined {
  if (!settings.checkGround) return undefined;
  if (presentHeightM === undefined || Number.isNaN(presentHeightM))
    return 'the present height is unknown, so the ground can not be checked';
  const groundM = settings.groundLevelM === 'current' ? presentHeightM : settings.groundLevelM;
  if (!(plan.lowestZM < groundM - toleranceM)) return undefined;
  const lowest = plan.lowestZM.toFixed(2);
  return `the lowest point of the animation (z = ${lowest} m) is below the ground (${groundM.toFixed(2)} m)`;
}
