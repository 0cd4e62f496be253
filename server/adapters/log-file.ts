/** The server's log file: one JSON line an event. Knows files, not what the events mean. */
import { createWriteStream, fchownSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { makeFolder, ownerOf } from '../../lib/config/adapters/file-owner.js';
import { ConfigError, errorCode, errorText } from '../../lib/errors.js';
import type { LogLine } from '../snapshot.js';

export type LogFile = { readonly path: string; write(line: LogLine): void; close(): Promise<void> };

const pinoLevels = { info: 'info', warning: 'warn', error: 'error' } as const;

/** What may wait for a slow disk, bytes; beyond that lines are left out. */
const maxWaitingBytes = 4 * 1024 * 1024;

/** How long the last lines may take to reach the disk, ms. */
const closeTimeoutMs = 1000;

/** Where the log of a server is that has this state folder. */
export function logPathIn(folder: string): string {
  return join(folder, 'server.log');
}

/**
 * Appends to `server.log` in `folder`, made when missing. Writing never waits for the disk, and a disk that fails
 * costs the log, never the show: `onFailed` is told once, and nothing is written from then on.
 * @throws ConfigError when the folder can not be made, or the file not opened.
 */
export function openLogFile(folder: string, onFailed: (text: string) => void): LogFile {
  const path = logPathIn(folder);
  const stream = createWriteStream(path, { fd: openForAppending(folder, path) });
  // The stream destroys itself; what is written afterwards is dropped.
  stream.on('error', (error) =>
    onFailed(`${path}: the log is written no more (${errorText(error)}): free its disk, restart the server`),
  );
  const closed = new Promise<void>((resolve) => stream.once('close', resolve));
  const sink = {
    write(text: string): void {
      if (stream.writable && stream.writableLength < maxWaitingBytes) stream.write(text);
    },
  };
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink);
  return {
    path,
    write: ({ level, text }) => logger[pinoLevels[level]](text),
    close: () => {
      const giveUp = setTimeout(() => stream.destroy(), closeTimeoutMs);
      stream.end();
      return closed.finally(() => clearTimeout(giveUp));
    },
  };
}

function openForAppending(folder: string, path: string): number {
  try {
    makeFolder(folder, 0o700);
    return makeLog(path) ?? openSync(path, 'a', 0o600);
  } catch (error) {
    throw new ConfigError(`${path}: the log can not be written: ${errorText(error)}`, { cause: error });
  }
}

/** Undefined when it is there already: one that is, or what a link leads to, is given to nobody. */
function makeLog(path: string): number | undefined {
  const owner = ownerOf(path);
  try {
    const file = openSync(path, 'ax', 0o600);
    if (owner) fchownSync(file, owner.uid, owner.gid);
    return file;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  }
}
