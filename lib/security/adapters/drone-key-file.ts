/** A drone's key on the disk. Knows files, no network. */
import { writeFileAtomic } from '../../config/adapters/atomic-file.js';
import { type DroneKey, formatDroneKey, parseDroneKey } from '../drone-key.js';
import { readPrivateFile, unreadable } from './private-file.js';

/** Where a drone looks for its key in its data folder. */
export const droneKeyFileName = 'drone.key.json';

const maxBytes = 4096;

/** @throws ConfigError when it can not be read, others can read it, or it holds no key. */
export function readDroneKeyFile(path: string): DroneKey {
  try {
    return parseDroneKey(readPrivateFile(path, maxBytes), path);
  } catch (error) {
    throw unreadable('the key', path, error);
  }
}

/** Writes it for its owner alone. @throws file system errors. */
export function writeDroneKeyFile(path: string, key: DroneKey): Promise<void> {
  return writeFileAtomic(path, formatDroneKey(key), { mode: 0o600 });
}
