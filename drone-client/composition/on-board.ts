/** Puts one drone together: vehicle in its frame, player, guard, flight log, files. Knows no connection's beginning. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import { AuthorizationHold } from '../client/authorization.js';
import type { Drone } from '../client/drone.js';
import type { ShowClock } from '../client/show-clock.js';
import { frameObstacle } from '../client/show-place.js';
import { ShowStore } from '../client/show-store.js';
import { LedTest } from '../led/led-test.js';
import { inFrame } from '../vehicle/framed-vehicle.js';
import type { OnBoardEdges } from './drone-edges.js';
import { droneTelemetry } from './drone-telemetry.js';
import { type FlightParts, makeFlightParts, tell } from './flight-parts.js';
import { chooseFrame, type FlownFrame } from './flown-frame.js';

export type OnBoardOptions = OnBoardEdges & {
  readonly connection: ConnectionManager;
  readonly showClock: ShowClock;
  /** Takes another name, once the present answer is sent. */
  readonly rename: (id: string) => void;
  /** The name that its key is of. */
  readonly enrolledId?: string | undefined;
  readonly isServerRefused?: (() => boolean) | undefined;
};

export type OnBoard = { readonly drone: Drone; close(): Promise<void> };

/** Starts the watchdog and the recorder. @throws ConfigError when the failsafe's settings are wrong. */
export function putOnBoard(options: OnBoardOptions): OnBoard {
  const { clock, config, host } = options;
  const frame = chooseFrame(config);
  const vehicle = inFrame(options.vehicle, frame.settings, clock);
  const { drone, guard, flightLog, wind, player } = makeDrone({ ...options, vehicle }, frame);
  const stopListening = vehicle.onEvent((event) => {
    if (event.type !== 'textReceived') return;
    const isWarning = event.severity <= warningSeverity;
    tell(drone, isWarning ? 'warn' : 'info', `autopilot: ${event.text}`);
  });
  host.start();
  guard.start();
  flightLog.start();
  return {
    drone,
    async close() {
      stopListening();
      host.close();
      wind.close();
      guard.close();
      drone.ledTest.cancel();
      player.close();
      drone.jobs?.close();
      await flightLog.close();
    },
  };
}

/** Severities up to this are worth a warning. Source: MAV_SEVERITY_WARNING. */
const warningSeverity = 4;

function makeDrone(options: OnBoardOptions, frame: FlownFrame): FlightParts & { readonly drone: Drone } {
  const { clock, vehicle, led, files, config, connection, showClock, host } = options;
  const shows = new ShowStore({
    ...{ files, config },
    frameError: (common) => frame.error(config) ?? (common && frameObstacle(common, frame.settings)),
  });
  const parts = makeFlightParts({ ...options, frame, shows, drone: () => drone });
  const { player, guard, flightLog, wind } = parts;
  const { log, id, version, programs, jobs, names, enrolledId, rename, isServerRefused, saveConfig } =
    options;
  const drone: Drone = {
    ...{ clock, vehicle, led, config, files, showClock, log, id, version, programs, jobs, names },
    ...{ shows, player, guard, flightLog, enrolledId, rename, isServerRefused, saveConfig },
    authorization: new AuthorizationHold(),
    link: linkOf(connection, clock),
    frame: frame.settings.kind,
    ledTest: new LedTest(clock, led),
    telemetry: () => droneTelemetry(drone, { wind: wind.estimate, host: host.health }),
  };
  return { drone, ...parts };
}

function linkOf(connection: ConnectionManager, clock: Clock): Drone['link'] {
  return {
    isConnected: () => connection.isConnected,
    heardMsAgo: () => connection.heardMsAgo,
    hasFeature: (feature) => connection.hasFeature(feature),
    clock: () => clockOf(connection, clock),
  };
}

/** The server's UTC minus ours: the connection measures it against our monotonic clock. */
function clockOf({ clockOffset }: ConnectionManager, clock: Clock) {
  if (!clockOffset) return undefined;
  const { offsetMs, uncertaintyMs } = clockOffset;
  return { offsetMs: offsetMs + clock.monotonicMs() - clock.utcMs(), uncertaintyMs };
}
