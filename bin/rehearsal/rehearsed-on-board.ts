/**
 * What a drone of a rehearsal has on board: vehicle in its frame, player, guard, flight log, files. What `on-board.ts` does
 * for a real one, without its disk. Composition only; knows no connection's beginning.
 */
import { AuthorizationHold } from '../../drone-client/client/authorization.js';
import { clockProblems } from '../../drone-client/client/clock-gate.js';
import type { Drone, Log } from '../../drone-client/client/drone.js';
import { FlightGuard } from '../../drone-client/client/flight-guard.js';
import { flightSample } from '../../drone-client/client/flight-samples.js';
import { readFrameSettings } from '../../drone-client/client/frame-settings.js';
import { readPlayerSettings } from '../../drone-client/client/settings.js';
import type { ShowClock } from '../../drone-client/client/show-clock.js';
import { frameObstacle } from '../../drone-client/client/show-place.js';
import { ShowStore } from '../../drone-client/client/show-store.js';
import { placeProblems } from '../../drone-client/client/start-place.js';
import { buildTelemetry } from '../../drone-client/client/telemetry.js';
import { readFailsafeSettings } from '../../drone-client/failsafe/settings.js';
import { FlightLog } from '../../drone-client/flight-log/flight-log.js';
import { flightLogSettings } from '../../drone-client/flight-log/settings.js';
import { LedTest } from '../../drone-client/led/led-test.js';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { isMavlinkLed, readLedSettings } from '../../drone-client/led/settings.js';
import { ShowPlayer } from '../../drone-client/player/show-player.js';
import type { Vehicle } from '../../drone-client/vehicle/vehicle.js';
import type { Config } from '../../lib/config/index.js';
import { RefusedError } from '../../lib/errors.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';

import type { RehearsedClientOptions } from './rehearsed-client.js';

/** The record of a flight begins so long before the motors are to start, ms. Source: the real drone's. */
const recordAheadMs = 8000;

type OnBoardParts = {
  readonly config: Config;
  readonly connection: ConnectionManager;
  readonly showClock: ShowClock;
  /** In the frame of the show. */
  readonly vehicle: Vehicle;
};

/** Nothing runs yet but the listening to the autopilot; `close` ends the flight's parts but the log. */
export function putTogether(options: RehearsedClientOptions, parts: OnBoardParts) {
  const { clock, disk: files, version, log } = options;
  const { config, connection, vehicle, showClock } = parts;
  const led = new PreviewLed(clock);
  const frame = readFrameSettings(config);
  const note: Log = (level, text) => {
    log(level, text);
    flightLog.note(text, level);
  };
  const shows = new ShowStore({
    ...{ files, config },
    frameError: (common) => common && frameObstacle(common, frame),
  });
  const player = makePlayer(options, { ...parts, led, note });
  const guard = makeGuard(options, { ...parts, player, shows, note });
  const flightLog: FlightLog = makeFlightLog(options, { ...parts, player, drone: () => drone });
  const drone: Drone = {
    ...{ clock, vehicle, led, config, files, showClock, version, shows, player, guard, flightLog, log },
    ...identityOf(options),
    link: linkOf(connection, clock),
    authorization: new AuthorizationHold(),
    programs: { run: ({ program }) => Promise.reject(noProgram(program)) },
    frame: frame.kind,
    ledTest: new LedTest(clock, led),
    saveConfig: () => Promise.resolve(),
    telemetry: () => telemetryOf(drone),
  };
  const stopListening = vehicle.onEvent((event) => {
    if (event.type === 'textReceived')
      note(event.severity <= warningSeverity ? 'warn' : 'info', `autopilot: ${event.text}`);
  });
  const close = () => {
    stopListening();
    guard.close();
    drone.ledTest.cancel();
    player.close();
  };
  return { drone, guard, flightLog, close };
}

function identityOf({
  id,
  host,
  random,
  log,
}: RehearsedClientOptions): Pick<Drone, 'id' | 'names' | 'rename'> {
  const chance = random.fork('name');
  return {
    id: () => id,
    names: { hostname: () => id, ipAddress: () => host.address, random: () => chance.next() },
    rename: () => log('warn', 'a drone keeps its name in a rehearsal'),
  };
}

type PlayerParts = OnBoardParts & { readonly led: PreviewLed; readonly note: Log };

