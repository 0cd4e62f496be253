/** The server's archive of flight logs as files: FOLDER/DRONE/NAME. Knows files; no drone's connection, no format. */
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../../lib/config/adapters/folders.js';
import { errorCode, RefusedError } from '../../../lib/errors.js';
import type { FlightLogStore, IncomingLog } from '../flight-log-store.js';
import { folderNameOf } from '../folder-name.js';

/** Nothing that leads elsewhere, whoever chose it. */
const namePattern = /^[\w-]{1,100}\.mcap$/;

export class FlightLogArchive implements FlightLogStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(droneId: string): Promise<ReadonlyMap<string, number>> {
    const files = await filesIn(this.#folderOf(droneId));
    return new Map([...files].filter(([name]) => namePattern.test(name)));
  }

  async totalBytes(): Promise<number> {
    let totalBytes = 0;
    for (const drone of await namesIn(this.#folder))
      for (const bytes of (await filesIn(join(this.#folder, drone))).values()) totalBytes += bytes;
    return totalBytes;
  }

  async begin(droneId: string, name: string): Promise<IncomingLog> {
    if (!namePattern.test(name)) throw new RefusedError('bad_argument', `"${name}" is no flight log's name`);
    const folder = this.#folderOf(droneId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const temporary = join(folder, `.${name}.part`);
    await rm(temporary, { force: true });
    return new IncomingFile(await open(temporary, 'wx', 0o600), {
      temporary,
      path: join(folder, name),
      folder,
    });
  }

  #folderOf(droneId: string): string {
    return join(this.#folder, folderNameOf(droneId));
  }
}

type Paths = { readonly temporary: string; readonly path: string; readonly folder: string };

/** Written beside its place, flushed, and put there whole. */
class IncomingFile implements IncomingLog {
  readonly #file: FileHandle;
  readonly #paths: Paths;
  #isOver = false;

  constructor(file: FileHandle, paths: Paths) {
    this.#file = file;
    this.#paths = paths;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#file.writeFile(bytes);
  }

  async commit(): Promise<void> {
    const { temporary, path, folder } = this.#paths;
    await this.#file.sync();
    await this.#file.close();
    await rename(temporary, path);
    this.#isOver = true;
    await syncFolder(folder);
  }

  async abandon(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#file.close();
    await rm(this.#paths.temporary, { force: true });
  }
}

/** Regular files: name → bytes. */
async function filesIn(folder: string): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for (const name of await namesIn(folder)) {
    const file = await lstat(join(folder, name));
    if (file.isFile()) files.set(name, file.size);
  }
  return files;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
