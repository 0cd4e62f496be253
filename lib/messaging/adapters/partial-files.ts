/**
 * Files that come in pieces, on the disk: each grows beside its destination under a name made of its digest, and takes
 * the destination's place when it is whole. Knows paths that were checked already; no messages.
 */
import { Buffer } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../../config/adapters/folders.js';
import { errorCode, RefusedError } from '../../errors.js';
import type { FileOffer } from '../files/file-wire.js';
import { digestDiffers } from '../files/memory-file.js';

/** Unfinished files that are kept in one folder, and for how long. */
const maxPartials = 4;
const maxAgeMs = 7 * 24 * 3600 * 1000;

/** How much of a file is read at a time, bytes. */
const readBytes = 256 * 1024;

const { O_CREAT, O_RDWR, O_APPEND, O_NOFOLLOW, O_RDONLY } = constants;

/** What people are told of the system's errors. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full: make room'],
  ['EDQUOT', 'the disk is full: make room'],
  ['EROFS', 'the disk is read-only'],
  ['EACCES', 'the folder may not be written'],
  ['EPERM', 'the folder may not be written'],
  ['ENOENT', 'the folder is gone'],
  ['EIO', 'the disk is failing'],
]);

/** The unfinished files of one program; no destination is written twice at the same time. */
export class PartialFiles {
  /** Names of the unfinished files that are being written, by their destination. */
  readonly #busy = new Map<string, string>();

  /**
   * Begins a file at `path`, or goes on with what is there of the same digest; undefined when `path` holds this very
   * content. The folder must exist.
   * @throws RefusedError `busy`, or with the code of the system's error.
   */
  async open(path: string, offer: FileOffer): Promise<PartialFile | undefined> {
    if (this.#busy.has(path)) throw new RefusedError('busy', `${offer.filepath} is being received already`);
    const partialPath = partialPathOf(path, offer);
    this.#busy.set(path, partialPath);
    const release = () => void this.#busy.delete(path);
    try {
      if (await holds(path, offer)) {
        release();
        return undefined;
      }
      await prune(dirname(path), new Set(this.#busy.values()));
      return await PartialFile.open(path, { partialPath, offer, release });
    } catch (error) {
      release();
      throw named(error, offer);
    }
  }
}

type PartialOptions = {
  readonly partialPath: string;
  readonly offer: FileOffer;
  readonly release: () => void;
};

/** One unfinished file. Every method but `append` and `verify` ends it, and so does any failure. */
export class PartialFile {
  /** Bytes that were there when it was opened. */
  readonly offset: number;
  readonly #path: string;
  readonly #options: PartialOptions;
  readonly #file: FileHandle;
  readonly #hash: Hash;
  #bytes: number;
  #isOver = false;

  private constructor(
    path: string,
    options: PartialOptions,
    held: { file: FileHandle; hash: Hash; bytes: number },
  ) {
    this.#path = path;
    this.#options = options;
    this.#file = held.file;
    this.#hash = held.hash;
    this.#bytes = held.bytes;
    this.offset = held.bytes;
  }

  static async open(path: string, options: PartialOptions): Promise<PartialFile> {
    const { partialPath, offer } = options;
    const file = await open(partialPath, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
    try {
      const { size } = await file.stat();
      // What is too long is of something else; all the rest is proven by the digest at the end.
      if (size > offer.size) await file.truncate(0);
      const { hash, bytes } = await digestFile(file);
      return new PartialFile(path, options, { file, hash, bytes });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async append(pieces: readonly Uint8Array[]): Promise<void> {
    await this.#guard(async () => {
      for (const piece of pieces) this.#hash.update(piece);
      const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
      const { bytesWritten } = await this.#file.writev(pieces as Uint8Array[]);
      if (bytesWritten < bytes) await this.#file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
      this.#bytes += bytes;
    });
  }

  /** Size and digest are right, and the content has reached the disk. @throws RefusedError `digest_differs`. */
  async verify(): Promise<void> {
    await this.#guard(async () => {
      const { size, sha256, filepath } = this.#options.offer;
      if (this.#bytes !== size || this.#hash.digest('hex') !== sha256) throw digestDiffers(filepath);
      await this.#file.chmod(await modeOf(this.#path));
      await this.#file.sync();
    });
  }

  /** Takes the place of the destination, after `verify`. */
  async commit(): Promise<void> {
    await this.#guard(async () => {
      await rename(this.#options.partialPath, this.#path);
      await syncFolder(dirname(this.#path));
    });
    await this.#end();
  }

  /** Keeps what came. Never rejects. */
  async suspend(): Promise<void> {
    await this.#end();
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    const { offer, partialPath } = this.#options;
    try {
      await work();
    } catch (error) {
      await this.#end();
      // Of no use any more, and the room may be needed; where it can not be removed, nothing else can be done there.
      await rm(partialPath, { force: true }).catch(() => undefined);
      throw named(error, offer);
    }
  }

  async #end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#file.close().catch(() => undefined);
    this.#options.release();
  }
}

function partialPathOf(path: string, { sha256 }: FileOffer): string {
  return join(dirname(path), `.${basename(path)}.${sha256}.partial`);
}

async function holds(path: string, { size, sha256 }: FileOffer): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  try {
    const held = await file.stat();
    return held.isFile() && held.size === size && (await digestFile(file)).hash.digest('hex') === sha256;
  } finally {
    await file.close();
  }
}

async function digestFile(file: FileHandle): Promise<{ hash: Hash; bytes: number }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(readBytes);
  for (let bytes = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, readBytes, bytes);
    if (bytesRead === 0) return { hash, bytes };
    hash.update(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
  }
}

/** Removes unfinished files that are too old, and the oldest of too many; `kept` are in use. */
async function prune(folder: string, kept: ReadonlySet<string>): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('.') && name.endsWith('.partial'));
  const others = names.filter((name) => !kept.has(join(folder, name)));
  const aged = await Promise.all(
    others.map(async (name) => ({ name, modifiedMs: await modifiedMs(join(folder, name)) })),
  );
  aged.sort((a, b) => b.modifiedMs - a.modifiedMs);
  const old = aged.filter(
    ({ modifiedMs: atMs }, place) => place >= maxPartials - 1 || Date.now() - atMs > maxAgeMs,
  );
  for (const { name } of old) await rm(join(folder, name), { force: true });
}

/** 0 for a file that has just gone. */
async function modifiedMs(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0o644;
    throw error;
  }
}

/** The system's error in words, with its code. */
function named(error: unknown, { filepath }: FileOffer): unknown {
  const code = errorCode(error);
  const reason = reasons.get(code);
  if (reason === undefined) return error;
  return new RefusedError(code, `${filepath} can not be stored: ${reason} (${code})`, { cause: error });
}
