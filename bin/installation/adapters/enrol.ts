/** Keys of drones from the fleet of a state folder: who is enrolled keeps its key. Knows no drone. */
import { updateFleet } from '../../../lib/security/adapters/fleet-file.js';
import type { DroneKey } from '../../../lib/security/drone-key.js';
import { droneKeyOf, enroll, holds } from '../../../lib/security/fleet-secret.js';

/** The key of each, in their order; a drone whose key was revoked gets another. @throws ConfigError, RefusedError */
export async function keysOf(stateFolder: string, ids: readonly string[]): Promise<DroneKey[]> {
  const fleet = await updateFleet(stateFolder, (before) =>
    ids.reduce((so, id) => {
      const enrolment = so.enrolments.get(id);
      return enrolment && holds(enrolment) ? so : enroll(so, id);
    }, before),
  );
  return ids.map((id) => droneKeyOf(fleet, id));
}
