/** Reads what lies at a path: a folder, an archive, or a file alone. Knows files, not what is in them. */
import type { Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { errorCode, errorText, ShowError } from '../../errors.js';
import type { ShowSource } from '../formats/format.js';
import { isZip, readZip } from '../formats/zip.js';

const maxFiles = 20_000;
const maxTotalBytes = 256 * 2 ** 20;

/** How many folders below the one that was named are looked into. */
const maxDepth = 3;

type FoundFile = { readonly name: string; readonly path: string; readonly sizeBytes: number };

/**
 * The files of a folder and its subfolders without the hidden ones, of a zip archive (told by its first bytes; a
 * single folder around everything is taken off), or one file alone.
 * @throws ShowError naming the path: missing, unreadable, neither file nor folder, too many or too large.
 */
export async function readSource(path: string): Promise<ShowSource> {
  const found = await inspect(path);
  if (found.isDirectory())
    return { name: basename(resolve(path)), kind: 'folder', files: await readFolder(path) };
  const name = basename(resolve(path));
  const file = { name, path, sizeBytes: expectFile(found, path).size };
  expectSize(path, [file]);
  const bytes = await readBytes(file);
  const title = name.slice(0, name.length - extname(name).length);
  if (isZip(bytes)) return { name: title, kind: 'zip', files: withoutTopFolder(readZip(bytes, name)) };
  return { name: title, kind: 'file', files: new Map([[name, bytes]]) };
}

/** Follows links. */
async function inspect(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new ShowError(`${path}: there is no such file or folder, check the path`, { cause: error });
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): ShowError {
  return new ShowError(`${path}: can not be read: ${errorText(error)}, check who may read it`, {
    cause: error,
  });
}

function expectFile(found: Stats, path: string): Stats {
  if (found.isFile()) return found;
  throw new ShowError(`${path}: this is neither a file nor a folder, name a show's file or folder`);
}

/** All sizes are known, and refused, before anything is read. */
async function readFolder(folder: string): Promise<Map<string, Uint8Array>> {
  const found: FoundFile[] = [];
  await listFolder({ folder, prefix: '', depth: 0 }, found);
  expectSize(folder, found);
  const files = new Map<string, Uint8Array>();
  for (const file of found) files.set(file.name, await readBytes(file));
  return files;
}

type Listing = { readonly folder: string; readonly prefix: string; readonly depth: number };

async function listFolder({ folder, prefix, depth }: Listing, found: FoundFile[]): Promise<void> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const entry = await inspect(path);
    if (entry.isDirectory()) {
      if (depth < maxDepth)
        await listFolder({ folder: path, prefix: `${prefix}${name}/`, depth: depth + 1 }, found);
    } else found.push({ name: prefix + name, path, sizeBytes: expectFile(entry, path).size });
    if (found.length > maxFiles)
      throw new ShowError(`${folder}: there are more than ${maxFiles} files, name the folder of one show`);
  }
}

/** Those that are not hidden, sorted. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

function expectSize(path: string, found: readonly FoundFile[]): void {
  const totalBytes = found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (totalBytes <= maxTotalBytes) return;
  throw new ShowError(
    `${path}: ${Math.ceil(totalBytes / 2 ** 20)} MiB are too much, at most ${maxTotalBytes / 2 ** 20} MiB are read`,
  );
}

/** No more than the size that was checked, even when the file grows meanwhile. */
async function readBytes({ path, sizeBytes }: FoundFile): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const buffer = new Uint8Array(sizeBytes);
      let length = 0;
      while (length < sizeBytes) {
        const { bytesRead } = await handle.read(buffer, length, sizeBytes - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return buffer.subarray(0, length);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** When every file lies in one and the same folder, the names within it. */
function withoutTopFolder(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const tops = new Set([...files.keys()].map((name) => name.slice(0, name.indexOf('/') + 1)));
  const [top = ''] = tops;
  if (tops.size !== 1 || top === '') return files;
  return new Map([...files].map(([name, bytes]) => [name.slice(top.length), bytes]));
}
