/** Takes and gives files for a peer, one after the other. Knows the jail's rules and the disk's port; no connection. */
import { createHash } from 'node:crypto';
import { RefusedError } from '../../lib/errors.js';
import type { Drone } from './drone.js';
import {
  animationPath,
  type FilePlace,
  placeForReading,
  placeForWriting,
  showPartPath,
} from './file-jail.js';

/** A drone holds one show: what was sent last. */
const replacedBy: ReadonlyMap<string, string> = new Map([
  [animationPath, showPartPath],
  [showPartPath, animationPath],
]);

export class FileService {
  readonly #drone: Drone;
  #written: Promise<void> = Promise.resolve();

  constructor(drone: Drone) {
    this.#drone = drone;
  }

  /** Resolves when every file received so far lies on the disk, or was refused. */
  settled(): Promise<void> {
    return this.#written;
  }

  /** Stores a pushed file. @throws RefusedError when it may not be stored there, or not now; nothing is written then. */
  async store(filepath: string, content: Uint8Array): Promise<void> {
    const { vehicle, player, files } = this.#drone;
    const place = placeForWriting(filepath, files.roots);
    if (vehicle.state.armed || player.isBusy)
      throw new RefusedError('armed', 'no files while it flies: land first');
    const write = this.#written.then(() => this.#write(place, content));
    this.#written = write.catch(() => undefined);
    await write;
  }

  /** What lies on the disk now, to prove an arrival. */
  async describe(filepath: string): Promise<{ bytes: number; sha256: string }> {
    await this.#written;
    const content = await this.#drone.files.read(placeForWriting(filepath, this.#drone.files.roots));
    return { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  }

  async read(filepath: string): Promise<Uint8Array> {
    await this.#written;
    return this.#drone.files.read(placeForReading(filepath, this.#drone.files.roots));
  }

  async #write(place: FilePlace, content: Uint8Array): Promise<void> {
    const { files, shows, log } = this.#drone;
    const replaced = place.root === 'data' ? replacedBy.get(place.path) : undefined;
    // First of all: a power cut in between leaves no show, and never the one before beside the one just sent.
    if (replaced !== undefined) await files.remove({ root: 'data', path: replaced });
    try {
      await files.write(place, content);
      log('info', `received ${place.path}, ${content.length} bytes`);
    } finally {
      if (replaced !== undefined) await shows.refresh({ force: true });
    }
  }
}
