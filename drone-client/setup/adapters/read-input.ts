/** Reads the files that a setup is given: a key, a password; `-` is stdin. Knows nothing of what is in them. */
import { readFileSync } from 'node:fs';
import { errorText, UsageError } from '../../../lib/errors.js';

/** More than any key or password has. */
const maxBytes = 64 * 1024;

/** `option` names it in messages. @throws UsageError. */
export function readInput(path: string, option: string): string {
  const place = path === '-' ? 'stdin' : path;
  try {
    const bytes = readFileSync(path === '-' ? 0 : path);
    if (bytes.length === 0) throw new UsageError(`${option}: ${place} is empty`);
    if (bytes.length > maxBytes)
      throw new UsageError(`${option}: ${place} is too long to be what it should be`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${option}: ${place} can not be read: ${errorText(error)}`);
  }
}
