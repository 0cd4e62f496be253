/** Takes away what a dpkg that was cut short left behind. Touches the package's own folders alone, which are root's. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type HelperPaths, ownPackage } from '../helper-paths.js';

/** What dpkg appends to names while it works. */
const unfinished = ['.dpkg-new', '.dpkg-tmp'];

/** Gives how many files it took away: those in the program's folder that the installed package does not have. */
export function sweepPackage({ dpkg, root, program, config }: HelperPaths): number {
  const listed = readFileSync(join(dpkg, 'info', `${ownPackage}.list`), 'utf8').split('\n');
  const owned = new Set(listed.map((path) => join(root, path)));
  // A list without the program is none to go by.
  if (!owned.has(program)) return 0;
  const strangers = readdirSync(program, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !owned.has(path));
  // The folder of the configuration is the client's, and was put back whole.
  const outside = [...owned].filter((path) => relative(config, path).startsWith('..'));
  for (const path of strangers) rmSync(path);
  for (const path of outside) for (const end of unfinished) rmSync(`${path}${end}`, { force: true });
  return strangers.length;
}
