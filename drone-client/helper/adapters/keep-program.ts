/** Copies this program's own modules, so that an update which was cut short can be mended by what was whole. */
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCode } from '../../../lib/errors.js';
import { syncPath } from './wary-files.js';

/** The root of the installed program, above `dist`. */
const program = fileURLToPath(new URL('../../../..', import.meta.url));

/** Static imports are all that it has. */
const imports = /(?:from|import)\s+['"](\.[^'"]+)['"]/g;

const mode = 0o700;

/** `entry`: path of its first module. `target` is there, whole, or not at all. */
export function keepProgram(entry: string, target: string): void {
  const beside = `${target}.new`;
  for (const old of [beside, target]) rmSync(old, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true, mode });
  const copy = (path: string) => {
    const to = join(beside, relative(program, path));
    mkdirSync(dirname(to), { recursive: true, mode });
    copyFileSync(path, to);
    syncPath(to);
  };
  for (const path of modulesFrom(entry)) copy(path);
  copy(join(program, 'package.json'));
  linkNode(join(program, 'node'), join(beside, 'node'));
  renameSync(beside, target);
  syncPath(dirname(target));
}

function modulesFrom(entry: string): Set<string> {
  const modules = new Set([entry]);
  for (const path of modules)
    for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(imports))
      modules.add(join(dirname(path), specifier));
  return modules;
}

/** Its file stays when dpkg puts another in its place; where no link can be made, the one in place has to do. */
function linkNode(node: string, to: string): void {
  if (!existsSync(node)) return;
  try {
    linkSync(node, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV' && errorCode(error) !== 'EPERM') throw error;
  }
}
