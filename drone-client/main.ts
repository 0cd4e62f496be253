/** Composition root of the on-board client: reads the wiring once, starts everything, and ends it in order. */
import type { Logger } from 'pino';
import { loadConfigFile, saveConfigFile } from '../lib/config/adapters/config-file.js';
import { type Config, loadConfig } from '../lib/config/index.js';
import type { EmergencyAction } from '../lib/emergency/emergency-wire.js';
import { ObeyedOnce } from '../lib/emergency/obeyed-once.js';
import { RefusedError } from '../lib/errors.js';
import type { Vec3 } from '../lib/geo/frames.js';
import { ConnectionManager, Endpoint, type Hello, libraryFeatures } from '../lib/messaging/index.js';
import type { DroneKey } from '../lib/security/drone-key.js';
import type { Clock } from '../lib/time/clock.js';
import { lastingUtc } from '../lib/time/lasting-utc.js';
import { ChargeWatch, openEpochs } from './adapters/drone-charge.js';
import { type DroneEmergency, openDroneEmergency } from './adapters/drone-emergency.js';
import { DroneNetwork } from './adapters/drone-network.js';
import { type DroneSecurity, readDroneSecurity } from './adapters/drone-security.js';
import { keepTime } from './adapters/drone-time.js';
import { nameSources, putOnBoard, tell } from './adapters/on-board.js';
import { registerCommands } from './client/command-table.js';
import type { Drone, Log } from './client/drone.js';
import { resolveEnrolledId } from './client/identity.js';
import type { ServerEpoch } from './client/server-epoch.js';
import { type ServerAddress, ServerSession } from './client/server-session.js';
import type { ShowClock } from './client/show-clock.js';
import { TelemetrySender } from './client/telemetry-sender.js';
import { droneConfigSpec } from './config-spec.js';
import { createLed } from './led/adapters/create-led.js';
import type { Led } from './led/led.js';
import type { LedControl } from './led/mavlink-led.js';
import { readLedSettings } from './led/settings.js';
import type { Vehicle } from './vehicle/vehicle.js';

/** How long the answer to a rename has to leave before the connection is renewed under the new name, ms. */
const renameMs = 200;

export type StartDroneOptions = {
  readonly clock: Clock;
  /** Told by a pino logger; `droneId` is added to each line. */
  readonly logger: Logger;
  /** Version of this software. */
  readonly version: string;
  /** In the autopilot's own local frame. Stays the caller's: it is not closed here. */
  readonly vehicle: Vehicle;
  /** Default: the lights that the configuration names. */
  readonly led?: Led;
  /** Hands LED_CONTROL to the autopilot, for lights that hang on it. */
  readonly sendLedControl?: (control: LedControl) => void;
  /** A simulated drone: this computer's disk and health are not judged as its own. */
  readonly isSimulated?: boolean;
  /** Folder of the animation, other received files, and the records of flights. */
  readonly dataFolder: string;
  /** Name for this run; default: the configured one. */
  readonly id?: string;
  /** Configuration file; without one the defaults hold and nothing is saved. */
  readonly configPath?: string;
  /** Its key; default: the one of `keyPath`. */
  readonly key?: DroneKey;
  /** File of its key; default: configured, then `drone.key.json` in the data folder. */
  readonly keyPath?: string;
  /** Obeys servers that prove nothing; needed where there is no key. Default: configured. */
  readonly isOpen?: boolean;
  /** The only server to connect to; default: configured, then discovered. */
  readonly server?: ServerAddress;
  /** UDP port on which servers announce themselves; default: the configured one. */
  readonly discoveryPort?: number;
  /** Own addresses on which mDNS is asked for servers; default: all, loopback included. */
  readonly mdnsInterfaces?: readonly string[];
};

export type RunningDrone = {
  readonly id: string;
  readonly isArmed: boolean;
  readonly isConnected: boolean;
  /** Where its show begins to fly, m in the local frame, ENU; undefined without a show. */
  startMarkM(): Vec3 | undefined;
  /** Ends the client: stream, connection, timers. The autopilot is left to its own loss-of-offboard action. */
  close(): Promise<void>;
};

/**
 * Starts one drone's client.
 * @throws ConfigError when its configuration or key is wrong; UsageError when it has no key and is not open.
 */
