/** Reads the texts that an operator names. Knows nothing of what is in them. */
import { readFileSync } from 'node:fs';
import { errorText, UsageError } from '../../../lib/errors.js';

/** As UTF-8, and nothing that only looks like it: a name with an umlaut would be another network's. @throws UsageError */
export function readText(path: string): string {
  const bytes = readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`${path} is not in UTF-8: save it anew so (Excel: "CSV UTF-8")`);
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path} can not be read: ${errorText(error)}`);
  }
}
