/** Folders of the server's machine. Knows the disk; no show and no drone. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorCode, errorText, RefusedError } from '../../../lib/errors.js';
import { naturalOrder } from '../../../lib/show/natural-order.js';
import type { Folder, FolderEntry, Folders } from '../folders.js';

/** More than anybody looks through by hand. */
const maxEntries = 5_000;

export class DiskFolders implements Folders {
  async look(path: string): Promise<Folder> {
    const folder = resolve(path);
    try {
      const found = (await readdir(folder, { withFileTypes: true })).filter(
        ({ name }) => !name.startsWith('.'),
      );
      const entries = await Promise.all(
        found.slice(0, maxEntries).map(async (entry): Promise<FolderEntry> => {
          const isFolder = entry.isSymbolicLink()
            ? await leadsToFolder(join(folder, entry.name))
            : entry.isDirectory();
          return { name: entry.name, isFolder };
        }),
      );
      return { path: folder, entries: entries.sort(foldersFirst) };
    } catch (error) {
      const why = errorCode(error) === 'ENOENT' ? 'is not there' : errorText(error);
      throw new RefusedError('bad_path', `${folder}: ${why}`, { cause: error });
    }
  }
}

function foldersFirst(a: FolderEntry, b: FolderEntry): number {
  return Number(b.isFolder) - Number(a.isFolder) || naturalOrder(a.name, b.name);
}

async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // A link that leads nowhere is shown as what it is not: a file.
    return false;
  }
}
