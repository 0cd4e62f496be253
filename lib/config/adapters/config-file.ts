/** Loads a configuration from the disk and saves it. Knows files, not what the options mean. */
import { readFile } from 'node:fs/promises';
import { ConfigError, errorCode, errorText } from '../../errors.js';
import { type Config, loadConfig } from '../config.js';
import { defaultIni } from '../default-ini.js';
import type { SectionSpec } from '../spec.js';
import { writeFileAtomic } from './atomic-file.js';

/**
 * Reads the file at `path`. With `create` a missing one is written first, with every default and `heading` lines.
 * @throws ConfigError when it is missing, can not be read or written, or is wrong.
 */
export async function loadConfigFile(
  path: string,
  spec: SectionSpec,
  options: { readonly create?: boolean; readonly heading?: readonly string[] } = {},
): Promise<Config> {
  const text = await readIfThere(path);
  if (text !== undefined) return loadConfig(text, path, spec);
  if (!options.create) throw new ConfigError(`${path}: there is no such file`);
  const config = loadConfig(defaultIni(spec, options.heading), path, spec);
  await saveConfigFile(path, config);
  return config;
}

/** Writes the configuration's text. @throws ConfigError when it can not be written; the old file is then as it was. */
export async function saveConfigFile(path: string, config: Config): Promise<void> {
  try {
    await writeFileAtomic(path, config.toIni());
  } catch (error) {
    throw new ConfigError(`${path}: can not be written: ${errorText(error)}`, { cause: error });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new ConfigError(`${path}: can not be read: ${errorText(error)}`, { cause: error });
  }
}
