/**
 * Files of a system, the running one or one in a folder: read, replaced whole, taken away. Follows no symbolic link to a
 * file, and leaves no folder that it was given. Knows no content.
 */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode, errorText, RefusedError, StarlingError, UsageError } from '../../../lib/errors.js';
import type { FileState, Owner, WantedState } from '../file-state.js';

const rootOwner: Owner = { uid: 0, gid: 0 };

/** Configuration is far smaller; what is larger is something else. */
const maxFileBytes = 1024 * 1024;

/** Beside every file that is being written; one that was left by a crash is taken away by the next write. */
const temporaryEnd = '.starling-setup';

export class RootFolder {
  readonly #root: string;

  /** @throws UsageError. */
  constructor(root: string) {
    if (!existsSync(root)) throw new UsageError(`--root ${root}: there is no such folder`);
    this.#root = realpathSync(root);
  }

  has(path: string): boolean {
    return existsSync(join(this.#root, path));
  }

  /** Undefined where there is none. For files that anybody may read and nobody edits here. */
  readText(path: string): string | undefined {
    try {
      return readFileSync(join(this.#root, path), 'utf8');
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error))) return undefined;
      throw error;
    }
  }

  /** Names in a folder; none where there is no such folder. */
  names(path: string): string[] {
    try {
      return readdirSync(join(this.#root, path)).sort();
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error))) return [];
      throw error;
    }
  }

  state(path: string): FileState {
    try {
      const place = this.#place(path);
      if (lstatSync(place).isSymbolicLink()) return { kind: 'link', target: readlinkSync(place) };
      return readWhole(place);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
      if (code === 'EACCES')
        return { kind: 'other', why: 'can not be read by this user: put sudo before it' };
      throw error;
    }
  }

  /** Whole or not at all, and on the disk when it returns. @throws RefusedError when the disk does not take it. */
  put(path: string, wanted: WantedState): void {
    const place = this.#place(path);
    const folder = dirname(place);
    if (wanted.kind === 'absent') {
      rmSync(place, { force: true });
      if (existsSync(folder)) syncFolder(folder);
      return;
    }
    const temporary = join(folder, `.${basename(place)}${temporaryEnd}`);
    rmSync(temporary, { force: true });
    try {
      if (wanted.kind === 'link') symlinkSync(wanted.target, temporary);
      else writeNew(temporary, wanted, this.state(path));
      renameSync(temporary, place);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw notWritten(path, error);
    }
    syncFolder(folder);
  }

  /** What a crash left beside the file. */
  clean(path: string): void {
    const place = this.#place(path);
    rmSync(join(dirname(place), `.${basename(place)}${temporaryEnd}`), { force: true });
  }

  /** Folders above the file that are not there, outermost first. */
  missingFolders(path: string): string[] {
    const folder = dirname(path);
    if (folder === '/' || this.has(folder)) return [];
    return [...this.missingFolders(folder), folder];
  }

  makeFolder(path: string, mode: number): void {
    const place = this.#place(path);
    try {
      if (!existsSync(place)) mkdirSync(place, { mode });
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw notWritten(path, error);
    }
    syncFolder(dirname(place));
  }

  /** One that has something in it stays. */
  removeFolder(path: string): void {
    try {
      rmdirSync(this.#place(path));
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) throw error;
    }
  }

  /** Where a path of the system is here. @throws RefusedError for one whose folder is a link out of the root. */
  #place(path: string): string {
    const wanted = join(this.#root, path);
    const folder = dirname(wanted);
    if (!existsSync(folder)) return wanted;
    const real = realpathSync(folder);
    if (real !== this.#root && this.#root !== '/' && !real.startsWith(`${this.#root}/`))
      throw new RefusedError(
        'wrong_file',
        `${path}: its folder is a link that leads out of ${this.#root}: mend that first`,
      );
    return join(real, basename(wanted));
  }
}

/** What the disk said, and what to do. */
export function notWritten(path: string, error: unknown): Error {
  if (error instanceof StarlingError) return error;
  const mend = errorCode(error) === 'ENOSPC' ? 'make room (df -h shows where)' : 'mend that';
  return new RefusedError(
    'not_written',
    `${path} can not be written: ${errorText(error)}; it is as it was: ${mend}, then run this again`,
  );
}

/** What is looked at is what is read, whoever may write in the folder: nothing is opened through a link. */
function readWhole(place: string): FileState {
  const file = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    const { mode, uid, gid, size } = status;
    if (!status.isFile())
      return { kind: 'other', why: 'is no file: put a plain one there, then run this again' };
    if (size > maxFileBytes)
      return { kind: 'other', why: `has ${size} bytes, too many for what it should be: mend it first` };
    return { kind: 'file', bytes: readFileSync(file), mode: mode & 0o7777, owner: { uid, gid } };
  } finally {
    closeSync(file);
  }
}

function writeNew(temporary: string, wanted: WantedState & { kind: 'file' }, present: FileState): void {
  const before = present.kind === 'file' ? present : undefined;
  const mode = wanted.mode ?? before?.mode ?? 0o644;
  const owner = wanted.owner ?? before?.owner ?? rootOwner;
  const file = openSync(temporary, 'wx', mode & 0o600);
  try {
    setOwnerAndMode(file, owner, mode);
    writeFileSync(file, wanted.bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** FAT, which a Pi boots from, has neither: all its files have what it is mounted with. */
function setOwnerAndMode(file: number, owner: Owner, mode: number): void {
  try {
    const { uid, gid } = fstatSync(file);
    if (uid !== owner.uid || gid !== owner.gid) fchownSync(file, owner.uid, owner.gid);
    fchmodSync(file, mode);
  } catch (error) {
    const code = errorCode(error);
    const { uid, gid, mode: present } = fstatSync(file);
    const isKept = uid === owner.uid && gid === owner.gid && (present & 0o777) === mode;
    const isSecret = (mode & 0o077) === 0 && (present & 0o077) !== 0;
    if (!isKept && (isSecret || !['EPERM', 'EINVAL', 'ENOTSUP'].includes(code)))
      throw new RefusedError('no_owner', `owner and mode can not be set: ${errorText(error)}`);
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
