/** Does the drone stand where its show begins? Pure: places in the frame of the show. */
import type { FlightPlan } from '../../lib/show/index.js';
import type { Problem } from '../failsafe/problem.js';
import type { VehicleState } from '../vehicle/vehicle.js';

/**
 * A show that begins to fly where it stands would lead a misplaced drone across the others' ways to its own start.
 * `maxM` 0: not judged. One that takes off first and then flies to its first point may stand elsewhere.
 */
export function placeProblems(
  plan: FlightPlan | undefined,
  { connected, armed, position }: VehicleState,
  maxM: number,
): readonly Problem[] {
  if (!plan?.start || plan.variant !== 'fly' || !connected || armed || !position || maxM === 0) return [];
  const { x, y } = plan.start.positionM;
  const offM = Math.hypot(position.positionM.x - x, position.positionM.y - y);
  if (offM <= maxM) return [];
  const text = `it stands ${offM.toFixed(1)} m from where its show begins (at most ${maxM} m): put it on its mark, or check id and offsets`;
  return [{ id: 'start_place', severity: 'blocking', text }];
}
