/** Folders of the disk: made with an honest error, and flushed. Knows no content. */
import { constants } from 'node:fs';
import { access, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../errors.js';

/** Flushes which names it holds: a new file is there after a power cut when both were. @throws the file system's own error. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder, and those above it; nothing happens where it is. On a disk that is read-only it says so: Node itself says then
 * that the folder is not there.
 * @throws the file system's own error.
 */
export async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') await access(await nearest(folder), constants.W_OK);
    throw error;
  }
}

/** The first folder above it that is there. */
async function nearest(folder: string): Promise<string> {
  const above = dirname(folder);
  if (above === folder) return folder;
  try {
    await access(above);
    return above;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return nearest(above);
  }
}
