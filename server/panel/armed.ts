/** Who is armed, and whether anything wants them to be. From the snapshot alone; no drawing. */
import type { Outcome } from '../fleet/drone-record.js';
import type { DroneView, ServerSnapshot } from '../snapshot.js';

/** After one of these a drone should not be armed much longer. */
const landings: ReadonlySet<string> = new Set([
  ...['land', 'landAll', 'emergency_land', 'return_home', 'disarm', 'kill'],
]);
/** After one of these a drone is armed because somebody wanted it, without a show. */
const flights: ReadonlySet<string> = new Set(['takeoff', 'takeoff_z', 'flip']);

/** What else decides about a flight. */
const others: ReadonlySet<string> = new Set(['start', 'pause', 'resume', 'stop']);

type Armed = { readonly still: readonly DroneView[]; readonly flying: readonly DroneView[] };

/** `still`: nothing that goes on wants them armed. `flying`: a show, or a take-off. */
export function armedDrones({ drones, phase }: ServerSnapshot): Armed {
  const armed = drones.filter(({ isArmed }) => isArmed);
  const isStill = (drone: DroneView) =>
    isToldToLand(drone) || (phase.phase === 'idle' && !flights.has(lastCommand(drone)));
  return { still: armed.filter(isStill), flying: armed.filter((drone) => !isStill(drone)) };
}

/** It is being told to land, or has been and did not refuse. */
export function isLanding(drone: DroneView): boolean {
  const { record } = drone;
  if (record.busyWith !== undefined && landings.has(record.busyWith)) return true;
  return isToldToLand(drone) && lastOutcome(drone)?.result.ok === true;
}

/** The last that it was told ends its flight. */
function isToldToLand(drone: DroneView): boolean {
  return landings.has(lastCommand(drone));
}

/** Of what decides whether it flies: lights and the like change nothing of that. */
function lastCommand(drone: DroneView): string {
  const { busyWith } = drone.record;
  if (busyWith !== undefined && isOfFlight(busyWith)) return busyWith;
  return lastOutcome(drone)?.action ?? '';
}

function lastOutcome({ record }: DroneView): Outcome | undefined {
  const { lastOutcome, recentOutcomes } = record;
  const outcomes = recentOutcomes ?? (lastOutcome ? [lastOutcome] : []);
  return outcomes.findLast(({ action }) => isOfFlight(action));
}

function isOfFlight(action: string): boolean {
  return landings.has(action) || flights.has(action) || others.has(action);
}
