/** The fleet's secret and roll on the disk, as a server reads them while others change them. Knows no network. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from '../../config/adapters/atomic-file.js';
import { errorCode, errorText, RefusedError } from '../../errors.js';
import { type Fleet, formatFleet, parseFleet } from '../fleet-secret.js';
import { keyBytes } from '../keys.js';
import { makePrivateFolder, readPrivateFile, unreadable } from './private-file.js';

/** Room for tens of thousands of drones. */
const maxBytes = 4 * 1024 * 1024;

/** A change takes some milliseconds: how long the next one waits, and when a lock is left from one that died, ms. */
const lockWaitMs = 5_000;
const lockRetryMs = 20;
const staleLockMs = 4_000;

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
  return withLock(`${path}.lock`, async () => {
    const before = hasFleet(path) ? readFleet(stateFolder) : undefined;
    const fleet = change(before ?? { secret: randomBytes(keyBytes), enrolments: new Map() });
    if (fleet !== before) await writeFileAtomic(path, formatFleet(fleet), { mode: 0o600 });
    return fleet;
  });
}

/** The file as a running server sees it: read again whenever it has changed. */
export class FleetFile {
  readonly #stateFolder: string;
  readonly #onProblem: (text: string) => void;
  #fleet: Fleet;
  #stamp: string;
  #problem: string | undefined;

  private constructor(stateFolder: string, fleet: Fleet, onProblem: (text: string) => void) {
    this.#stateFolder = stateFolder;
    this.#onProblem = onProblem;
    this.#stamp = '';
    this.#fleet = fleet;
  }

  /**
   * Makes the fleet when there is none. `onProblem` is told once when the file can not be read later: what was read
   * last holds on.
   * @throws ConfigError, RefusedError as `updateFleet`.
   */
  static async open(stateFolder: string, onProblem: (text: string) => void): Promise<FleetFile> {
    return new FleetFile(stateFolder, await updateFleet(stateFolder, (fleet) => fleet), onProblem);
  }

  /** As it is on the disk now. Never throws. */
  get current(): Fleet {
    try {
      const { mtimeMs, ctimeMs, ino, size } = statSync(fleetPath(this.#stateFolder));
      const stamp = `${mtimeMs} ${ctimeMs} ${ino} ${size}`;
      if (stamp === this.#stamp) return this.#fleet;
      // A file that can not be read is looked at again when it has changed.
      this.#stamp = stamp;
      this.#fleet = readFleet(this.#stateFolder);
      this.#problem = undefined;
    } catch (error) {
      const problem = `the fleet is used as it was read last: ${errorText(error)}`;
      if (problem !== this.#problem) this.#onProblem(problem);
      this.#problem = problem;
    }
    return this.#fleet;
  }
}

function hasFleet(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** One program at a time: of two changes at once, one would be lost, and it may have been a revocation. */
async function withLock<Result>(path: string, use: () => Promise<Result>): Promise<Result> {
  const untilMs = Date.now() + lockWaitMs;
  while (!(await takeLock(path))) {
    if (Date.now() > untilMs) {
      throw new RefusedError(
        'locked',
        `another program changes the fleet (${path}): try again when it is done`,
      );
    }
    await sleep(lockRetryMs);
  }
  try {
    return await use();
  } finally {
    await rm(path, { force: true });
  }
}

async function takeLock(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  const status = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (status && Date.now() - status.mtimeMs > staleLockMs) await rm(path, { force: true });
  return false;
}
