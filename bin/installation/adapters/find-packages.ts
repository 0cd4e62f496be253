/** Looks for packages where the operator says, or where `npm run package` puts them. Knows files; opens none. */
import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../../lib/errors.js';
import { choosePackage, dronePackage, type PackageFile, packageFile } from '../package-name.js';

const usualFolder = 'dist-packages';

/** Chooses for an architecture, from `--package` as it was given. @throws UsageError when there is nothing there. */
export function packageFinder(given: string | undefined): (architecture: string) => PackageFile {
  const where = given ?? usualFolder;
  if (statOf(where, given === undefined).isDirectory()) {
    const paths = readdirSync(where).map((name) => join(where, name));
    return (architecture) => choosePackage(paths, architecture, where);
  }
  const file = packageFile(where);
  if (file?.name !== dronePackage)
    throw new UsageError(`--package ${where}: its name is not ${dronePackage}_VERSION_ARCHITECTURE.deb`);
  return (architecture) => {
    if (file.architecture === architecture) return file;
    throw new UsageError(`${where} is for ${file.architecture}, but ${architecture} is needed`);
  };
}

/** Packages that others need, of any name. @throws UsageError naming the one that is missing. */
export function expectPackages(paths: readonly string[]): readonly string[] {
  for (const path of paths)
    if (!path.endsWith('.deb') || !statOf(path, false).isFile())
      throw new UsageError(`--with ${path}: is no package (.deb)`);
  return paths;
}

function statOf(path: string, isDefault: boolean): Stats {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found) return found;
  throw new UsageError(
    isDefault
      ? `there is no ${path} here: name the package with --package FILE.deb or FOLDER ("npm run package" makes them)`
      : `${path} is not there`,
  );
}
