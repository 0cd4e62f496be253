/** The on-board client of a real drone: reads its wiring once, and starts it over the sockets and files of this computer. */
import type { Logger } from 'pino';
import { loadConfigFile, saveConfigFile } from '../lib/config/adapters/config-file.js';
import { type Config, loadConfig } from '../lib/config/index.js';
import { openDatagramSocket } from '../lib/emergency/adapters/datagram-socket.js';
import type { DroneKey } from '../lib/security/drone-key.js';
import { watchLoopDelay } from '../lib/time/adapters/loop-delay.js';
import type { Clock } from '../lib/time/clock.js';
import { bootName, droneComputer, nameSources, networkTime } from './adapters/drone-computer.js';
import { DroneNetwork } from './adapters/drone-network.js';
import { readDroneSecurity } from './adapters/drone-security.js';
import { openEpochs } from './adapters/epoch-file.js';
import type { Log } from './client/drone.js';
import { resolveEnrolledId } from './client/identity.js';
import type { ServerEpoch } from './client/server-epoch.js';
import type { ServerAddress } from './client/server-session.js';
import { composeDrone, type RunningDrone } from './composition/compose-drone.js';
import type { DroneSecurity } from './composition/drone-edges.js';
import { droneConfigSpec } from './config-spec.js';
import { JobFolderFiles } from './jobs/adapters/job-folder-files.js';
import { Jobs } from './jobs/jobs.js';
import { createLed } from './led/adapters/create-led.js';
import type { Led } from './led/led.js';
import type { LedControl } from './led/mavlink-led.js';
import { readLedSettings } from './led/settings.js';
import type { Vehicle } from './vehicle/vehicle.js';

export type { RunningDrone } from './composition/compose-drone.js';

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
  /** Folder in which those of root's helper begin; default: nothing is asked of it, as it is not for this client. */
  readonly jobsRoot?: string;
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

/**
 * Starts one drone's client.
 * @throws ConfigError when its configuration or key is wrong; UsageError when it has no key and is not open.
 */
export async function startDrone(options: StartDroneOptions): Promise<RunningDrone> {
  const { clock, vehicle, version, dataFolder, server, isSimulated = false } = options;
  const config = await readConfig(options);
  const security = readDroneSecurity(options, config);
  const name = await chooseName(options, config, security.key?.id);
  const log = logTo(options.logger, name);
  const epochs = openEpochs(security, dataFolder, log);
  const led = options.led ?? (await configuredLed(options, config, log));
  return composeDrone({
    ...droneComputer({ clock, config, dataFolder, isSimulated }),
    jobs: makeJobs(options),
    ...{ clock, version, vehicle, led, config, log, security, epochs, server },
    id: () => name.id,
    rename: (id) => {
      name.id = id;
    },
    isConfigured: options.configPath !== undefined,
    saveConfig: () => saveConfig(options, config),
    boot: bootName(),
    openDatagrams: openDatagramSocket,
    network: makeNetwork(options, { config, log, security, epochs }),
    time: networkTime(clock),
    random: Math.random,
    watchLoop: isSimulated ? undefined : (onLate) => watchLoopDelay(clock, onLate),
    release: () => (options.led ? Promise.resolve() : led.close()),
  });
}

function configuredLed(options: StartDroneOptions, config: Config, log: Log): Promise<Led> {
  return createLed(readLedSettings(config), {
    clock: options.clock,
    isSimulated: options.isSimulated ?? false,
    ...(options.sendLedControl && { sendLedControl: options.sendLedControl }),
    onWarning: (text) => log('warn', text),
  });
}

function makeJobs({ clock, jobsRoot }: StartDroneOptions): Jobs | undefined {
  return jobsRoot === undefined ? undefined : new Jobs({ clock, folder: new JobFolderFiles(jobsRoot) });
}

type Name = { id: string };

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
