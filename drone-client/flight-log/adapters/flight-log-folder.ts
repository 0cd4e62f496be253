/** Flight logs as files of one folder. Knows files; nothing of what is in them. */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ensureFolder, syncFolder } from '../../../lib/config/adapters/folders.js';
import { errorCode, RefusedError } from '../../../lib/errors.js';
import type { FlightLogFiles, LogSink, StoredLog } from '../flight-log-files.js';
import { parseLogName } from '../log-name.js';

export type FlightLogFolderOptions = {
  /**
   * Each append reaches the disk itself before it counts as done, so that a power loss costs the last one alone.
   * False for simulated fleets, whose disk is not to be worn.
   */
  readonly isDurable?: boolean;
};

export class FlightLogFolder implements FlightLogFiles {
  readonly #folder: string;
  readonly #isDurable: boolean;

  constructor(folder: string, { isDurable = true }: FlightLogFolderOptions = {}) {
    this.#folder = folder;
    this.#isDurable = isDurable;
  }

  async list(): Promise<readonly StoredLog[]> {
    const stored: StoredLog[] = [];
    for (const name of await this.#names()) {
      const file = await this.#stat(name);
      if (file?.isFile()) stored.push({ name, bytes: file.size });
    }
    return stored;
  }

  async create(name: string): Promise<LogSink> {
    await ensureFolder(this.#folder);
    const sink = new FileSink(await open(this.#pathOf(name), 'wx', 0o644), this.#isDurable);
    if (this.#isDurable) for (const folder of [this.#folder, dirname(this.#folder)]) await syncFolder(folder);
    return sink;
  }

  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  async read(name: string, { offset, length }: { offset: number; length: number }): Promise<Uint8Array> {
    const file = await open(this.#pathOf(name), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    } finally {
      await file.close();
    }
  }

  async freeBytes(): Promise<number | undefined> {
    return freeBytesAt(this.#folder);
  }

  async #names(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => parseLogName(name));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  async #stat(name: string): Promise<Stats | undefined> {
    try {
      return await lstat(this.#pathOf(name));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** @throws RefusedError for a name that is none of a flight log: it could lead out of the folder. */
  #pathOf(name: string): string {
    if (!parseLogName(name)) throw new RefusedError('bad_argument', `"${name}" is no flight log's name`);
    return join(this.#folder, name);
  }
}

class FileSink implements LogSink {
  readonly #file: FileHandle;
  readonly #isDurable: boolean;

  constructor(file: FileHandle, isDurable: boolean) {
    this.#file = file;
    this.#isDurable = isDurable;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#file.writeFile(bytes);
    if (this.#isDurable) await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Of the disk that holds a folder, which need not be there yet. */
async function freeBytesAt(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if (errorCode(error) === 'ENOSYS') return undefined;
    if (errorCode(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    return freeBytesAt(dirname(folder));
  }
}
