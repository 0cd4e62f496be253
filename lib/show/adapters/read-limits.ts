/** Reads a file of limits from the disk. Knows the file; what is in it is `parseLimits`' business. */
import { readFile } from 'node:fs/promises';
import { errorText, ShowError } from '../../errors.js';
import type { ShowLimits } from '../validate/limits.js';
import { parseLimits } from '../validate/parse-limits.js';

/** @throws ShowError naming the file and what is wrong with it. */
export async function readLimits(path: string): Promise<Partial<ShowLimits>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ShowError(`${path}: the limits can not be read: ${errorText(error)}`, { cause: error });
  }
  return parseLimits(text, path);
}
