/** Puts one drone together: vehicle in its frame, player, guard, flight log, files. Knows no connection's beginning. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../lib/config/index.js';
import { errorText } from '../../lib/errors.js';
import { type ConnectionManager, getIpAddress, type Json } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import { AuthorizationHold } from '../client/authorization.js';
import { clockProblems } from '../client/clock-gate.js';
import type { Drone, Log } from '../client/drone.js';
import { FlightGuard } from '../client/flight-guard.js';
import { flightSample } from '../client/flight-samples.js';
import { readFrameSettings } from '../client/frame-settings.js';
import type { NameSources } from '../client/identity.js';
import { readPlayerSettings } from '../client/settings.js';
import type { ShowClock } from '../client/show-clock.js';
import { frameObstacle } from '../client/show-place.js';
import { ShowStore } from '../client/show-store.js';
import { placeProblems } from '../client/start-place.js';
import { buildTelemetry } from '../client/telemetry.js';
import { HostHealthReader } from '../failsafe/adapters/host-health.js';
import type { HostHealth } from '../failsafe/host-health.js';
import type { Problem } from '../failsafe/problem.js';
import { readFailsafeSettings } from '../failsafe/settings.js';
import type { FailsafeEvent } from '../failsafe/situation.js';
import { FlightLogFolder } from '../flight-log/adapters/flight-log-folder.js';
import { FlightLog } from '../flight-log/flight-log.js';
import { flightLogSettings } from '../flight-log/settings.js';
import type { Led } from '../led/led.js';
import { LedTest } from '../led/led-test.js';
import { isMavlinkLed, readLedSettings } from '../led/settings.js';
import { ShowPlayer } from '../player/show-player.js';
import { type FrameSettings, inFrame } from '../vehicle/framed-vehicle.js';
import type { LastResortContext } from '../vehicle/last-resort-item.js';
import type { Vehicle } from '../vehicle/vehicle.js';
import { DroneDisk } from './drone-disk.js';
import { ProgramRunner } from './program-runner.js';

export type OnBoardOptions = {
  readonly clock: Clock;
  readonly version: string;
  /** In the autopilot's own local frame. */
  readonly vehicle: Vehicle;
  readonly led: Led;
  readonly dataFolder: string;
  readonly config: Config;
  readonly connection: ConnectionManager;
  readonly showClock: ShowClock;
  readonly log: Log;
  readonly id: () => string;
  readonly enrolledId?: string | undefined;
  readonly isServerRefused?: (() => boolean) | undefined;
  readonly rename: (id: string) => void;
  readonly saveConfig: () => Promise<void>;
  /** A simulated drone: this computer's disk and health are not its own. */
  readonly isSimulated: boolean;
};

export type OnBoard = { readonly drone: Drone; close(): Promise<void> };

/** What the computer of a simulated drone is to its checks: nothing that could be short or hot. */
const noHost: HostHealth = { ageMs: 0, diskFreeBytes: Number.POSITIVE_INFINITY };

/** The record of a flight begins so long before the motors are to start, ms: opening files takes its time. */
const recordAheadMs = 8000;

/** Starts the watchdog and the recorder. @throws ConfigError when the failsafe's settings are wrong. */
export function putOnBoard(options: OnBoardOptions): OnBoard {
  const { clock, dataFolder } = options;
  const frame = chooseFrame(options.config);
  const vehicle = inFrame(options.vehicle, frame.settings, clock);
  const host = new HostHealthReader({ clock, dataFolder });
  const parts = makeDrone({ ...options, vehicle }, frame, host);
  const { drone } = parts;
  const stopListening = vehicle.onEvent((event) => {
    if (event.type !== 'textReceived') return;
    const isWarning = event.severity <= warningSeverity;
    tell(drone, isWarning ? 'warn' : 'info', `autopilot: ${event.text}`);
  });
  if (!options.isSimulated) host.start();
  parts.guard.start();
  parts.flightLog.start();
  return {
    drone,
    async close() {
      stopListening();
      host.close();
      parts.guard.close();
      drone.ledTest.cancel();
      drone.player.close();
      await parts.flightLog.close();
    },
  };
}

/** Severities up to this are worth a warning. Source: MAV_SEVERITY_WARNING. */
const warningSeverity = 4;

type Parts = { readonly drone: Drone; readonly guard: FlightGuard; readonly flightLog: FlightLog };

