/** The key of one of the bench's drones, made by both sides from one secret. */
import type { DroneKey } from '../../../lib/security/drone-key.js';
import { droneKeyOf } from '../../../lib/security/fleet-secret.js';

export function benchKey(secret: Uint8Array, id: string): DroneKey {
  return droneKeyOf({ secret, enrolments: new Map([[id, { number: 1, revoked: [] }]]) }, id);
}
