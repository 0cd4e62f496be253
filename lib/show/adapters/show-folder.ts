/** Reads a show's folder from the disk. Knows files, not what is in them. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { errorCode, errorText, ShowError } from '../../errors.js';
import { isShowFile, type LoadedShow, loadShow, type ShowFile } from '../load-show.js';

/**
 * The show of a folder, named as the folder.
 * @throws ShowError when the folder or a file can not be read, or it has no `.csv` file.
 */
export async function readShowFolder(
  folder: string,
  options: { readonly frameDelayS: number },
): Promise<LoadedShow> {
  const files: ShowFile[] = [];
  for (const name of (await listFolder(folder)).filter(isShowFile))
    files.push({ name, text: await readText(join(folder, name)) });
  return loadShow(basename(resolve(folder)), files, options);
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if (errorCode(error) === 'ENOENT')
      throw new ShowError(`${folder}: there is no such folder`, { cause: error });
    throw new ShowError(`${folder}: can not be read: ${errorText(error)}`, { cause: error });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ShowError(`${path}: can not be read: ${errorText(error)}`, { cause: error });
  }
}
