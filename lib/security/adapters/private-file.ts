/** Files that nobody but their owner may read. Knows no content. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { makeFolder } from '../../config/adapters/file-owner.js';
import { ConfigError, errorCode, errorText } from '../../errors.js';

/**
 * The file's text.
 * @throws ConfigError when others can read or write it, when it is no plain file, over `maxBytes`, or can not be read;
 * the file system's `ENOENT` when there is none.
 */
export function readPrivateFile(path: string, maxBytes: number): string {
  const file = openSync(path, 'r');
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new ConfigError(`${path} is no file`);
    if ((status.mode & 0o077) !== 0) {
      const mode = (status.mode & 0o777).toString(8);
      throw new ConfigError(
        `${path} can be read or written by others (mode ${mode}), and what is in it opens doors: chmod 600 it if nobody has seen it, else make other secrets`,
      );
    }
    const bytes = Buffer.alloc(maxBytes + 1);
    const length = readAll(file, bytes);
    if (length > maxBytes) throw new ConfigError(`${path} is larger than ${maxBytes} bytes`);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

/** What a file that can not be opened means to whoever named it. */
export function unreadable(what: string, path: string, error: unknown): ConfigError {
  if (error instanceof ConfigError) return error;
  const why = errorCode(error) === 'ENOENT' ? 'there is no such file' : errorText(error);
  return new ConfigError(`${what} ${path} can not be read: ${why}`, { cause: error });
}

/** Makes a folder for its owner alone. @throws ConfigError when there is one that others can write into. */
export async function makePrivateFolder(path: string): Promise<void> {
  makeFolder(path, 0o700);
  const { mode } = await stat(path);
  if ((mode & 0o022) === 0) return;
  throw new ConfigError(
    `${path} can be written by others (mode ${(mode & 0o777).toString(8)}), who could put keys of their own there: chmod 700 it`,
  );
}

function readAll(file: number, bytes: Uint8Array): number {
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = readSync(file, bytes, length, bytes.length - length, length);
  }
  return length;
}
