/**
 * Packages as `npm run package` makes them, each built once in a run, for tests that install them. Needs Node's package
 * of npm, from npm's cache or the registry. What is made goes with the run.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type MakeOptions, makeArchive, makePackage } from '../../packaging/adapters/make-package.js';
import { type Architecture, architectures } from '../../packaging/architectures.js';
import { sides } from '../../packaging/sides.js';
import { runFolder } from './run-folder.js';

export type SideName = 'starling-drone' | 'starling-server';

/** As Debian calls them. */
export type ArchitectureName = 'amd64' | 'arm64' | 'armhf';

const repository = resolve(import.meta.dirname, '../..');

/** A build takes some 15 s, and a minute where Node has to come over the network. */
export const buildMs = 180_000;

let folder: string | undefined;
const made = new Map<string, string>();

/** Path of the package, of version 0.0.1; by default for this machine. */
export function builtPackage(side: SideName, architecture: ArchitectureName = thisMachine()): string {
  return once(`${side} ${architecture}`, () => makePackage(makeOptions(side, architecture)).path);
}

/** Path of the archive for systems without Debian's packages, for this machine. */
export function builtArchive(): string {
  return once('archive', () => makeArchive(makeOptions('starling-server', thisMachine())).path);
}

export type Repackaging = {
  readonly version: string;
  /** May change the files, which lie below the folder as they are installed; those of the control part are in `DEBIAN`. */
  readonly edit?: (folder: string) => void;
};

/** Path of the same package with another version: it is packed without compression, in a second. */
export function repackaged(path: string, { version, edit = () => undefined }: Repackaging): string {
  const own = mkdtempSync(join(packagesFolder(), 'repackaged-'));
  const tree = join(own, 'tree');
  execFileSync('dpkg-deb', ['--raw-extract', path, tree]);
  const control = join(tree, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`));
  edit(tree);
  const target = join(own, basename(path).replace(/_[^_]+_/, `_${version}_`));
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Znone', tree, target]);
  rmSync(tree, { recursive: true });
  return target;
}

function thisMachine(): ArchitectureName {
  return found(architectures, ({ cpu }) => cpu === process.arch).debian as ArchitectureName;
}

function makeOptions(sideName: SideName, architectureName: ArchitectureName): MakeOptions {
  const out = packagesFolder();
  const side = found(sides, ({ name }) => name === sideName);
  const architecture: Architecture = found(architectures, ({ debian }) => debian === architectureName);
  const scratch = mkdtempSync(join(out, 'scratch-'));
  const facts = { repository, side, architecture, version: '0.0.1', dateS: 1_700_000_000 };
  return { ...facts, out, scratch, fetched: join(out, 'fetched') };
}

function once(key: string, make: () => string): string {
  const path = made.get(key) ?? make();
  made.set(key, path);
  return path;
}

function packagesFolder(): string {
  folder ??= mkdtempSync(join(runFolder(), 'packages-'));
  return folder;
}

function found<One>(all: readonly One[], isIt: (one: One) => boolean): One {
  const one = all.find(isIt);
  if (one === undefined) throw new Error('nothing is built for it');
  return one;
}
