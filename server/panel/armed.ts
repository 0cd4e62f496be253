/** Who is armed, and whether anything wants them to be. From the snapshot alone; no drawing. */
import type { DroneView, ServerSnapshot } from '../snapshot.js';

/** After one of these a drone should not be armed much longer. */
const landings: ReadonlySet<string> = new Set([
  ...['land', 'landAll', 'emergency_land', 'return_home', 'disarm', 'kill'],
]);
/** After one of these a drone is armed because somebody wanted it, without a show. */
const flights: ReadonlySet<string> = new Set(['takeoff', 'takeoff_z', 'flip']);

type Armed = { readonly still: readonly DroneView[]; readonly flying: readonly DroneView[] };

/** `still`: nothing that goes on wants them armed. `flying`: a show, or a take-off. */
export function armedDrones({ drones, phase }: ServerSnapshot): Armed {
  const armed = drones.filter(({ isArmed }) => isArmed);
  const isStill = (drone: DroneView) =>
    isToldToLand(drone) || (phase.phase === 'idle' && !flights.has(lastCommand(drone)));
  return { still: armed.filter(isStill), flying: armed.filter((drone) => !isStill(drone)) };
}

/** The last that it was told ends its flight. */
export function isToldToLand(drone: DroneView): boolean {
  return landings.has(lastCommand(drone));
}

function lastCommand({ record }: DroneView): string {
  return record.busyWith ?? record.lastOutcome?.action ?? '';
}
