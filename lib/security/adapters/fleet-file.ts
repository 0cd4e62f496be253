/** The fleet's secret and roll on the disk, as a server reads them while others change them. Knows no network. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../config/adapters/atomic-file.js';
import { type Fleet, formatFleet, parseFleet } from '../fleet-secret.js';
import { keyBytes } from '../keys.js';
import { withLock } from './file-lock.js';
import { makePrivateFolder, readPrivateFile, unreadable } from './private-file.js';
import { WatchedFile } from './watched-file.js';

/** Room for tens of thousands of drones. */
const maxBytes = 4 * 1024 * 1024;

/** Where a server with that state folder keeps its fleet. */
export function fleetPath(stateFolder: string): string {
  return join(stateFolder, 'fleet.json');
}

/** The fleet of a state folder. @throws ConfigError when there is none, others can read it, or it is damaged. */
export function readFleet(stateFolder: string): Fleet {
  const path = fleetPath(stateFolder);
  try {
    return parseFleet(readPrivateFile(path, maxBytes), path);
  } catch (error) {
    throw unreadable('the fleet', path, error);
  }
}

/**
 * Changes the fleet of a state folder, one change after the other; folder, file and secret are made when missing.
 * Gives the new fleet.
 * @throws what `change` throws; ConfigError when the file is open to others or damaged; RefusedError when it is locked.
 */
export async function updateFleet(stateFolder: string, change: (fleet: Fleet) => Fleet): Promise<Fleet> {
  await makePrivateFolder(stateFolder);
  const path = fleetPath(stateFolder);
  return withLock({ path: `${path}.lock`, what: 'the fleet' }, async () => {
    const before = hasFleet(path) ? readFleet(stateFolder) : undefined;
    const fleet = change(before ?? { secret: randomBytes(keyBytes), enrolments: new Map() });
    if (fleet !== before) await writeFileAtomic(path, formatFleet(fleet), { mode: 0o600 });
    return fleet;
  });
}

/** The file as a running server sees it: read again whenever it has changed. */
export class FleetFile {
  readonly #file: WatchedFile<Fleet>;

  private constructor(file: WatchedFile<Fleet>) {
    this.#file = file;
  }

  /**
   * Makes the fleet when there is none. `onProblem` is told once when the file can not be read later: what was read
   * last holds on.
   * @throws ConfigError, RefusedError as `updateFleet`.
   */
  static async open(stateFolder: string, onProblem: (text: string) => void): Promise<FleetFile> {
    const path = fleetPath(stateFolder);
    const first = await updateFleet(stateFolder, (fleet) => fleet);
    const read = () => readFleet(stateFolder);
    return new FleetFile(new WatchedFile({ path, what: 'the fleet', first, read, onProblem }));
  }

  /** As it is on the disk now. Never throws. */
  get current(): Fleet {
    return this.#file.current;
  }
}

function hasFleet(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
