/** `starling drone`: the client of one drone. */
import { join } from 'node:path';
import { pino } from 'pino';
import { keepArmedMark } from '../../drone-client/adapters/armed-mark.js';
import { type StartDroneOptions, startDrone } from '../../drone-client/main.js';
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
  const url = parseVehicleUrl(options.vehicle);
  const clock = new SystemClock();
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, new LineOutput(2));
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
  const drone = await startDrone({
    ...parts,
    dataFolder: data ?? join(defaultStateFolder(process.env), 'drone', id ?? 'default'),
    ...(config !== undefined && { configPath: config }),
    ...(server && { server }),
    ...(id !== undefined && { id }),
    ...(key !== undefined && { keyPath: key }),
    ...(open !== undefined && { isOpen: open }),
  });
  // What systemd makes for the service and takes away with it.
  const { RUNTIME_DIRECTORY: folder } = process.env;
  const stopMarking =
    folder === undefined
      ? () => undefined
      : keepArmedMark(folder, parts.vehicle, (text) => parts.logger.warn(text));
  await untilShutdown({
    flying: () => (drone.isArmed ? [drone.id] : []),
    consequence: 'Without its client the autopilot ends the flight by its own offboard-loss action.',
    say: lineWriter(2, 'starling drone'),
  });
  stopMarking();
  await drone.close();
}
