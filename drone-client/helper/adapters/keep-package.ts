/** Makes the installed package anew from its files, so that it can be installed again. Knows dpkg's folders. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode, RefusedError, StarlingError } from '../../../lib/errors.js';
import { type HelperPaths, ownPackage } from '../helper-paths.js';
import type { HelperPrograms } from '../ports.js';
import { type Conffile, listedPaths, paperworkOf } from '../repack.js';
import { readWary, syncPath } from './wary-files.js';

const folderMode = 0o755;
const fileMode = 0o644;
const maxConffileBytes = 1024 * 1024;

/** A Pi packs 130 MiB in a quarter of a minute. */
const packMs = 10 * 60_000;

/** @throws StarlingError when not all of it is in the package that was made. */
export async function keepPackage(paths: HelperPaths, programs: HelperPrograms): Promise<void> {
  const { previousTree: tree, previousPackage: target, dpkg } = paths;
  rmSync(tree, { recursive: true, force: true });
  const status = await expect(programs, 'dpkg-query', [`--admindir=${dpkg}`, '--status', ownPackage]);
  const { control, conffiles } = paperworkOf(status);
  const listed = readFileSync(join(dpkg, 'info', `${ownPackage}.list`), 'utf8').split('\n');
  const all = listed.filter((path) => path.startsWith('/') && path !== '/.');
  const files = new FilesOfPackage(paths, conffiles);
  const kept = all.filter((path) => files.lay(path));
  layPaperwork(
    paths,
    control,
    conffiles.map(({ path }) => path).filter((path) => kept.includes(path)),
  );
  const packing = ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, target];
  await expect(programs, 'dpkg-deb', packing);
  const packed = listedPaths(await expect(programs, 'dpkg-deb', ['--contents', target]));
  const missing = kept.filter((path) => !packed.has(path));
  if (missing.length > 0)
    throw new StarlingError(
      'repack',
      `${missing[0]} is missing in the package that was made for the way back`,
    );
  syncPath(target);
  syncPath(dirname(target));
  rmSync(tree, { recursive: true, force: true });
}

class FilesOfPackage {
  readonly #paths: HelperPaths;
  readonly #conffiles: ReadonlyMap<string, Conffile>;

  constructor(paths: HelperPaths, conffiles: readonly Conffile[]) {
    this.#paths = paths;
    this.#conffiles = new Map(conffiles.map((one) => [one.path, one]));
  }

  /** False for what is not there: documentation that this system does not want, or what somebody deleted. */
  lay(path: string): boolean {
    const target = join(this.#paths.previousTree, path);
    mkdirSync(dirname(target), { recursive: true, mode: folderMode });
    const conffile = this.#conffiles.get(path);
    if (conffile) return this.#layConffile(conffile, target);
    const installed = join(this.#paths.root, path);
    const stats = lstatSync(installed, { throwIfNoEntry: false });
    if (!stats) return false;
    if (stats.isDirectory()) mkdirSync(target, { recursive: true, mode: folderMode });
    else if (stats.isSymbolicLink()) symlinkSync(readlinkSync(installed), target);
    else linkOrCopy(installed, target);
    return true;
  }

  /** As its package brought it, if that is to be had: else dpkg would take what somebody set for the default. */
  #layConffile({ path, shippedMd5 }: Conffile, target: string): boolean {
    const bytes = [join(this.#paths.program, 'shipped'), this.#paths.root]
      .map((folder) => readConffile(folder, path))
      .filter((one) => one !== undefined);
    const isShipped = (one: Buffer) => createHash('md5').update(one).digest('hex') === shippedMd5;
    const chosen = bytes.find(isShipped) ?? bytes.at(-1);
    if (!chosen) return false;
    writeFileSync(target, chosen, { mode: fileMode });
    return true;
  }
}

/** It may lie in a folder of the client's. */
function readConffile(folder: string, path: string): Buffer | undefined {
  try {
    return readWary({ folder, path: path.slice(1) }, maxConffileBytes);
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}

function layPaperwork(
  { previousTree, dpkg }: HelperPaths,
  control: string,
  conffiles: readonly string[],
): void {
  const folder = join(previousTree, 'DEBIAN');
  mkdirSync(folder, { recursive: true, mode: folderMode });
  writeFileSync(join(folder, 'control'), control, { mode: fileMode });
  if (conffiles.length > 0)
    writeFileSync(join(folder, 'conffiles'), `${conffiles.join('\n')}\n`, { mode: fileMode });
  const own = `${ownPackage}.`;
  const remade = ['list', 'conffiles'];
  for (const file of readdirSync(join(dpkg, 'info'))) {
    const name = file.slice(own.length);
    if (file.startsWith(own) && !remade.includes(name))
      copyFileSync(join(dpkg, 'info', file), join(folder, name));
  }
  for (const script of ['preinst', 'postinst', 'prerm', 'postrm', 'config'])
    if (existsSync(join(folder, script))) chmodSync(join(folder, script), folderMode);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV' && errorCode(error) !== 'EPERM') throw error;
    copyFileSync(from, to);
    chmodSync(to, lstatSync(from).mode);
  }
}

async function expect(programs: HelperPrograms, program: string, args: readonly string[]): Promise<string> {
  const { exitCode, output, errors } = await programs.run({ program, args, limitMs: packMs });
  if (exitCode === 0) return output;
  throw new StarlingError('repack', `${program} ${args.join(' ')}: ${errors.trim() || 'it took too long'}`);
}
