/** What of a server's state the black box keeps for each frame. Pure: knows the snapshot; no file and no clock. */
import type { CheckSettings } from '../fleet/checks.js';
import type { OversightView } from '../oversight/oversight-view.js';
import type { ServerSnapshot } from '../snapshot.js';
import type { Observed } from './telemetry-frames.js';

/**
 * Drones as they are; of the server `phase`, `show`, `authorization`, `slots` (drone → slot), `proofs` (drone → proof,
 * without those that match; undefined without a show), `checks` (what drones are held against), `address`, `isOpen`,
 * `supersededBy`, `oversight` (alerts, and what the fleet is held for). What runs by itself, such as how long an authorization still holds, is left out: it would be another
 * one in every frame.
 */
export function observedOf(snapshot: ServerSnapshot, checks?: CheckSettings): Observed {
  const { drones, phase, show, authorization, address, isOpen, supersededBy, oversight } = snapshot;
  const { name, digest, durationS, format, slots: shown } = show ?? {};
  const slots = drones.flatMap(({ record, slot }) =>
    slot === undefined ? [] : [[record.id, slot] as const],
  );
  const proofs = drones.flatMap(({ record, proof }) =>
    proof === 'match' ? [] : [[record.id, proof] as const],
  );
  const { scope, override, ids } = authorization ?? {};
  return {
    drones: drones.map(({ record }) => record),
    server: {
      ...{ phase, address, isOpen, supersededBy },
      show: show && { name, digest, durationS, format, slots: shown?.length },
      authorization: authorization && { digest: authorization.digest, scope, override, drones: ids?.length },
      slots: Object.fromEntries(slots),
      ...(show && { proofs: Object.fromEntries(proofs) }),
      ...(checks && { checks }),
      ...(oversight && { oversight: seenOversight(oversight) }),
    },
  };
}

/** Of an alert of thousands its text says enough. */
const maxNamed = 50;

function seenOversight({ alerts, held }: OversightView) {
  const named = alerts.map((alert) => ({ ...alert, drones: alert.drones.slice(0, maxNamed) }));
  return { alerts: named, held };
}
