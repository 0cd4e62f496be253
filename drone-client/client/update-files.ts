/** Where a server may put an update on this drone, and when: rules for the two files. Knows the drone's ports; no disk. */
import { RefusedError } from '../../lib/errors.js';
import { maxUpdateBytes, updatePaths } from '../../lib/update/drone-software.js';
import { maxSignedStatementBytes } from '../../lib/update/update-statement.js';
import type { Drone } from './drone.js';
import type { FilePlace } from './file-jail.js';

export const packagePlace: FilePlace = { root: 'data', path: updatePaths.package };
export const signaturePlace: FilePlace = { root: 'data', path: updatePaths.signature };

/** Largest file of each place, bytes. */
const limits: ReadonlyMap<string, number> = new Map([
  [updatePaths.package, maxUpdateBytes],
  [updatePaths.signature, maxSignedStatementBytes],
]);

/** What stays free for the records of flights and for the system, bytes. */
const reserveBytes = 64 * 1024 * 1024;

const bytesPerMb = 1_000_000;

/** `isWhole`: it came in one frame, as old servers send files. */
type Coming = { readonly bytes: number; readonly isWhole: boolean };

/**
 * Any other file passes.
 * @throws RefusedError `not_supported` where nobody installs updates, `too_large`, `refused` for a package that did not
 * come in pieces.
 */
export async function expectUpdatable({ jobs }: Drone, place: FilePlace, coming: Coming): Promise<void> {
  const maxBytes = place.root === 'data' ? limits.get(place.path) : undefined;
  if (maxBytes === undefined) return;
  const obstacle = jobs ? await jobs.obstacle() : notInstalled;
  if (obstacle !== undefined) throw new RefusedError('not_supported', `${place.path}: ${obstacle}`);
  if (coming.bytes > maxBytes)
    throw new RefusedError('too_large', `${place.path}: ${coming.bytes} bytes are more than ${maxBytes}`);
  if (coming.isWhole && place.path === updatePaths.package)
    throw new RefusedError(
      'refused',
      `${place.path}: a package is taken in pieces only: send it by Starling`,
    );
}

/**
 * `bytes`: what is still to come of a file. Any but a package passes.
 * @throws RefusedError `ENOSPC` where there is no room for it.
 */
export async function expectRoom({ files }: Drone, { root, path }: FilePlace, bytes: number): Promise<void> {
  if (root !== packagePlace.root || path !== packagePlace.path) return;
  const freeBytes = await files.freeBytes(root);
  const neededBytes = bytes + reserveBytes;
  if (freeBytes === undefined || freeBytes >= neededBytes) return;
  const free = Math.floor(freeBytes / bytesPerMb);
  const needed = Math.ceil(neededBytes / bytesPerMb);
  throw new RefusedError(
    'ENOSPC',
    `${path}: ${free} MB of disk are free, ${needed} are needed: delete old flight logs`,
  );
}

/** Why root does nothing for this client. */
export const notInstalled =
  'this client was not started by the service of the package starling-drone, which brings the helper for that';
