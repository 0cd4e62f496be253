/** Carries authorizations to the drones that know of them, and what these hold back. Knows connections; decides nothing. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { FleetTable } from '../fleet/fleet-table.js';
import { heldAuthorization } from '../fleet/proof.js';
import type { AuthorizationWish, AuthorizerOptions } from './authorizer.js';
import { sendCommand } from './send-command.js';

type WishLine = Pick<AuthorizerOptions, 'drones' | 'send'>;

export function wishLine(
  table: () => FleetTable,
  connection: (id: string) => ConnectionManager | undefined,
): WishLine {
  return {
    drones: () =>
      table()
        .connectedIds.filter((id) => connection(id)?.hasFeature('authorization'))
        .map((id) => {
          const telemetry = table().record(id)?.telemetry ?? {};
          const { show_digest: digest } = telemetry;
          const showDigest = typeof digest === 'string' ? digest : undefined;
          return { id, held: heldAuthorization(telemetry), showDigest };
        }),
    async send(id: string, wish: AuthorizationWish | undefined) {
      const command = wish ? { action: 'authorize', kwargs: wish } : { action: 'unauthorize' };
      const { ok, code, message } = await sendCommand(connection(id), command);
      return ok ? undefined : (message ?? code);
    },
  };
}
