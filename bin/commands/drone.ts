/** `starling drone`: the client of one drone. */
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { keepArmedMark } from '../../drone-client/adapters/armed-mark.js';
import { keepHealthMark } from '../../drone-client/adapters/health-mark.js';
import { LogFiles } from '../../drone-client/adapters/log-files.js';
import { type RunningDrone, type StartDroneOptions, startDrone } from '../../drone-client/main.js';
import { connectServiceManager } from '../../drone-client/service/adapters/notify-socket.js';
import { keepAlive } from '../../drone-client/service/keep-alive.js';
import type { ServiceManager } from '../../drone-client/service/service-manager.js';
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import { readSigningKeyFile } from '../../drone-client/vehicle/adapters/signing-key-file.js';
import { parseVehicleUrl, type VehicleUrl } from '../../drone-client/vehicle/vehicle-url.js';
import { UsageError } from '../../lib/errors.js';
import { LineOutput, lineWriter } from '../../lib/output/adapters/line-output.js';
import { defaultStateFolder } from '../../lib/protocols/tpp/adapters/token-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { version } from '../version.js';
import { readOwnFaults } from './read-faults.js';
import { untilShutdown } from './shutdown.js';

export type DroneCommandOptions = {
  readonly config?: string;
  readonly server?: { readonly host: string; readonly port: number };
  readonly id?: string;
  readonly vehicle: string;
  readonly data?: string;
  /** File of what goes wrong with a simulated autopilot. */
  readonly faults?: string;
  /** File of the key that proves who it is to the server. */
  readonly key?: string;
  readonly open?: boolean;
  /** File of the key that signs MAVLink. */
  readonly signingKey?: string;
};

/** Runs until it is told to end; gives the exit code. */
export async function runDrone(options: DroneCommandOptions): Promise<number> {
  const { logger, close } = openLog();
  try {
    return await runClient(options, logger);
  } finally {
    await close();
  }
}

async function runClient(options: DroneCommandOptions, logger: Logger): Promise<number> {
  const url = parseVehicleUrl(options.vehicle);
  const clock = new SystemClock();
  const faults = await ownFaults(options, url);
  const signing = options.signingKey === undefined ? undefined : await readSigningKeyFile(options.signingKey);
  if (signing?.warning) logger.warn(signing.warning);
  const vehicle = await createVehicle(url, {
    ...{ clock, logger },
    ...(signing && { signingKey: signing.key }),
    ...(faults && { faults }),
  });
  try {
    await fly(options, {
      ...{ clock, logger, version },
      vehicle,
      isSimulated: url.kind === 'sim',
      sendLedControl: (control) => vehicle.sendLedControl(control),
    });
    return 0;
  } finally {
    await vehicle.close();
  }
}

const lineForm = { base: null, timestamp: pino.stdTimeFunctions.isoTime };

/** Says it on stderr, and as a service into the folder that systemd makes for its logs. */
function openLog(): { readonly logger: Logger; close(): Promise<void> } {
  const output = new LineOutput(2);
  const { LOGS_DIRECTORY: folder } = process.env;
  if (folder === undefined) return { logger: pino(lineForm, output), close: () => Promise.resolve() };
  const said = pino(lineForm, output);
  const files = new LogFiles({ folder, onTrouble: (text) => said.warn(text) });
  const both = {
    write(text: string): void {
      output.write(text);
      files.write(text);
    },
  };
  return { logger: pino(lineForm, both), close: () => files.close() };
}

/** @throws UsageError for a file that is wrong, or an autopilot that is not simulated. */
async function ownFaults({ faults, id }: DroneCommandOptions, url: VehicleUrl) {
  if (faults === undefined) return undefined;
  if (url.kind !== 'sim')
    throw new UsageError('--faults goes with --vehicle sim:, a real autopilot has its own');
  return readOwnFaults(faults, id);
}

type Parts = Pick<
  StartDroneOptions,
  'clock' | 'logger' | 'version' | 'vehicle' | 'isSimulated' | 'sendLedControl'
>;

async function fly(options: DroneCommandOptions, parts: Parts): Promise<void> {
  const { config, server, id, data, key, open } = options;
  const manager = await connectServiceManager(process.env, process.pid);
  // Says that it is the installed client of this computer, for which root does jobs.
  const { STARLING_JOBS: jobsRoot } = process.env;
  const drone = await startDrone({
    ...parts,
    dataFolder: data ?? join(defaultStateFolder(process.env), 'drone', id ?? 'default'),
    ...(config !== undefined && { configPath: config }),
    ...(server && { server }),
    ...(id !== undefined && { id }),
    ...(key !== undefined && { keyPath: key }),
    ...(open !== undefined && { isOpen: open }),
    ...(jobsRoot !== undefined && { jobsRoot }),
  });
  const stopTelling = tellHost(drone, manager, parts);
  await untilShutdown({
    flying: () => (drone.isArmed ? [drone.id] : []),
    consequence: 'Without its client the autopilot ends the flight by its own offboard-loss action.',
    say: lineWriter(2, 'starling drone'),
  });
  stopTelling();
  await drone.close();
}

/** Tells the system that runs this service how it is; gives the function that ends that. */
function tellHost(drone: RunningDrone, manager: ServiceManager | undefined, parts: Parts): () => void {
  const { clock, vehicle, logger } = parts;
  const onWarning = (text: string) => logger.warn(text);
  const vitals = () => drone.vitals();
  const stops = manager ? [keepAlive({ clock, manager, vitals, onWarning })] : [];
  // What systemd makes for the service and takes away with it.
  const { RUNTIME_DIRECTORY: folder } = process.env;
  if (folder !== undefined) {
    const isBusy = () => drone.isBusy;
    stops.push(keepArmedMark({ clock, folder, vehicle, isBusy, onTrouble: onWarning }));
    const health = () => {
      const { server, isVehicleHeard } = vitals();
      return { version, server: server !== undefined, vehicle: isVehicleHeard };
    };
    stops.push(keepHealthMark({ clock, folder, health, onTrouble: onWarning }));
  }
  return () => {
    for (const stop of stops) stop();
  };
}
