/**
 * Makes a drone's ways to its server: the connection and who keeps it, the ear for emergencies, the time that it tells.
 * Knows no vehicle and no show; what commands do comes later.
 */
import type { EmergencyAction } from '../../lib/emergency/emergency-wire.js';
import { ObeyedOnce } from '../../lib/emergency/obeyed-once.js';
import { ConnectionManager, Endpoint, type Hello, libraryFeatures } from '../../lib/messaging/index.js';
import { lastingUtc } from '../../lib/time/lasting-utc.js';
import { ChargeWatch } from '../client/charge-watch.js';
import { ServerSession } from '../client/server-session.js';
import type { ShowClock } from '../client/show-clock.js';
import type { DroneEdges } from './drone-edges.js';
import { type DroneEmergency, openDroneEmergency } from './drone-emergency.js';
import { type DroneTime, keepTime } from './drone-time.js';

export type ServerLink = {
  readonly endpoint: Endpoint;
  /** Emergencies come by two ways, and are obeyed once. */
  readonly once: ObeyedOnce;
  readonly connection: ConnectionManager;
  /** Runs when it is told to. */
  readonly session: ServerSession;
  /** Undefined for a drone without a key. */
  readonly charge: ChargeWatch | undefined;
  readonly emergency: DroneEmergency;
  /** Starts when it is told to. */
  readonly time: DroneTime;
};

/** `obey`: does what an emergency datagram orders. */
export async function openServerLink(
  edges: DroneEdges,
  obey: (what: EmergencyAction) => Promise<void>,
): Promise<ServerLink> {
  const { clock, config, log, epochs, network } = edges;
  const endpoint = new Endpoint();
  const once = new ObeyedOnce(() => clock.monotonicMs());
  let serverUtcMs: () => number | undefined = () => undefined;
  const emergency = await openDroneEmergency({
    ...{ ...edges, once, obey },
    isInCharge: ({ epoch }) => epochs?.isInCharge(epoch) ?? true,
    serverUtcMs: () => serverUtcMs(),
  });
  const connection = new ConnectionManager({
    ...{ endpoint, clock, hello: helloOf(edges, emergency) },
    ...{ bufferSize: config.getNumber('SERVER/buffer_size'), resendRequests: false },
  });
  connection.onEvent((event) => {
    if (event.type === 'warning') log('warn', event.text);
    if (event.type === 'connected') once.linkRenewed();
    // Remembered from each: the next connection tells no time yet, and what was recorded is late there as well.
    if (event.type === 'heartbeat') serverUtcMs();
  });
  const time = keepTime({ ...edges, connection });
  serverUtcMs = lastingUtc(clock, () => time.showClock.serverUtcMs);
  const session = makeSession(edges, connection, time.showClock);
  const isListening = !edges.server && config.getBoolean('BROADCAST/use');
  const charge = epochs && new ChargeWatch({ connection, session, network, epochs, isListening, log });
  return { endpoint, once, connection, session, charge, emergency, time };
}

function helloOf({ version, id, boot }: DroneEdges, { udp }: DroneEmergency): Hello {
  return {
    protocol: 1,
    role: 'drone',
    software: 'starling',
    version,
    features: [...libraryFeatures, 'authorization'],
    ...(udp !== undefined && { udp, boot }),
    get id() {
      return id();
    },
  };
}

function makeSession(
  { clock, network, server, config, isConfigured, saveConfig, random, log }: DroneEdges,
  connection: ConnectionManager,
  showClock: ShowClock,
): ServerSession {
  return new ServerSession({
    ...{ clock, connection, network, random, log },
    fixedServer: server,
    // Where nobody has chosen the default host, strangers at that address are left alone.
    configuredServer: () =>
      isConfigured
        ? { host: config.getString('SERVER/host'), port: config.getNumber('SERVER/port') }
        : undefined,
    isDiscovering: () => config.getBoolean('BROADCAST/use'),
    remember: async ({ host, port }) => {
      config.set('SERVER/host', host);
      config.set('SERVER/port', port);
      await saveConfig();
    },
    onConnecting: () => showClock.forget(),
  });
}
