/** `starling drone`: the client of one drone. */
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { NoLed } from '../../drone-client/led/no-led.js';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { type StartDroneOptions, startDrone } from '../../drone-client/main.js';
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import { readSigningKeyFile } from '../../drone-client/vehicle/adapters/signing-key-file.js';
import { parseVehicleUrl } from '../../drone-client/vehicle/vehicle-url.js';
import { defaultStateFolder } from '../../lib/protocols/tpp/adapters/token-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { version } from '../version.js';
import { untilShutdown } from './shutdown.js';

export type DroneCommandOptions = {
  readonly config?: string;
  readonly server?: { readonly host: string; readonly port: number };
  readonly id?: string;
  readonly vehicle: string;
  readonly data?: string;
  /** File of the key that signs MAVLink. */
  readonly signingKey?: string;
};

/** Runs until it is told to end; gives the exit code. */
export async function runDrone(options: DroneCommandOptions): Promise<number> {
  const url = parseVehicleUrl(options.vehicle);
  const clock = new SystemClock();
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination(2));
  const signing = options.signingKey === undefined ? undefined : await readSigningKeyFile(options.signingKey);
  if (signing?.warning) logger.warn(signing.warning);
  const vehicle = await createVehicle(url, { clock, logger, ...(signing && { signingKey: signing.key }) });
  try {
    await fly(options, {
      ...{ clock, logger, version },
      vehicle,
      isSimulated: url.kind === 'sim',
      led: url.kind === 'sim' ? new PreviewLed() : new NoLed(),
    });
    return 0;
  } finally {
    await vehicle.close();
  }
}

type Parts = Pick<StartDroneOptions, 'clock' | 'logger' | 'version' | 'vehicle' | 'led' | 'isSimulated'>;

async function fly({ config, server, id, data }: DroneCommandOptions, parts: Parts): Promise<void> {
  const drone = await startDrone({
    ...parts,
    dataFolder: data ?? join(defaultStateFolder(process.env), 'drone', id ?? 'default'),
    ...(config !== undefined && { configPath: config }),
    ...(server && { server }),
    ...(id !== undefined && { id }),
  });
  await untilShutdown({
    flying: () => (drone.isArmed ? [drone.id] : []),
    consequence: 'Without its client the autopilot ends the flight by its own offboard-loss action.',
    say: (line) => process.stderr.write(`starling drone: ${line}\n`),
  });
  await drone.close();
}
