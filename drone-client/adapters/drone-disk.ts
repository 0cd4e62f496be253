/** The drone's two folders on the disk, and no way out of them. Knows no messages and no shows. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readlink, realpath, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileBeside } from '../../lib/config/adapters/atomic-file.js';
import { ensureFolder } from '../../lib/config/adapters/folders.js';
import { errorCode, RefusedError } from '../../lib/errors.js';
import { PartialFiles } from '../../lib/messaging/adapters/partial-files.js';
import type { FileOffer } from '../../lib/messaging/index.js';
import type { DroneFiles, UnfinishedFile, WrittenFile } from '../client/drone-files.js';
import type { FilePlace, JailRoots } from '../client/file-jail.js';

/** No link at the end, and no waiting for whoever writes into a pipe. */
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** How much of a large file is read at a time, bytes. */
const pieceBytes = 256 * 1024;

export class DroneDisk implements DroneFiles {
  readonly roots: JailRoots;
  readonly #partials = new PartialFiles();

  constructor(roots: JailRoots) {
    this.roots = roots;
  }

  async writeBeside(place: FilePlace, content: Uint8Array): Promise<WrittenFile> {
    return writeFileBeside(await this.#prepare(place), content);
  }

  async receive(place: FilePlace, offer: FileOffer): Promise<UnfinishedFile | undefined> {
    return this.#partials.open(await this.#prepare(place), offer);
  }

  read(place: FilePlace): Promise<Uint8Array> {
    return this.#reading(place, (file) => file.readFile());
  }

  digest(place: FilePlace): Promise<{ readonly bytes: number; readonly sha256: string }> {
    return this.#reading(place, digestOf);
  }

  async #reading<T>(place: FilePlace, use: (file: FileHandle) => Promise<T>): Promise<T> {
    await this.#refuseLinks(place);
    let file: FileHandle;
    try {
      file = await open(this.#pathOf(place), readFlags);
    } catch (error) {
      throw unreadable(place, error);
    }
    try {
      await this.#expectInside(place, file);
      return await use(file);
    } catch (error) {
      throw error instanceof RefusedError ? error : unreadable(place, error);
    } finally {
      await file.close();
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

  async freeBytes(root: FilePlace['root']): Promise<number | undefined> {
    try {
      await mkdir(this.roots[root], { recursive: true });
      const { bavail, bsize } = await statfs(this.roots[root]);
      return bavail * bsize;
    } catch (error) {
      // What a disk does not tell is found out when it is written to.
      if (error instanceof Error) return undefined;
      throw error;
    }
  }

  /** The path of a file that is about to be written; its folder is there. */
  async #prepare(place: FilePlace): Promise<string> {
    await ensureFolder(this.roots[place.root]);
    await this.#refuseLinks(place);
    const path = this.#pathOf(place);
    await ensureFolder(dirname(path));
    return path;
  }

  /**
   * What was opened is a file, lies where its path says, and is no secret. A folder on the way that became a link after
   * it was looked at is found out here, where the system tells what is open.
   */
  async #expectInside({ root, path }: FilePlace, file: FileHandle): Promise<void> {
    const status = await file.stat();
    if (!status.isFile()) throw new RefusedError('refused', `${path} is no file`);
    if ((status.mode & 0o044) === 0)
      throw new RefusedError('refused', `${path} is for its owner alone: secrets are not told`);
    const opened = await readlink(`/proc/self/fd/${file.fd}`).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (opened !== undefined && opened !== join(await realpath(this.roots[root]), path))
      throw new RefusedError('refused', `${path} leads elsewhere`);
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

async function digestOf(file: FileHandle): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(pieceBytes);
  for (let bytes = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, bytes);
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
    hash.update(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
  }
}

function unreadable({ path }: FilePlace, error: unknown): RefusedError {
  return new RefusedError('no_file', `${path} can not be read (${errorCode(error)})`, { cause: error });
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}
