/** The version of this Starling, from its package. */
import { existsSync, readFileSync } from 'node:fs';

/** Compiled, this file lies one folder deeper than in the source. */
const packageUrl = ['../package.json', '../../package.json']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));

if (!packageUrl) throw new Error('the package.json of starling is missing beside its code');

export const version: string = (JSON.parse(readFileSync(packageUrl, 'utf8')) as { version: string }).version;
