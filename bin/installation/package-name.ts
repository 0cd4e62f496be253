/** Which package is for which drone, by the names of files. Pure; opens none. */
import { basename } from 'node:path';
import { UsageError } from '../../lib/errors.js';

export type PackageFile = {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** Debian's name of it. */
  readonly architecture: string;
};

export const dronePackage = 'starling-drone';

/** Undefined for a file that is not called like a Debian package. Source: Debian Policy, 5.6. */
export function packageFile(path: string): PackageFile | undefined {
  const [, name, version, architecture] =
    /^([a-z0-9][a-z0-9+.-]+)_([0-9][A-Za-z0-9.+~-]*)_([a-z0-9]+)\.deb$/.exec(basename(path)) ?? [];
  if (name === undefined || version === undefined || architecture === undefined) return undefined;
  return { path, name, version, architecture };
}

/** The one for that architecture among the files of a folder, or the one that was named. @throws UsageError */
export function choosePackage(paths: readonly string[], architecture: string, where: string): PackageFile {
  const drones = paths.map(packageFile).filter((file) => file?.name === dronePackage);
  const fitting = drones.filter((file) => file?.architecture === architecture);
  const [first, second] = fitting;
  if (first && !second) return first;
  if (second)
    throw new UsageError(
      `${where} has several packages for ${architecture} (${fitting.map((file) => file?.version).join(', ')}): name one with --package FILE.deb`,
    );
  const others = [...new Set(drones.map((file) => file?.architecture))].join(', ');
  throw new UsageError(
    `${where} has no ${dronePackage}_VERSION_${architecture}.deb${others === '' ? '' : `, only for ${others}`}: npm run package -- --arch ${architecture} makes it`,
  );
}
