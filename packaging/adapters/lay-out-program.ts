/** Lays out one side's program, with what it needs at run time and nothing else. Knows files; no package format. */
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StarlingError } from '../../lib/errors.js';
import type { Architecture } from '../architectures.js';
import type { ForeignPart } from '../control.js';
import { type LockFile, type NeededPackage, neededPackages } from '../package-closure.js';
import { isRuntimeFile } from '../pruning.js';
import { type Side, traceSide } from '../sides.js';
import { fetchPackage } from './fetch-package.js';
import { filesBelow, type Tree } from './tree.js';

export type ProgramOptions = {
  /** The repository, compiled and installed. */
  readonly repository: string;
  readonly side: Side;
  readonly architecture: Architecture;
  readonly version: string;
  readonly tree: Tree;
  /** The program's folder in the tree. */
  readonly folder: string;
  /** Where packages that are fetched stay for the others that need them. */
  readonly fetched: string;
};

/** What is used of a package's own description. */
type PackageJson = {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name?: string };
};

/** Gives what of it is the work of others. @throws StarlingError for what is missing, or made for another processor. */
export function layOutProgram(options: ProgramOptions): ForeignPart[] {
  const { repository, side, tree, folder, architecture } = options;
  const graph = traceSide(side, (path) => readFileSync(join(repository, path), 'utf8'));
  for (const file of graph.files) tree.copy(join(repository, file), `${folder}/${file}`);
  const { name, license } = readJson<PackageJson>(join(repository, 'package.json'));
  // What the program says of itself is what its package is called: an update is judged by that.
  const own = { name, version: options.version, license, type: 'module' };
  tree.write(`${folder}/package.json`, `${JSON.stringify(own, null, 2)}\n`);
  const lock = readJson<LockFile>(join(repository, 'package-lock.json'));
  const needed = neededPackages(lock, graph.packages, architecture.cpu);
  return [...needed.map((one) => layOutPackage(options, one)), ...layOutNode(options)];
}

function layOutPackage(options: ProgramOptions, needed: NeededPackage): ForeignPart {
  const { repository, tree, folder, architecture, fetched } = options;
  const installed = join(repository, needed.place);
  // What is native to another processor than this one is not installed.
  const source = existsSync(join(installed, 'package.json')) ? installed : fetchPackage(needed, fetched);
  const found = readJson<PackageJson>(join(source, 'package.json'));
  if (found.version !== needed.version)
    throw new StarlingError(
      'bad_install',
      `${source} is version ${found.version}, but package-lock.json says ${needed.version}: run npm ci`,
    );
  const paths = filesBelow(source).filter(
    (path) =>
      !path.startsWith('node_modules/') && isRuntimeFile({ name: needed.name, path }, architecture.cpu),
  );
  for (const path of paths) {
    if (path.endsWith('.node')) expectMachine(join(source, path), architecture);
    tree.copy(join(source, path), `${folder}/${needed.place}/${path}`);
  }
  return {
    files: `${folder}/${needed.place}/*`,
    licence: found.license ?? 'unknown',
    holders: holdersOf(source, paths, found),
  };
}

/** Node, as its makers publish it. */
function layOutNode({ tree, folder, architecture, fetched }: ProgramOptions): ForeignPart[] {
  if (!architecture.node) return [];
  const source = fetchPackage(architecture.node, fetched);
  const binary = join(source, 'bin/node');
  expectMachine(binary, architecture);
  tree.copy(binary, `${folder}/node`, { isProgram: true });
  tree.copy(join(source, 'LICENSE'), `${folder}/LICENSE.node`);
  return [{ files: `${folder}/node`, licence: 'MIT', holders: ['Node.js contributors'] }];
}

const copyrightLine = /^[\s*#/]*(?:copyright|\(c\))\s.*\d{4}.*$/gim;

function holdersOf(source: string, paths: readonly string[], { author, name }: PackageJson): string[] {
  const licence = paths.find((path) => /^(?:licen[cs]e|copying)/i.test(path));
  const text = licence === undefined ? '' : readFileSync(join(source, licence), 'utf8');
  const found = [...new Set((text.match(copyrightLine) ?? []).map((line) => line.trim()))];
  if (found.length > 0) return found;
  return [(typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`];
}

const headerBytes = 20;
const machineOffset = 18;
const elfMagic = 0x7f454c46;

function expectMachine(path: string, { elfMachine, debian }: Architecture): void {
  const header = Buffer.alloc(headerBytes);
  const file = openSync(path, 'r');
  readSync(file, header, 0, headerBytes, 0);
  closeSync(file);
  if (header.readUInt32BE(0) !== elfMagic || header.readUInt16LE(machineOffset) !== elfMachine)
    throw new StarlingError('bad_package', `${path} is not for ${debian}`);
}

function readJson<Value>(path: string): Value {
  return JSON.parse(readFileSync(path, 'utf8')) as Value;
}
