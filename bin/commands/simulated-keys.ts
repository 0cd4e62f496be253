/** The keys of a simulated fleet, from the state folder of the server on the same machine. */
import { UsageError } from '../../lib/errors.js';
import { updateFleet } from '../../lib/security/adapters/fleet-file.js';
import type { DroneKey } from '../../lib/security/drone-key.js';
import { droneKeyOf, enroll, type Fleet, holds } from '../../lib/security/fleet-secret.js';

export type SimulatedSecurity = { readonly fleet?: string; readonly open?: boolean };

/**
 * The key of each drone by its id, empty for a fleet without keys; drones that are not enrolled are.
 * @throws UsageError when neither a fleet nor leave to go without keys is given, or one of the drones is revoked.
 */
export async function simulatedKeys(
  ids: readonly string[],
  { fleet: stateFolder, open }: SimulatedSecurity,
): Promise<ReadonlyMap<string, DroneKey>> {
  if (stateFolder === undefined) {
    if (open) return new Map();
    throw new UsageError(
      "the drones need keys: --fleet DIR takes them from that state folder of a server on this machine (the server's default: ~/.local/state/starling), --open does without, for a server that is open too",
    );
  }
  const fleet = await updateFleet(stateFolder, (before) => ids.reduce(withDrone, before));
  const revoked = ids.find((id) => !isEnrolled(fleet, id));
  if (revoked !== undefined) {
    throw new UsageError(
      `the key of ${revoked} is revoked: starling fleet enroll ${revoked} gives it another`,
    );
  }
  return new Map(ids.map((id) => [id, droneKeyOf(fleet, id)]));
}

function withDrone(fleet: Fleet, id: string): Fleet {
  return fleet.enrolments.has(id) ? fleet : enroll(fleet, id);
}

function isEnrolled({ enrolments }: Fleet, id: string): boolean {
  const enrolment = enrolments.get(id);
  return enrolment !== undefined && holds(enrolment);
}
