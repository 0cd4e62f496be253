/** Sessions of the black box as folders of files. Knows files; nothing of what is in them. */
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../../../lib/config/adapters/folders.js';
import { errorCode, RefusedError } from '../../../lib/errors.js';
import { parsePartName, parseSessionName } from '../names.js';
import type { PartSink, RecorderFiles, SessionFiles, StoredPart, StoredSession } from '../recorder-files.js';

export type RecorderFolderOptions = {
  /** What is synced reaches the disk itself. False for rehearsals, whose disk is not to be worn. */
  readonly isDurable?: boolean;
};

export class RecorderFolder implements RecorderFiles {
  readonly #folder: string;
  readonly #isDurable: boolean;

  constructor(folder: string, { isDurable = true }: RecorderFolderOptions = {}) {
    this.#folder = folder;
    this.#isDurable = isDurable;
  }

  async sessions(): Promise<readonly StoredSession[]> {
    const stored: StoredSession[] = [];
    for (const name of (await namesIn(this.#folder)).filter((name) => parseSessionName(name))) {
      let bytes = 0;
      for (const part of await partsIn(join(this.#folder, name))) bytes += part.bytes;
      stored.push({ name, bytes });
    }
    return stored;
  }

  async begin(session: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await mkdir(this.#pathOf(session), { mode: 0o700 });
    if (this.#isDurable) await syncFolder(this.#folder);
  }

  async createPart(session: string, part: string): Promise<PartSink> {
    const path = this.#pathOf(session, part);
    const file = await open(path, 'wx', 0o600);
    if (this.#isDurable) await syncFolder(this.#pathOf(session));
    return new FileSink(file, { path, isDurable: this.#isDurable });
  }

  async removePart(session: string, part: string): Promise<void> {
    await rm(this.#pathOf(session, part), { force: true });
  }

  async remove(session: string): Promise<void> {
    await rm(this.#pathOf(session), { recursive: true, force: true });
  }

  freeBytes(): Promise<number | undefined> {
    return freeBytesAt(this.#folder);
  }

  /** @throws RefusedError for a name that is none: it could lead out of the folder. */
  #pathOf(session: string, part?: string): string {
    if (!parseSessionName(session) || (part !== undefined && !parsePartName(part)))
      throw new RefusedError('bad_argument', `"${join(session, part ?? '')}" is no recording's name`);
    return join(this.#folder, session, part ?? '');
  }
}

/** One session that is there. */
export class SessionFolderFiles implements SessionFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  parts(): Promise<readonly StoredPart[]> {
    return partsIn(this.#folder);
  }

  async read(part: string, { offset, length }: { offset: number; length: number }): Promise<Uint8Array> {
    if (!parsePartName(part)) throw new RefusedError('bad_argument', `"${part}" is no part of a recording`);
    const file = await open(join(this.#folder, part), constants.O_RDONLY | constants.O_NOFOLLOW);
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
}

class FileSink implements PartSink {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #isDurable: boolean;

  constructor(file: FileHandle, { path, isDurable }: { readonly path: string; readonly isDurable: boolean }) {
    this.#file = file;
    this.#path = path;
    this.#isDurable = isDurable;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#file.writeFile(bytes);
  }

  async sync(): Promise<void> {
    if (this.#isDurable) await this.#file.datasync();
    // A file that was removed, or whose disk is gone, takes whatever is written, and nobody finds it.
    await lstat(this.#path);
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

/** Regular files with a part's name. */
async function partsIn(folder: string): Promise<StoredPart[]> {
  const parts: StoredPart[] = [];
  for (const name of (await namesIn(folder)).filter((name) => parsePartName(name))) {
    const file = await lstat(join(folder, name));
    if (file.isFile()) parts.push({ name, bytes: file.size });
  }
  return parts;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
