/** A native gateway on loopback with a hub, access in the test's hands, and clients that are closed at the end. */
import { onTestFinished } from 'vitest';
import { connectRooms, type RoomClient } from '../../../../../lib/messaging/index.js';
import type { ConnectRoomsOptions } from '../../../../../lib/messaging/rooms/adapters/connect-rooms.js';
import type { AccessEntry } from '../../../../../lib/security/access/access.js';
import type { Role } from '../../../../../lib/security/access/role.js';
import { SystemClock } from '../../../../../lib/time/adapters/system-clock.js';
import {
  type NativeGatewayOptions,
  startNative,
} from '../../../../../server/gateways/native/adapters/native-gateway.js';
import { Switchboard } from '../../../../../server/gateways/switchboard.js';
import type { HubConfig } from '../../../../../server/hub/policies.js';
import { entryOf, gatekeeperOver } from '../../control/support/gatekeeper-of.js';

export type House = Awaited<ReturnType<typeof openHouse>>;

/** Tokens are `NAME-token`. */
const roleOf: Readonly<Record<string, Role>> = { ada: 'operator', ben: 'operator', eve: 'viewer' };

export async function openHouse(options: Partial<NativeGatewayOptions> & { hub?: HubConfig } = {}) {
  const { clock = new SystemClock() } = options;
  const access = new Map<string, AccessEntry>(
    Object.entries(roleOf).map(([name, role]) => [name, entryOf(`${name}-token`, role)]),
  );
  // Whoever shares a processor with other tests has longer turns: nobody is put off here for that.
  const board = new Switchboard(clock, {
    shareMs: Number.POSITIVE_INFINITY,
    ...options.hub,
    gateways: { native: { needsLogin: true, highestRole: 'operator' }, ...options.hub?.gateways },
  });
  const lines: string[] = [];
  board.hub.listen('test', (event) => event.type === 'error' && lines.push(event.text));
  const gateway = await startNative({
    ...{ board, clock, host: '127.0.0.1', port: 0 },
    gatekeeper: gatekeeperOver(access),
    log: (_, text) => lines.push(text),
    ...options,
  });
  const clients: RoomClient[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.close();
    await gateway.close();
    board.close();
  });
  const enter = async (name: string, more: Partial<ConnectRoomsOptions> = {}): Promise<RoomClient> => {
    const client = await connectRooms({
      ...{ host: '127.0.0.1', port: gateway.port, token: `${name}-token` },
      ...more,
    });
    clients.push(client);
    return client;
  };
  return { access, board, clock, enter, gateway, hub: board.hub, lines };
}

/** Resolves with the next news of the type. */
export function nextNews(client: RoomClient, type: string): Promise<unknown> {
  return new Promise((resolve) => {
    const stop = client.onNews((news) => {
      if (news.type !== type) return;
      stop();
      resolve(news);
    });
  });
}
