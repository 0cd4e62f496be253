/** Brings a pinned package from npm's cache or registry, and lets nothing through that is not the one pinned. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StarlingError } from '../../lib/errors.js';
import type { PinnedPackage } from '../architectures.js';
import { run } from './run.js';

/** Unpacks it in `folder`, unless it lies there already, and gives its own folder. @throws StarlingError `bad_package` for other bytes. */
export function fetchPackage({ name, version, integrity }: PinnedPackage, folder: string): string {
  const own = join(folder, name.replaceAll('/', '+'));
  const unpacked = join(own, 'package');
  if (existsSync(unpacked)) return unpacked;
  mkdirSync(own, { recursive: true });
  run('npm', ['pack', '--silent', '--prefer-offline', '--pack-destination', own, `${name}@${version}`]);
  const [file] = readdirSync(own);
  if (file === undefined)
    throw new StarlingError('bad_package', `npm pack made no file of ${name}@${version}`);
  const hash = `sha512-${createHash('sha512')
    .update(readFileSync(join(own, file)))
    .digest('base64')}`;
  if (hash !== integrity)
    throw new StarlingError(
      'bad_package',
      `${name}@${version} is ${hash}, but ${integrity} is pinned: do not use it`,
    );
  run('tar', ['-xzf', file], { cwd: own });
  return unpacked;
}
