/** Writes files and folders whole or not at all: under a name of their own first, then renamed. Knows the disk alone. */
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode, errorText, UsageError } from '../../lib/errors.js';

export type WriteOptions = {
  /** Whether what stands there already is replaced. */
  readonly isForced: boolean;
};

/** @throws UsageError naming the path, when something stands there or the disk refuses. */
export async function writeFileWhole(
  path: string,
  content: string | Uint8Array,
  { isForced }: WriteOptions,
): Promise<void> {
  await replaced(path, async (temporary) => {
    const there = await kindOf(path);
    if (there !== 'nothing' && there !== 'file')
      throw new UsageError(`${path}: is a folder, a file would be written`);
    if (there === 'file' && !isForced) throw exists(path, 'exists already');
    await writeNew(temporary, content);
  });
}

/**
 * A file that is too large to be held at once: `write` is given what appends to it. Replaces what stands there.
 * @throws UsageError naming the path, when a folder stands there or the disk refuses; else what `write` throws.
 */
export async function writePiecesWhole(
  path: string,
  write: (append: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  await replaced(path, async (temporary) => {
    const there = await kindOf(path);
    if (there !== 'nothing' && there !== 'file')
      throw new UsageError(`${path}: is a folder, a file would be written`);
    const file = await open(temporary, 'wx');
    try {
      await write((bytes) => file.writeFile(bytes));
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/**
 * A folder of tables. One that is replaced must hold nothing but tables: more is never removed.
 * @throws UsageError naming the path, when something but an empty folder stands there or the disk refuses.
 */
export async function writeFolderWhole(
  path: string,
  files: ReadonlyMap<string, Uint8Array>,
  { isForced }: WriteOptions,
): Promise<void> {
  await replaced(path, async (temporary) => {
    const there = await kindOf(path);
    if (there === 'folder') throw new UsageError(`${path}: holds more than .csv files and is not replaced`);
    if (there === 'file' && !isForced) throw exists(path, 'is a file, a folder would be written');
    if (there === 'tables' && !isForced) throw exists(path, 'is a folder that is not empty');
    await mkdir(temporary);
    for (const [name, bytes] of files) await writeNew(join(temporary, name), bytes);
    if (there !== 'nothing') await rm(path, { recursive: true });
  });
}

/** `make` makes what takes the place of `path`; nothing is left behind when it fails. */
async function replaced(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const whole = resolve(path);
  const temporary = join(dirname(whole), `.${basename(whole)}.${process.pid}.part`);
  try {
    await make(temporary);
    await rename(temporary, whole);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (error instanceof UsageError) throw error;
    if (errorCode(error) === 'ENOENT') throw new UsageError(`${path}: there is no folder ${dirname(whole)}`);
    throw new UsageError(`${path}: can not be written: ${errorText(error)}`);
  }
}

/** On the disk, not only on its way there, before anything is renamed. */
async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** `tables`: a folder of `.csv` files and nothing else. */
async function kindOf(path: string): Promise<'nothing' | 'file' | 'emptyFolder' | 'tables' | 'folder'> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    if (entries.length === 0) return 'emptyFolder';
    return entries.every((entry) => entry.isFile() && entry.name.endsWith('.csv')) ? 'tables' : 'folder';
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'nothing';
    if (errorCode(error) === 'ENOTDIR') return 'file';
    throw error;
  }
}

function exists(path: string, how: string): UsageError {
  return new UsageError(`${path}: ${how}; --force replaces it`);
}
