/** The files of the server's machine, as the operator names them. Knows the disk; no drone. */
import { constants } from 'node:fs';
import { mkdir, open, readdir, realpath } from 'node:fs/promises';
import { dirname, join, parse, sep } from 'node:path';
import { errorCode, errorText, RefusedError } from '../../../lib/errors.js';
import { compareNatural } from '../../fleet/natural-order.js';
import type { FolderEntry, OperatorFiles } from '../operator-files.js';

/** The most that drones take. Source: cap on the content of a file's frame, 64 MiB. */
const maxFileBytes = 64 * 1024 * 1024;
const maxEntries = 10_000;
/** Files of one name. */
const maxCopies = 10_000;

export class OperatorDisk implements OperatorFiles {
  readonly #receivedFolder: string;

  /** `receivedFolder` is made when it is needed. */
  constructor(receivedFolder: string) {
    this.#receivedFolder = receivedFolder;
  }

  async list(folder: string): Promise<readonly FolderEntry[]> {
    const found = await named(folder, () => readdir(folder, { withFileTypes: true }));
    const names = found
      .filter((entry) => !entry.name.startsWith('.') && (entry.isFile() || entry.isSymbolicLink()))
      .map(({ name }) => name);
    if (names.length > maxEntries) throw bad(folder, `has more than ${maxEntries} files`);
    for (const entry of found)
      if (entry.isSymbolicLink() && names.includes(entry.name)) await expectWithin(folder, entry.name);
    return names.sort(compareNatural).map((name) => ({ name, path: join(folder, name) }));
  }

  async read(path: string, maxBytes = maxFileBytes): Promise<Uint8Array> {
    // A pipe would be waited for.
    const file = await named(path, () => open(path, constants.O_RDONLY | constants.O_NONBLOCK));
    try {
      const status = await file.stat();
      if (!status.isFile()) throw bad(path, 'is no file');
      if (status.size > maxBytes) throw bad(path, `has ${status.size} bytes: ${maxBytes} are taken at most`);
      return await named(path, () => file.readFile());
    } finally {
      await file.close();
    }
  }

  async save(folder: string | undefined, name: string, content: Uint8Array): Promise<string> {
    const place = folder ?? this.#receivedFolder;
    await named(place, () => makeFolders(place));
    const { name: stem, ext } = parse(name);
    for (let copy = 1; copy <= maxCopies; copy += 1) {
      const path = join(place, copy === 1 ? name : `${stem}-${copy}${ext}`);
      const file = await orTaken(path, () => open(path, 'wx', 0o600));
      if (!file) continue;
      try {
        await named(path, () => file.writeFile(content));
      } finally {
        await file.close();
      }
      return path;
    }
    throw bad(join(place, name), `is there, and ${maxCopies} more of that name`);
  }
}

/** A folder from somebody else could name any file of this machine, and have it sent to drones. */
async function expectWithin(folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  const [real, realFolder] = await named(path, () => Promise.all([realpath(path), realpath(folder)]));
  if (!real.startsWith(realFolder.endsWith(sep) ? realFolder : `${realFolder}${sep}`))
    throw bad(path, 'is a link that leads out of its folder: copy the file there');
}

/** One after the other: Node's own way never ends where nothing can be made, as in `/proc`. */
async function makeFolders(path: string): Promise<void> {
  try {
    await makeFolder(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolders(dirname(path));
    await makeFolder(path);
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

async function orTaken<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw bad(path, `can not be written: ${errorText(error)}`);
  }
}

async function named<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw bad(path, 'is not there');
    throw bad(path, `can not be used: ${errorText(error)}`);
  }
}

function bad(path: string, why: string): RefusedError {
  return new RefusedError('bad_path', `${path} ${why} (on the server's machine)`);
}