export async function startDrone(options: StartDroneOptions): Promise<RunningDrone> {
  const { clock, vehicle } = options;
  const config = await readConfig(options);
  const security = readDroneSecurity(options, config);
  const enrolledId = security.key?.id;
  const name = await chooseName(options, config, enrolledId);
  const log = logTo(options.logger, name);
  const endpoint = new Endpoint();
  const epochs = openEpochs(security, options.dataFolder, log);
  const once = new ObeyedOnce(() => clock.monotonicMs());
  const later: Later = { obey: notYet, serverUtcMs: () => undefined };
  const emergency = await openDroneEmergency({
    ...{ clock, security, once, log },
    id: () => name.id,
    isInCharge: ({ epoch }) => epochs?.isInCharge(epoch) ?? true,
    obey: (what) => later.obey(what),
    serverUtcMs: () => later.serverUtcMs(),
  });
  const connection = new ConnectionManager({
    endpoint,
    clock,
    hello: helloOf(options, name, emergency),
    ...wire(config),
  });
  connection.onEvent((event) => {
    if (event.type === 'warning') log('warn', event.text);
    if (event.type === 'connected') once.linkRenewed();
    // Remembered from each: the next connection tells no time yet, and what was recorded is late there as well.
    if (event.type === 'heartbeat') later.serverUtcMs();
  });
  const time = keepTime({ clock, config, connection, log, isSimulated: options.isSimulated ?? false });
  const { showClock } = time;
  later.serverUtcMs = lastingUtc(clock, () => showClock.serverUtcMs);
  const network = makeNetwork(options, { config, log, security, epochs });
  const session = makeSession(options, { config, connection, showClock, log, network });
  const isListening = !options.server && config.getBoolean('BROADCAST/use');
  const charge = epochs && new ChargeWatch({ connection, session, network, epochs, isListening, log });
  const reconnect = () => void clock.after(renameMs, () => session.reconnect());
  const led = options.led ?? (await configuredLed(options, config, log));
  const { drone, close: closeDrone } = putOnBoard({
    ...{ clock, vehicle, config, connection, showClock, log },
    version: options.version,
    led,
    dataFolder: options.dataFolder,
    isSimulated: options.isSimulated ?? false,
    ...{ id: () => name.id, enrolledId },
    isServerRefused: () => charge?.isServerRefused ?? false,
    rename: (id) => {
      name.id = id;
      reconnect();
    },
    saveConfig: () => saveConfig(options, config),
  });
  later.obey = registerCommands(endpoint, drone, once).obey;
  const sender = makeSender(drone, connection);
  await drone.shows.refresh();
  sender.start();
  time.start((level, text) => tell(drone, level, text));
  const ended = session.run();
  return {
    get id() {
      return name.id;
    },
    get isArmed() {
      return vehicle.state.armed;
    },
    get isConnected() {
      return connection.isConnected;
    },
    startMarkM: () => drone.shows.plan?.start?.positionM,
    async close() {
      sender.close();
      time.close();
      emergency.close();
      charge?.close();
      await closeDrone();
      if (!options.led) await led.close();
      session.close();
      connection.close('the client ends');
      await ended;
    },
  };
}

function configuredLed(options: StartDroneOptions, config: Config, log: Log): Promise<Led> {
  return createLed(readLedSettings(config), {
    clock: options.clock,
    isSimulated: options.isSimulated ?? false,
    ...(options.sendLedControl && { sendLedControl: options.sendLedControl }),
    onWarning: (text) => log('warn', text),
  });
}

type Name = { id: string };

/** What emergency datagrams need of parts that are made after their ear. */
type Later = { obey: (what: EmergencyAction) => Promise<void>; serverUtcMs: () => number | undefined };

async function readConfig({ configPath }: StartDroneOptions): Promise<Config> {
  if (configPath === undefined) return loadConfig('', 'the default configuration', droneConfigSpec);
  return loadConfigFile(configPath, droneConfigSpec);
}

async function saveConfig({ configPath }: StartDroneOptions, config: Config): Promise<void> {
  if (configPath !== undefined) await saveConfigFile(configPath, config);
}

/** The name for this run; one that was made up is written back. */
async function chooseName(
  options: StartDroneOptions,
  config: Config,
  enrolledId: string | undefined,
): Promise<Name> {
  const configured = config.getString('id');
  const { id, setting } = resolveEnrolledId(options.id ?? configured, nameSources, enrolledId);
  if (options.id === undefined && setting !== configured) {
    config.set('id', setting);
    await saveConfig(options, config);
  }
  return { id };
}

/** No server knows yet what the drone calls itself. */
function notYet(): Promise<void> {
  return Promise.reject(new RefusedError('refused', 'the client is starting'));
}

function helloOf({ version }: StartDroneOptions, name: Name, { udp, boot }: DroneEmergency): Hello {
  return {
    protocol: 1,
    role: 'drone',
    software: 'starling',
    version,
    features: [...libraryFeatures, 'authorization'],
    ...(udp !== undefined && { udp, boot }),
    get id() {
      return name.id;
    },
  };
}

function wire(config: Config): { bufferSize: number; resendRequests: false } {
  return { bufferSize: config.getNumber('SERVER/buffer_size'), resendRequests: false };
}

function logTo(logger: Logger, name: Name): Log {
  return (level, text) => logger[level]({ droneId: name.id }, text);
}

type NetworkParts = {
  readonly config: Config;
  readonly security: DroneSecurity;
  readonly epochs: ServerEpoch | undefined;
  readonly log: Log;
};

function makeNetwork(
  { clock, discoveryPort, mdnsInterfaces }: StartDroneOptions,
  { config, security, epochs, log }: NetworkParts,
): DroneNetwork {
  return new DroneNetwork({
    ...{ clock, security },
    discoveryPort: () => discoveryPort ?? config.getNumber('BROADCAST/port'),
    mdnsInterfaces,
    onWarning: (text) => log('warn', `looking for servers: ${text}`),
    isInCharge: epochs && ((epoch) => epochs.isInCharge(epoch)),
  });
}

type Parts = {
  readonly config: Config;
  readonly connection: ConnectionManager;
  readonly network: DroneNetwork;
  readonly showClock: ShowClock;
  readonly log: Log;
};

function makeSession(
  { clock, server, configPath }: StartDroneOptions,
  { config, connection, network, showClock, log }: Parts,
): ServerSession {
  return new ServerSession({
    ...{ clock, connection, network, log },
    fixedServer: server,
    // Without a file nobody has chosen the default host: strangers at that address are left alone.
    configuredServer: () =>
      configPath === undefined
        ? undefined
        : { host: config.getString('SERVER/host'), port: config.getNumber('SERVER/port') },
    isDiscovering: () => config.getBoolean('BROADCAST/use'),
    remember: async ({ host, port }) => {
      config.set('SERVER/host', host);
      config.set('SERVER/port', port);
      if (configPath !== undefined) await saveConfigFile(configPath, config);
    },
    random: Math.random,
    onConnecting: () => showClock.forget(),
  });
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
