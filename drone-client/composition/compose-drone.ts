/** One drone's client, put together over its edges and started: real ones, or those of a rehearsal. Knows no file and no socket. */
import { RefusedError } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import { registerCommands } from '../client/command-table.js';
import type { Drone } from '../client/drone.js';
import { TelemetrySender } from '../client/telemetry-sender.js';
import type { Vitals } from '../service/keep-alive.js';
import type { DroneEdges } from './drone-edges.js';
import { tell } from './flight-parts.js';
import { type OnBoard, putOnBoard } from './on-board.js';
import { openServerLink, type ServerLink } from './server-link.js';

export type RunningDrone = {
  readonly id: string;
  readonly isArmed: boolean;
  /** A start is counted down, or a flight is under way. */
  readonly isBusy: boolean;
  readonly isConnected: boolean;
  /** Where its show begins to fly, m in the local frame, ENU; undefined without a show. */
  startMarkM(): Vec3 | undefined;
  /** How it is now, for those who look after its program. */
  vitals(): Vitals;
  /** Ends the client: stream, connection, timers. The autopilot is left to its own loss-of-offboard action. */
  close(): Promise<void>;
};

/** How long the answer to a rename has to leave before the connection is renewed under the new name, ms. */
const renameMs = 200;

/** Starts the client. @throws ConfigError when its configuration is wrong. */
export async function composeDrone(edges: DroneEdges): Promise<RunningDrone> {
  let obey: Parameters<typeof openServerLink>[1] = notYet;
  const link = await openServerLink(edges, (what) => obey(what));
  const board = equip(edges, link);
  const { drone } = board;
  obey = registerCommands(link.endpoint, drone, link.once).obey;
  const sender = makeSender(drone, link.connection);
  await drone.shows.refresh();
  sender.start();
  link.time.start((level, text) => tell(drone, level, text));
  const ended = link.session.run();
  return {
    get id() {
      return edges.id();
    },
    get isArmed() {
      return edges.vehicle.state.armed;
    },
    get isBusy() {
      return drone.player.isBusy;
    },
    get isConnected() {
      return link.connection.isConnected;
    },
    startMarkM: () => drone.shows.plan?.start?.positionM,
    vitals: () => vitalsOf(drone, link),
    async close() {
      sender.close();
      link.time.close();
      link.emergency.close();
      link.charge?.close();
      await board.close();
      await edges.release();
      link.session.close();
      link.connection.close('the client ends');
      await ended;
    },
  };
}

/** No server knows yet what the drone calls itself. */
function notYet(): Promise<void> {
  return Promise.reject(new RefusedError('refused', 'the client is starting'));
}

function equip(edges: DroneEdges, { connection, session, charge, time }: ServerLink): OnBoard {
  return putOnBoard({
    ...{ ...edges, connection, showClock: time.showClock },
    enrolledId: edges.security.key?.id,
    isServerRefused: () => charge?.isServerRefused ?? false,
    rename: (id) => {
      edges.rename(id);
      edges.clock.after(renameMs, () => session.reconnect());
    },
  });
}

/** A server counts when it has spoken and is obeyed: one with a key has proven it before its first word. */
function vitalsOf({ vehicle, player, clock }: Drone, { connection, charge }: ServerLink): Vitals {
  const { peer, isOldPeer, remoteAddress } = connection;
  const isServed = (peer !== undefined || isOldPeer) && !charge?.isServerRefused;
  const { isOffboardExpected, lastSent } = player.situation;
  return {
    server: isServed ? [peer?.id, remoteAddress].filter(Boolean).join(' at ') : undefined,
    isVehicleHeard: vehicle.state.connected,
    isArmed: vehicle.state.armed,
    task: player.lastTask,
    setpointAgeMs: isOffboardExpected && lastSent ? clock.monotonicMs() - lastSent.sentMs : undefined,
  };
}

function makeSender(drone: Drone, connection: ConnectionManager): TelemetrySender {
  const { clock, log, config, shows, telemetry } = drone;
  return new TelemetrySender({
    ...{ clock, connection, log, telemetry },
    refresh: () => (drone.vehicle.state.armed ? Promise.resolve() : shows.refresh()),
    frequencyHz: () => config.getNumber('TELEMETRY/frequency'),
    isTransmitting: () => config.getBoolean('TELEMETRY/transmit'),
  });
}
