/** Reads the definitions of typed messages from a file. Knows files; no grammar. */
import { readFile } from 'node:fs/promises';
import { ConfigError, errorText } from '../../../errors.js';
import { type MessageDefinitions, readMessageDefinitions } from '../message-definitions.js';

/** @throws ConfigError that names file, line and what is expected, or why the file can not be read. */
export async function readDefinitionsFile(path: string): Promise<MessageDefinitions> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${path} can not be read: ${errorText(cause)}`, { cause });
  }
  return readMessageDefinitions(text, path);
}