function makePlayer(
  { clock }: RehearsedClientOptions,
  { vehicle, led, config, showClock, note }: PlayerParts,
): ShowPlayer {
  return new ShowPlayer({
    ...{ clock, vehicle, led },
    settings: () => readPlayerSettings(config),
    toServerMs: (monotonicMs) => showClock.toServerMs(monotonicMs),
    clockUncertaintyMs: () => showClock.quality?.uncertaintyMs,
    onEvent: ({ type, text }) => note(type === 'warned' ? 'warn' : 'info', `flight: ${text}`),
  });
}

type GuardParts = OnBoardParts & {
  readonly player: ShowPlayer;
  readonly shows: ShowStore;
  readonly note: Log;
};

function makeGuard(
  { clock }: RehearsedClientOptions,
  { vehicle, player, shows, config, connection, showClock, note }: GuardParts,
): FlightGuard {
  const frame = readFrameSettings(config).kind;
  return new FlightGuard({
    ...{ clock, vehicle, player },
    settings: () => readFailsafeSettings(config),
    hostHealth: () => ({ ageMs: 0, diskFreeBytes: Number.POSITIVE_INFINITY }),
    isServerConnected: () => connection.isConnected,
    context: () => ({ frame, usesMavlinkLed: isMavlinkLed(readLedSettings(config)) }),
    others: () => [
      ...clockProblems(showClock, config.getNumber('FAILSAFE/clock_gate_ms')),
      ...placeProblems(shows.plan, vehicle.state, config.getNumber('FAILSAFE/start_distance_max')),
    ],
    onEvent: ({ action, text }) => note('warn', `failsafe: ${text} (${action})`),
    onWarning: (text) => note('warn', text),
    onState: (text) => note('info', `failsafe sees: ${text}`),
  });
}

type LogParts = OnBoardParts & { readonly player: ShowPlayer; readonly drone: () => Drone };

function makeFlightLog(
  { clock, disk, id, version, log }: RehearsedClientOptions,
  { config, player, vehicle, drone }: LogParts,
): FlightLog {
  return new FlightLog({
    ...{ clock, files: disk.logs },
    settings: () => flightLogSettings(config),
    sample: () => flightSample(drone()),
    isAboutToFly: () => (player.launchesInMs ?? Number.POSITIVE_INFINITY) <= recordAheadMs,
    identity: () => ({
      ...{ droneId: id, softwareVersion: version, showId: drone().shows.id },
      ...{ autopilot: vehicle.state.autopilot, frame: drone().frame },
    }),
    onWarning: (text) => log('warn', text),
  });
}

/** Source: MAV_SEVERITY_WARNING. */
const warningSeverity = 4;

function noProgram(program: string): RefusedError {
  return new RefusedError('no_program', `${program}: the computers of a rehearsal run no programs`);
}

function linkOf(connection: ConnectionManager, clock: Clock): Drone['link'] {
  return {
    isConnected: () => connection.isConnected,
    heardMsAgo: () => connection.heardMsAgo,
    hasFeature: (feature) => connection.hasFeature(feature),
    clock() {
      const { offsetMs, uncertaintyMs } = connection.clockOffset ?? {};
      if (offsetMs === undefined || uncertaintyMs === undefined) return undefined;
      return { offsetMs: offsetMs + clock.monotonicMs() - clock.utcMs(), uncertaintyMs };
    },
  };
}

function telemetryOf(drone: Drone): ReturnType<typeof buildTelemetry> {
  const { version, config, shows, authorization, vehicle, player, led, clock, frame, guard } = drone;
  const { plannedStart } = player;
  return buildTelemetry({
    version,
    configName: config.getString('config_name'),
    configVersion: config.getString('config_version'),
    animation: { id: shows.id, state: shows.state },
    showDigest: shows.digest,
    authorization: authorization.telemetry(clock.monotonicMs(), shows.digest),
    start: plannedStart ? [plannedStart.startS, plannedStart.digest ?? null] : [],
    clockQuality: drone.showClock.quality,
    clockOffsetMs: player.clockOffsetMs ?? 0,
    startPosition: shows.startPosition(vehicle.state),
    vehicle: vehicle.state,
    frame,
    problems: guard.problems,
    failsafe: guard.state,
    lastTask: player.lastTask,
    led: led.color,
    utcMs: clock.utcMs(),
  });
}
