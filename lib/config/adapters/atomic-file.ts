/** Replaces a file so that after any crash either the old or the new one is there, whole. Knows no content. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../../errors.js';
import { ownerOf } from './file-owner.js';
import { syncFolder } from './folders.js';

/** A new file that lies beside the old one, whole and flushed to the disk. */
type FileBeside = {
  /** Puts it in the old one's place. @throws the file system's own error; then nothing of it stays behind. */
  commit(): Promise<void>;
  /** Takes it away again, as far as that can be done. Never rejects; after `commit` without effect. */
  discard(): Promise<void>;
};

/** What is older was left by a program that was killed: nobody writes one file for so long, ms. */
const leftBehindMs = 600_000;

type AtomicOptions = { readonly mode?: number };

/**
 * Writes a new file beside the old one, flushes it to the disk, and puts it in the old one's place.
 * `mode` defaults to that of the file replaced, else to 0o644. Written by the superuser, it belongs to whom the file
 * replaced belonged, else to its folder's owner. On an error no temporary file stays behind.
 * @throws the file system's own error (`code` `ENOENT`, `EACCES`, …).
 */
export async function writeFileAtomic(
  path: string,
  bytes: Uint8Array | string,
  options: AtomicOptions = {},
): Promise<void> {
  await (await writeFileBeside(path, bytes, options)).commit();
}

/** The first half of `writeFileAtomic`: all that may fail for want of room is done. @throws as that. */
export async function writeFileBeside(
  path: string,
  bytes: Uint8Array | string,
  options: AtomicOptions = {},
): Promise<FileBeside> {
  const folder = dirname(path);
  const mode = options.mode ?? (await modeOf(path)) ?? 0o644;
  const owner = ownerOf(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  await removeLeftBehind(folder, basename(path));
  const orRemove = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  };
  await orRemove(async () => {
    await withFile(await open(temporary, 'wx', mode), async (file) => {
      if (owner) await file.chown(owner.uid, owner.gid);
      await file.chmod(mode);
      await file.writeFile(bytes);
      await file.sync();
    });
  });
  return {
    async commit() {
      await orRemove(() => rename(temporary, path));
      await syncFolder(folder);
    },
    // A disk that lets nothing be removed any more is told of by what failed before.
    discard: () => rm(temporary, { force: true }).catch(() => undefined),
  };
}

async function withFile(file: FileHandle, use: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

/** Takes away what killed programs began beside a file; what can not be taken away keeps nobody from writing. */
async function removeLeftBehind(folder: string, name: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const begun = names.filter(
    (other) => other.startsWith(`.${name}.`) && /^[0-9a-f]{12}\.tmp$/.test(other.slice(name.length + 2)),
  );
  for (const other of begun) {
    const piece = join(folder, other);
    const modifiedMs = await stat(piece).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    // A clock that was behind when it was begun, or is now, is no reason to keep it.
    if (Math.abs(Date.now() - modifiedMs) > leftBehindMs)
      await rm(piece, { force: true }).catch(() => undefined);
  }
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
