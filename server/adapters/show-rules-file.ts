/** The rules that lie beside a show: `rules.ini` in its folder, or `NAME.rules.ini` beside its file. Knows files alone. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { ConfigError, errorCode, errorText } from '../../lib/errors.js';
import type { ShowRules } from '../oversight/settings.js';

/** Undefined: the show brings none. @throws ConfigError for a file that is there and can not be read. */
export async function readShowRules(showPath: string): Promise<ShowRules | undefined> {
  const path = await rulesPath(showPath);
  try {
    return { text: await readFile(path, 'utf8'), fileName: path };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new ConfigError(`${path}: the rules of the show can not be read: ${errorText(error)}`);
  }
}

async function rulesPath(showPath: string): Promise<string> {
  const isFolder = await stat(showPath).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return join(showPath, 'rules.ini');
  return join(dirname(showPath), `${basename(showPath, extname(showPath))}.rules.ini`);
}
