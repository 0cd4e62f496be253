/** Enrols drones with a server of a test, as `starling fleet enroll` does. */
import { updateFleet } from '../../lib/security/adapters/fleet-file.js';
import type { DroneKey } from '../../lib/security/drone-key.js';
import { droneKeyOf, enroll } from '../../lib/security/fleet-secret.js';

/** The drone's key in the fleet of a state folder; it is enrolled if it is not. */
export async function enrolledKey(stateFolder: string, id: string): Promise<DroneKey> {
  const fleet = await updateFleet(stateFolder, (before) =>
    before.enrolments.has(id) ? before : enroll(before, id),
  );
  return droneKeyOf(fleet, id);
}