function makeDrone(options: OnBoardOptions, frame: Frame, host: HostHealthReader): Parts {
  const { clock, vehicle, led, dataFolder, config, connection, showClock, log, id } = options;
  const cloverDir = config.getString('clover_dir');
  const payload = cloverDir === 'auto' ? join(dataFolder, 'payload') : cloverDir;
  const files = new DroneDisk({ data: dataFolder, payload });
  const shows = new ShowStore({
    ...{ files, config },
    frameError: (common) => frame.error(config) ?? (common && frameObstacle(common, frame.settings)),
  });
  const authorization = new AuthorizationHold();
  const player = new ShowPlayer({
    ...{ clock, vehicle, led },
    settings: () => readPlayerSettings(config),
    toServerMs: (monotonicMs) => showClock.toServerMs(monotonicMs),
    clockUncertaintyMs: () => showClock.quality?.uncertaintyMs,
    onEvent: ({ type, text }) => tell(drone, type === 'warned' ? 'warn' : 'info', `flight: ${text}`),
  });
  const guard = new FlightGuard({
    ...{ clock, vehicle, player },
    settings: () => readFailsafeSettings(config),
    hostHealth: () => (options.isSimulated ? noHost : host.health),
    isServerConnected: () => connection.isConnected,
    context: () => contextOf(frame, config),
    others: () => [
      ...frameProblems(frame, config),
      ...lightProblems(vehicle, config, led),
      ...clockProblems(showClock, config.getNumber('FAILSAFE/clock_gate_ms')),
      ...placeProblems(shows.plan, vehicle.state, config.getNumber('FAILSAFE/start_distance_max')),
    ],
    onEvent: (event) => tellFailsafe(drone, event),
    onWarning: (text) => tell(drone, 'warn', text),
    onState: (text) => tell(drone, 'info', `failsafe sees: ${text}`),
  });
  const flightLog = new FlightLog({
    clock,
    files: new FlightLogFolder(join(dataFolder, 'flight-logs'), { isDurable: !options.isSimulated }),
    settings: () => flightLogSettings(config),
    sample: () => flightSample(drone),
    isAboutToFly: () => (player.launchesInMs ?? Number.POSITIVE_INFINITY) <= recordAheadMs,
    identity: () => identityOf(drone),
    onWarning: (text) => log('warn', text),
  });
  const link = {
    isConnected: () => connection.isConnected,
    heardMsAgo: () => connection.heardMsAgo,
    hasFeature: (feature: string) => connection.hasFeature(feature),
    clock: () => clockOf(connection, clock),
  };
  const drone: Drone = {
    ...{ clock, vehicle, led, config, files, showClock, log, id, link },
    ...{ shows, authorization, player, guard, flightLog },
    programs: new ProgramRunner(dataFolder),
    version: options.version,
    frame: frame.settings.kind,
    ledTest: new LedTest(clock, led),
    names: nameSources,
    ...{ enrolledId: options.enrolledId, rename: options.rename },
    isServerRefused: options.isServerRefused,
    saveConfig: options.saveConfig,
    telemetry: () => telemetryOf(drone),
  };
  return { drone, guard, flightLog };
}

/** The frame that this run flies in: a change of the configuration takes effect at the next start of the client. */
type Frame = {
  readonly settings: FrameSettings;
  /** Why nothing can be flown in the frame that is configured now. */
  error(config: Config): string | undefined;
};

/** A frame that can not be used does not end the client: the drone can still be landed. */
function chooseFrame(config: Config): Frame {
  const atStart = readFrame(config);
  return {
    settings: atStart.settings ?? { kind: 'map' },
    error(now) {
      const present = readFrame(now);
      if (present.error !== undefined) return present.error;
      const isSame = JSON.stringify(present.settings) === JSON.stringify(atStart.settings);
      return isSame ? undefined : 'the frame was changed: restart the client to fly in it';
    },
  };
}

function readFrame(config: Config): { readonly settings?: FrameSettings; readonly error?: string } {
  try {
    return { settings: readFrameSettings(config) };
  } catch (error) {
    return { error: errorText(error) };
  }
}

function frameProblems(frame: Frame, config: Config): readonly Problem[] {
  const text = frame.error(config);
  return text === undefined ? [] : [{ id: 'frame', severity: 'blocking', text }];
}

/** A drone that stays dark in its show for a word in its configuration. */
function lightProblems({ state }: Vehicle, config: Config, { trouble }: Led): readonly Problem[] {
  if (trouble !== undefined) return [{ id: 'lights', severity: 'warning', text: trouble }];
  if (state.autopilot !== 'PX4' || !isMavlinkLed(readLedSettings(config))) return [];
  const text =
    '[LED] type is mavlink, but PX4 has no light that MAVLink could set: wire a strip to the Pi (ws281x)';
  return [{ id: 'lights', severity: 'warning', text }];
}

function contextOf({ settings }: Frame, config: Config): LastResortContext {
  return { frame: settings.kind, usesMavlinkLed: isMavlinkLed(readLedSettings(config)) };
}

/** To the log of the program and to the record of the flight. */
export function tell(drone: Drone, level: 'info' | 'warn', text: string): void {
  drone.log(level, text);
  drone.flightLog.note(text, level);
}

function tellFailsafe({ log, flightLog }: Drone, { id, action, text, numbers }: FailsafeEvent): void {
  log('warn', `failsafe: ${text} (${action})`);
  flightLog.note(`failsafe: ${text}`, 'warn', { id, action, ...numbers });
}

/** The server's UTC minus ours: the connection measures it against our monotonic clock. */
function clockOf({ clockOffset }: ConnectionManager, clock: Clock) {
  if (!clockOffset) return undefined;
  const { offsetMs, uncertaintyMs } = clockOffset;
  return { offsetMs: offsetMs + clock.monotonicMs() - clock.utcMs(), uncertaintyMs };
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

function telemetryOf(drone: Drone): ReturnType<typeof buildTelemetry> {
  const { version, config, shows, authorization, vehicle, player, led, clock, frame, guard } = drone;
  return buildTelemetry({
    version,
    configName: config.getString('config_name'),
    configVersion: config.getString('config_version'),
    animation: { id: shows.id, state: shows.state },
    showDigest: shows.digest,
    authorization: authorization.telemetry(clock.monotonicMs(), shows.digest),
    start: plannedStart(player),
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

function plannedStart({ plannedStart: planned }: ShowPlayer): Json {
  return planned ? [planned.startS, planned.digest ?? null] : [];
}

export const nameSources: NameSources = { hostname, ipAddress: getIpAddress, random: Math.random };
