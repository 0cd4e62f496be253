/** Which installed packages a program needs at run time, by the lock file. Knows no disk and no registry. */
import { StarlingError } from '../lib/errors.js';
import type { PinnedPackage } from './architectures.js';

/** What is used of a `package-lock.json`, version 3. */
export type LockFile = { readonly packages: { readonly [place: string]: LockedPackage } };

type Names = { readonly [name: string]: string };

type LockedPackage = {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
};

export type NeededPackage = PinnedPackage & {
  /** Its folder from the root of the tree, e.g. `node_modules/a/node_modules/b`. */
  readonly place: string;
};

/** Dependencies that packages name but load only when they are built or generated: by the package that names them. */
export const buildOnly: { readonly [name: string]: readonly string[] } = {
  'mavlink-mappings': ['ts-node'],
  'mavlink-mappings-gen': ['ts-node', 'typescript'],
  '@serialport/bindings-cpp': ['node-addon-api'],
};

/**
 * The packages and all that they need on Linux on this processor, sorted by place.
 * @throws StarlingError `bad_lock` for a package that the lock file does not have.
 */
export function neededPackages(lock: LockFile, names: readonly string[], cpu: string): NeededPackage[] {
  const places = new Set(names.map((name) => placeOf(lock, name, '')));
  for (const place of places) {
    const { dependencies = {}, optionalDependencies = {} } = lock.packages[place] ?? {};
    const skipped = buildOnly[nameOf(place)] ?? [];
    const optional = Object.keys(optionalDependencies);
    for (const name of Object.keys(dependencies))
      if (!skipped.includes(name) && !optional.includes(name)) places.add(placeOf(lock, name, place));
    for (const name of optional) {
      const found = findPlace(lock, name, place);
      if (found !== undefined && runsOn(lock.packages[found], cpu)) places.add(found);
    }
  }
  return [...places].sort().map((place) => describe(lock, place));
}

function describe(lock: LockFile, place: string): NeededPackage {
  const { version, integrity } = lock.packages[place] ?? {};
  if (version === undefined || integrity === undefined)
    throw new StarlingError('bad_lock', `package-lock.json pins no version and integrity of ${place}`);
  return { place, name: nameOf(place), version, integrity };
}

function runsOn(locked: LockedPackage | undefined, cpu: string): boolean {
  return (locked?.os?.includes('linux') ?? true) && (locked?.cpu?.includes(cpu) ?? true);
}

function placeOf(lock: LockFile, name: string, from: string): string {
  const place = findPlace(lock, name, from);
  if (place === undefined)
    throw new StarlingError('bad_lock', `package-lock.json has no ${name}, which ${from || 'dist'} imports`);
  return place;
}

/** Looks where Node looks: in the package's own folder, then in those above it. */
function findPlace(lock: LockFile, name: string, from: string): string | undefined {
  const place = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (lock.packages[place]) return place;
  if (from === '') return undefined;
  return findPlace(lock, name, from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1)));
}

function nameOf(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
