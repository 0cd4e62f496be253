/** Makes what flies a drone and watches it: player, guard, record of the flight, wind. Knows the drone that they belong to only when it is there. */
import { createHash } from 'node:crypto';
import { clockProblems } from '../client/clock-gate.js';
import type { Drone } from '../client/drone.js';
import { FlightGuard } from '../client/flight-guard.js';
import { flightSample } from '../client/flight-samples.js';
import { readPlayerSettings } from '../client/settings.js';
import type { ShowStore } from '../client/show-store.js';
import { placeProblems } from '../client/start-place.js';
import { readFailsafeSettings } from '../failsafe/settings.js';
import type { FailsafeEvent } from '../failsafe/situation.js';
import { FlightLog } from '../flight-log/flight-log.js';
import { flightLogSettings } from '../flight-log/settings.js';
import { ShowPlayer } from '../player/show-player.js';
import { readWindSettings } from '../wind/settings.js';
import { WindWatch } from '../wind/wind-watch.js';
import { type FlownFrame, frameProblems, lastResortContext, lightProblems } from './flown-frame.js';
import type { OnBoardOptions } from './on-board.js';

/** The record of a flight begins so long before the motors are to start, ms: opening files takes its time. */
const recordAheadMs = 8000;

/** `vehicle`: in its frame. */
export type FlightContext = OnBoardOptions & {
  readonly frame: FlownFrame;
  readonly shows: ShowStore;
  /** Not asked before all parts are made. */
  readonly drone: () => Drone;
};

export type FlightParts = {
  readonly player: ShowPlayer;
  readonly guard: FlightGuard;
  readonly flightLog: FlightLog;
  readonly wind: WindWatch;
};

export function makeFlightParts(context: FlightContext): FlightParts {
  const { clock, vehicle, config, drone } = context;
  const player = makePlayer(context);
  const guard = makeGuard(context, player);
  const wind = new WindWatch({
    ...{ clock, vehicle },
    settings: () => readWindSettings(config),
    onWarning: (text) => tell(drone(), 'warn', text),
  });
  return { player, guard, wind, flightLog: makeFlightLog(context, player) };
}

function makePlayer({ clock, vehicle, led, config, showClock, drone }: FlightContext): ShowPlayer {
  return new ShowPlayer({
    ...{ clock, vehicle, led },
    settings: () => readPlayerSettings(config),
    toServerMs: (monotonicMs) => showClock.toServerMs(monotonicMs),
    clockUncertaintyMs: () => showClock.quality?.uncertaintyMs,
    onEvent: ({ type, text }) => tell(drone(), type === 'warned' ? 'warn' : 'info', `flight: ${text}`),
  });
}

function makeGuard(context: FlightContext, player: ShowPlayer): FlightGuard {
  const { clock, vehicle, led, config, connection, showClock, host, frame, shows, drone } = context;
  return new FlightGuard({
    ...{ clock, vehicle, player },
    settings: () => readFailsafeSettings(config),
    hostHealth: () => host.health,
    isServerConnected: () => connection.isConnected,
    context: () => lastResortContext(frame, config),
    others: () => [
      ...frameProblems(frame, config),
      ...lightProblems(vehicle, config, led),
      ...clockProblems(showClock, config.getNumber('FAILSAFE/clock_gate_ms')),
      ...placeProblems(shows.plan, vehicle.state, config.getNumber('FAILSAFE/start_distance_max')),
    ],
    onEvent: (event) => tellFailsafe(drone(), event),
    onWarning: (text) => tell(drone(), 'warn', text),
    onState: (text) => tell(drone(), 'info', `failsafe sees: ${text}`),
  });
}

function makeFlightLog(
  { clock, flightLogs: files, config, log, drone }: FlightContext,
  player: ShowPlayer,
): FlightLog {
  return new FlightLog({
    ...{ clock, files },
    settings: () => flightLogSettings(config),
    sample: () => flightSample(drone()),
    isAboutToFly: () => (player.launchesInMs ?? Number.POSITIVE_INFINITY) <= recordAheadMs,
    identity: () => identityOf(drone()),
    onWarning: (text) => log('warn', text),
  });
}

/** To the log of the program and to the record of the flight. */
export function tell({ log, flightLog }: Drone, level: 'info' | 'warn', text: string): void {
  log(level, text);
  flightLog.note(text, level);
}

function tellFailsafe({ log, flightLog }: Drone, { id, action, text, numbers }: FailsafeEvent): void {
  log('warn', `failsafe: ${text} (${action})`);
  flightLog.note(`failsafe: ${text}`, 'warn', { id, action, ...numbers });
}

function identityOf({ id, version, shows, vehicle, frame, config }: Drone) {
  return {
    droneId: id(),
    softwareVersion: version,
    showId: shows.id,
    autopilot: vehicle.state.autopilot,
    frame,
    configDigest: createHash('sha256').update(JSON.stringify(config.toWire())).digest('hex').slice(0, 16),
  };
}
