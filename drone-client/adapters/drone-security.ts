/** Finds the key that a drone goes by, and whether it obeys servers that prove nothing. Reads files; knows no network. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../lib/config/index.js';
import { UsageError } from '../../lib/errors.js';
import { droneKeyFileName, readDroneKeyFile } from '../../lib/security/adapters/drone-key-file.js';
import type { DroneKey } from '../../lib/security/drone-key.js';
import type { DroneSecurity } from '../composition/drone-edges.js';

type SecurityOptions = {
  /** The key itself, for drones that are simulated. */
  readonly key?: DroneKey;
  /** File of the key. Default: the configured one, then `drone.key.json` in the data folder if it is there. */
  readonly keyPath?: string;
  /** Obeys servers that prove nothing. Default: the configuration's. */
  readonly isOpen?: boolean;
  readonly dataFolder: string;
};

/**
 * @throws UsageError when there is neither a key nor leave to go without one; ConfigError when the key can not be read,
 * or others can read it.
 */
export function readDroneSecurity(options: SecurityOptions, config: Config): DroneSecurity {
  const isOpen = options.isOpen ?? config.getBoolean('SECURITY/open');
  const defaultPath = join(options.dataFolder, droneKeyFileName);
  const configured = config.getString('SECURITY/key');
  const named = options.keyPath ?? (configured === '' ? undefined : configured);
  const path = named ?? (existsSync(defaultPath) ? defaultPath : undefined);
  const key = options.key ?? (path === undefined ? undefined : readDroneKeyFile(path));
  if (key || isOpen) return { key, isOpen };
  throw new UsageError(
    `this drone has no key, so it could not tell its server from a stranger: run "starling fleet enroll DRONE_ID -o drone.key.json" on the server, put that file at ${defaultPath} or name it with --key; in a fleet without keys start it with --open`,
  );
}
