/** The server's log file: one JSON line an event. Knows files, not what the events mean. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { ConfigError, errorText } from '../../lib/errors.js';
import type { LogLine } from '../snapshot.js';

export type LogFile = { readonly path: string; write(line: LogLine): void; close(): Promise<void> };

const pinoLevels = { info: 'info', warning: 'warn', error: 'error' } as const;

/**
 * Appends to `server.log` in `folder`, made when missing. Writing never waits for the disk, and a disk that fails
 * costs the log, never the show.
 * @throws ConfigError when the folder can not be made.
 */
export function openLogFile(folder: string): LogFile {
  const path = join(folder, 'server.log');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigError(`${folder}: the state folder can not be made: ${errorText(error)}`, {
      cause: error,
    });
  }
  const stream = destination({ dest: path, append: true, sync: false });
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  let hasFailed = false;
  const closed = new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.on('error', () => {
      hasFailed = true;
      resolve();
    });
  });
  return {
    path,
    write: ({ level, text }) => {
      if (!hasFailed) logger[pinoLevels[level]](text);
    },
    close: () => {
      if (!hasFailed) stream.end();
      return closed;
    },
  };
}
