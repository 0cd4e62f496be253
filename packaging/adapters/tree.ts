/** A folder in which the files of a package are laid out, all with one date. Knows no package format. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

const fileMode = 0o644;
const programMode = 0o755;
const bytesPerKib = 1024;

type FileOptions = { readonly isProgram?: boolean };

export class Tree {
  /** Path of the folder; it is there. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
    mkdirSync(root, { recursive: true });
  }

  write(path: string, content: string | Uint8Array, { isProgram = false }: FileOptions = {}): void {
    const target = this.#prepare(path);
    writeFileSync(target, content);
    chmodSync(target, isProgram ? programMode : fileMode);
  }

  copy(from: string, path: string, { isProgram = false }: FileOptions = {}): void {
    const target = this.#prepare(path);
    copyFileSync(from, target);
    chmodSync(target, isProgram ? programMode : fileMode);
  }

  makeFolder(path: string): void {
    mkdirSync(join(this.root, path), { recursive: true });
  }

  /** Paths of the files, sorted. */
  files(): string[] {
    return filesBelow(this.root);
  }

  /** What all files, or the one at a path, take: each rounded up to a KiB, and a KiB for everything else. */
  sizeKib(only?: string): number {
    return readdirSync(this.root, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => only === undefined || relative(this.root, path) === only)
      .map((path) => lstatSync(path))
      .reduce((sum, status) => sum + (status.isFile() ? Math.ceil(status.size / bytesPerKib) : 1), 0);
  }

  /** As `md5sum` prints it, of all files. */
  md5sums(): string {
    const sum = (path: string) =>
      createHash('md5')
        .update(readFileSync(join(this.root, path)))
        .digest('hex');
    return this.files()
      .filter((path) => !path.startsWith('etc/'))
      .map((path) => `${sum(path)}  ${path}\n`)
      .join('');
  }

  /** Gives everything the same date, s since 1970, and folders their mode: call it last. */
  date(dateS: number): void {
    for (const entry of readdirSync(this.root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isDirectory()) chmodSync(path, programMode);
      utimesSync(path, dateS, dateS);
    }
    chmodSync(this.root, programMode);
    utimesSync(this.root, dateS, dateS);
  }

  #prepare(path: string): string {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    return target;
  }
}

/** Paths of the files below a folder, from it, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
