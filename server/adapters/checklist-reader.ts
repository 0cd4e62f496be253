/** Reads the checklist that the configuration names. Knows a file; what is in it, others know. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../../lib/config/index.js';
import { ConfigError, errorText } from '../../lib/errors.js';
import { type Checklist, parseChecklist } from '../checklist/checklist-file.js';

/** Undefined: none is asked for. @throws ConfigError when it is not there, or wrong. */
export function readChecklist(config: Config): Checklist | undefined {
  const file = config.getString('CHECKLIST/file');
  if (file === '') return undefined;
  const path = resolve(file);
  return parseChecklist(textAt(path), path);
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`[CHECKLIST] file: ${path} can not be read: ${errorText(error)}`);
  }
}
