/** Keeps the table's presets in the server's configuration file. Knows no screen. */
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../../lib/config/adapters/atomic-file.js';
import type { Config } from '../../lib/config/index.js';
import { ConfigError, errorText } from '../../lib/errors.js';
import { type PresetStore, readPresets, type TablePresets, withPresets } from '../table-presets.js';

/** Without a file they last as long as the server does. */
export function openPresets(config: Config, path: string | undefined): PresetStore {
  return {
    initial: readPresets(config),
    async save(presets) {
      if (path === undefined) return 'kept until the server ends: it was started without --config';
      await write(path, presets);
      return `saved in ${path}`;
    },
  };
}

/** The file is read anew: somebody may have changed it since the server began. */
async function write(path: string, presets: TablePresets): Promise<void> {
  try {
    const text = await readFile(path, 'utf8');
    await writeFileAtomic(path, withPresets(text, path, presets));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${path}: can not be written: ${errorText(error)}`, { cause: error });
  }
}
