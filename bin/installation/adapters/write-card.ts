/** Writes the files of a card into a folder, or onto a mounted boot partition. Knows the disk; not what the files are. */
import { constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorText, RefusedError, UsageError } from '../../../lib/errors.js';
import type { CardFile } from '../card.js';
import { cardFiles } from '../first-boot-script.js';
import { dronePackage, packageFile } from '../package-name.js';

/**
 * The folder is this card's alone, readable by its owner; one of an earlier run is replaced as a whole.
 * @throws UsageError when something else is there.
 */
export async function writeCardFolder(folder: string, files: ReadonlyMap<string, CardFile>): Promise<void> {
  const whole = resolve(folder);
  if (existsSync(whole) && !isCardFolder(whole))
    throw new UsageError(
      `${folder} is there and is no card of an earlier run: choose another --out, or remove it`,
    );
  const beside = join(dirname(whole), `.${basename(whole)}.${process.pid}.part`);
  try {
    await mkdir(dirname(whole), { recursive: true, mode: 0o700 });
    await mkdir(beside, { mode: 0o700 });
    for (const [name, file] of files) {
      await writeOne(join(beside, name), file);
      await chmod(join(beside, name), 0o600);
    }
    await rm(whole, { recursive: true, force: true });
    await rename(beside, whole);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw new UsageError(`${folder} can not be written: ${errorText(error)}`);
  }
}

function isCardFolder(folder: string): boolean {
  try {
    const names = readdirSync(folder);
    return names.length === 0 || names.includes(cardFiles.script);
  } catch (error) {
    throw new UsageError(`${folder} can not be looked at: ${errorText(error)}`);
  }
}

/** Names on a partition, and the text of its cmdline.txt. @throws UsageError when there is no such folder. */
export function lookAtPartition(folder: string): { names: string[]; cmdline: string | undefined } {
  try {
    const names = readdirSync(folder);
    const cmdline = names.includes(cardFiles.cmdline)
      ? readFileSync(join(folder, cardFiles.cmdline), 'utf8')
      : undefined;
    return { names, cmdline };
  } catch (error) {
    throw new UsageError(`--boot ${folder} can not be read: ${errorText(error)}`);
  }
}

/** What stays free for the system's own updates of its kernel and firmware, bytes. */
const spareBytes = 16 * 1024 * 1024;

/** Files come one by one, each whole, in their order. FAT has no owners and no modes. @throws RefusedError */
export async function writePartition(folder: string, files: ReadonlyMap<string, CardFile>): Promise<void> {
  for (const name of leftovers(readdirSync(folder), files)) {
    const path = join(folder, name);
    await rm(path, { force: true }).catch((error: unknown) => Promise.reject(notWritten(path, error)));
  }
  await expectRoom(folder, files);
  for (const [name, file] of files) {
    const path = join(folder, name);
    try {
      await writeOne(`${path}.part`, file);
      await rename(`${path}.part`, path);
    } catch (error) {
      await rm(`${path}.part`, { force: true }).catch(() => undefined);
      throw notWritten(path, error);
    }
  }
}

function notWritten(path: string, error: unknown): RefusedError {
  return new RefusedError(
    'not_written',
    `${path} can not be written: ${errorText(error)}; the card is not finished: do it again`,
  );
}

/** What an earlier writing left, or its first boot: a log of success would be taken for that of this one. */
function leftovers(names: readonly string[], files: ReadonlyMap<string, CardFile>): string[] {
  const { log, wifiPassword, user, ssh } = cardFiles;
  const ours: readonly string[] = [
    log,
    wifiPassword,
    ...(names.includes(cardFiles.script) ? [user, ssh] : []),
  ];
  return names.filter((name) => !files.has(name) && (ours.includes(name) || isOurPackage(name)));
}

function isOurPackage(name: string): boolean {
  return packageFile(name)?.name === dronePackage;
}

async function expectRoom(folder: string, files: ReadonlyMap<string, CardFile>): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  let needed = spareBytes;
  for (const file of files.values())
    needed += 'text' in file ? Buffer.byteLength(file.text) : (await stat(file.copyOf)).size;
  if (bavail * bsize < needed)
    throw new RefusedError(
      'no_room',
      `${folder} has ${mib(bavail * bsize)} MiB left, ${mib(needed)} are needed: is it the boot partition of a fresh card?`,
    );
}

function mib(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}

/** On the disk when it returns. */
async function writeOne(path: string, file: CardFile): Promise<void> {
  await rm(path, { force: true });
  if ('copyOf' in file) await copyFile(file.copyOf, path, constants.COPYFILE_FICLONE);
  const handle = await open(path, 'text' in file ? 'wx' : 'r+', 0o600);
  try {
    if ('text' in file) await handle.writeFile(file.text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
