/**
 * Reads files that lie in folders of an untrusted user: no link is followed, on nothing but plain files is waited, and no
 * more is read than is asked for. Knows no job.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode, RefusedError } from '../../../lib/errors.js';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

const chunkBytes = 1024 * 1024;

/** A file in a folder whose own place is root's alone; `path`, below it, may go through folders of the other's. */
export type WaryPlace = { readonly folder: string; readonly path: string };

/**
 * Opens it for `use`, and closes it. Each folder on the way is opened in the one before, so that none is exchanged for a link.
 * @throws RefusedError `no_file` for what is not there, a link, or no plain file.
 */
export function withWaryFile<T>({ folder, path }: WaryPlace, use: (file: number, stats: Stats) => T): T {
  const parts = path.split('/');
  const last = parts.pop() ?? '';
  const opened: number[] = [];
  const open = (name: string, flags: number) => {
    const at = opened.at(-1);
    const where = at === undefined ? name : `/proc/self/fd/${at}/${name}`;
    const file = openOrRefuse(where, flags, join(folder, path));
    opened.push(file);
    return file;
  };
  try {
    open(folder, O_DIRECTORY);
    for (const part of parts) open(part, O_DIRECTORY);
    const file = open(last, O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new RefusedError('no_file', `${join(folder, path)} is no plain file`);
    return use(file, stats);
  } finally {
    for (const file of opened) closeSync(file);
  }
}

function openOrRefuse(where: string, flags: number, told: string): number {
  try {
    return openSync(where, O_RDONLY | O_NOFOLLOW | flags);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') throw new RefusedError('no_file', `${told} is not there: send the update again`);
    if (code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENXIO')
      throw new RefusedError('no_file', `${told}: a link, or no plain file, is on the way there`);
    throw error;
  }
}

/** @throws RefusedError `no_file`, `too_large`. */
export function readWary(place: WaryPlace, maxBytes: number): Buffer {
  return withWaryFile(place, (file) => {
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length < bytes.length; length += got)
      got = readSync(file, bytes, length, bytes.length - length, length);
    if (length > maxBytes)
      throw new RefusedError(
        'too_large',
        `${join(place.folder, place.path)} is larger than ${maxBytes} bytes`,
      );
    return bytes.subarray(0, length);
  });
}

/** Copies so many bytes of an open file to a new one, for root alone and on the disk; `onChunk` sees them all. */
export function copyOpenFile(
  file: number,
  { target, bytes, onChunk }: { target: string; bytes: number; onChunk: (chunk: Buffer) => void },
): void {
  const copy = openSync(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    const buffer = Buffer.alloc(chunkBytes);
    for (let at = 0; at < bytes; ) {
      const got = readSync(file, buffer, 0, Math.min(chunkBytes, bytes - at), at);
      if (got === 0)
        throw new RefusedError('no_file', 'the package was cut while it was read: send it again');
      const chunk = buffer.subarray(0, got);
      onChunk(chunk);
      for (let written = 0; written < got; ) written += writeSync(copy, chunk, written);
      at += got;
    }
    fsyncSync(copy);
  } finally {
    closeSync(copy);
  }
}

/** Writes a file in a folder that is root's alone: after a power cut the old or the new one is there, whole. */
export function writeDurably(path: string, text: string, mode: number): void {
  const beside = join(dirname(path), `.${basename(path)}.new`);
  rmSync(beside, { force: true });
  const file = openSync(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  syncPath(dirname(path));
}

/** What was done in a folder, or to a file, is on the disk after this. */
export function syncPath(path: string): void {
  const file = openSync(path, O_RDONLY);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function makeFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true, mode });
}
