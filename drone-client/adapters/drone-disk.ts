/** The drone's two folders on the disk, and no way out of them. Knows no messages and no shows. */
import { lstat, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../lib/config/adapters/atomic-file.js';
import { errorCode, RefusedError } from '../../lib/errors.js';
import { PartialFiles } from '../../lib/messaging/adapters/partial-files.js';
import type { FileOffer } from '../../lib/messaging/index.js';
import type { DroneFiles, UnfinishedFile } from '../client/drone-files.js';
import type { FilePlace, JailRoots } from '../client/file-jail.js';

export class DroneDisk implements DroneFiles {
  readonly roots: JailRoots;
  readonly #partials = new PartialFiles();

  constructor(roots: JailRoots) {
    this.roots = roots;
  }

  async write(place: FilePlace, content: Uint8Array): Promise<void> {
    await writeFileAtomic(await this.#prepare(place), content);
  }

  async receive(place: FilePlace, offer: FileOffer): Promise<UnfinishedFile | undefined> {
    return this.#partials.open(await this.#prepare(place), offer);
  }

  async read(place: FilePlace): Promise<Uint8Array> {
    await this.#refuseLinks(place);
    try {
      return await readFile(this.#pathOf(place));
    } catch (error) {
      throw new RefusedError('no_file', `${place.path} can not be read (${errorCode(error)})`, {
        cause: error,
      });
    }
  }

  async remove(place: FilePlace): Promise<void> {
    await this.#refuseLinks(place);
    await rm(this.#pathOf(place), { force: true });
  }

  async stamp(place: FilePlace): Promise<string | undefined> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#pathOf(place));
      return `${mtimeMs} ${size} ${ino}`;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** The path of a file that is about to be written; its folder is there. */
  async #prepare(place: FilePlace): Promise<string> {
    await mkdir(this.roots[place.root], { recursive: true });
    await this.#refuseLinks(place);
    const path = this.#pathOf(place);
    await mkdir(dirname(path), { recursive: true });
    return path;
  }

  #pathOf({ root, path }: FilePlace): string {
    return join(this.roots[root], path);
  }

  /** No part of the way below the folder may be a symbolic link. */
  async #refuseLinks({ root, path }: FilePlace): Promise<void> {
    let current = this.roots[root];
    for (const part of path.split('/')) {
      current = join(current, part);
      if (await isLink(current)) throw new RefusedError('refused', `${path} leads over a symbolic link`);
    }
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}
