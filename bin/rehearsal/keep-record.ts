/** Keeps what a rehearsal recorded, laid out as in the state folder of a server. Knows the disk; no record's meaning. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { folderNameOf } from '../../server/flight-logs/folder-name.js';
import type { RehearsalRecord } from './run.js';

/** At once: what is still being written would be awaited by the next run. Rejects files that are there already. */
export function keepRecord(folder: string, { recordings, flightLogs }: RehearsalRecord): void {
  for (const [path, bytes] of recordings) write(join(folder, 'recordings', path), bytes);
  for (const [id, logs] of flightLogs)
    for (const [name, bytes] of logs) write(join(folder, 'flight-logs', folderNameOf(id), name), bytes);
}

function write(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 });
}
