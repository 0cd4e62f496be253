/**
 * The drones' own logs of one flight, from a folder of them: FOLDER/DRONE/NAME.mcap as the server keeps them, or files as
 * they were copied from drones. Knows files; what a log says is read elsewhere.
 */
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, errorText } from '../../../../lib/errors.js';
import { folderNameOf } from '../../../flight-logs/folder-name.js';
import { type FlightLog, readFlightLog } from '../flight-log.js';

export type FlightSpan = {
  /** By the server's clock. */
  readonly fromUtcMs: number;
  readonly untilUtcMs: number;
  /** The server itself wrote the files, so that a flight's logs are younger than the flight. */
  readonly isArchive: boolean;
  /** So many files are there to be read. */
  readonly onFound?: (files: number) => void;
};

export type FoundLogs = {
  /** Of that time, each once. */
  readonly logs: readonly FlightLog[];
  /** Files that were looked at, and those of another time. */
  readonly files: number;
  readonly ofOtherTimes: number;
  /** What could not be taken, and why, for people. */
  readonly troubles: readonly string[];
};

/** Enough to see whose it is, and when it began, bytes. */
const headBytes = 300_000;

/** No drone of ours writes larger ones. */
const maxFileBytes = 300_000_000;

/** No battery lasts longer: what began earlier is of another flight, ms. */
const longestFlightMs = 3 * 3_600_000;

/** A log may begin after what the server saw of the flight, ms. */
const behindMs = 60_000;

/** The server's clock may have been set meanwhile, ms. */
const clockSetMs = 24 * 3_600_000;

type LogFile = {
  readonly path: string;
  readonly name: string;
  readonly drone: string | undefined;
  readonly bytes: number;
};

/** Rejects with the system's error when the folder can not be read; one file that can not be is told of. */
export async function readFlightLogs(folder: string, span: FlightSpan): Promise<FoundLogs> {
  const files = await logFilesIn(folder, span);
  span.onFound?.(files.length);
  const logs = new Map<string, FlightLog>();
  const troubles: string[] = [];
  let ofOtherTimes = 0;
  for (const file of files) {
    const log = await readOne(file, span);
    if (typeof log === 'string') troubles.push(`${file.name}: ${log}`);
    else if (!log) ofOtherTimes += 1;
    else keepLonger(logs, log);
  }
  return { logs: [...logs.values()], files: files.length, ofOtherTimes, troubles };
}

/** Undefined: it is of another time. A text: why it can not be taken. */
async function readOne(
  { path, drone, bytes }: LogFile,
  span: FlightSpan,
): Promise<FlightLog | string | undefined> {
  if (bytes > maxFileBytes) return `it has ${Math.round(bytes / 1e6)} MB: no drone wrote that`;
  try {
    const head = readFlightLog(await readStart(path, Math.min(bytes, headBytes)));
    if (!head) return 'it is no flight log';
    if (drone !== undefined && folderNameOf(head.droneId) !== drone)
      return `it says that it is of drone ${JSON.stringify(head.droneId)}, and lies in the folder of another`;
    if (isOfOtherTime(head, span)) return undefined;
    return bytes <= headBytes ? head : (readFlightLog(await readStart(path, bytes)) ?? 'it is no flight log');
  } catch (error) {
    return errorText(error);
  }
}

/** Only by a clock that was known: others may say anything. */
function isOfOtherTime(
  { seconds, uncertaintyMs }: FlightLog,
  { fromUtcMs, untilUtcMs }: FlightSpan,
): boolean {
  const beginUtcMs = seconds[0]?.utcMs;
  if (beginUtcMs === undefined || uncertaintyMs === undefined) return false;
  return beginUtcMs > untilUtcMs + behindMs || beginUtcMs < fromUtcMs - longestFlightMs;
}

/** A log that grew after it was fetched is there twice. */
function keepLonger(logs: Map<string, FlightLog>, log: FlightLog): void {
  const key = JSON.stringify([log.droneId, log.seconds[0]?.utcMs]);
  const known = logs.get(key);
  if (!known || known.seconds.length < log.seconds.length) logs.set(key, log);
}

async function logFilesIn(folder: string, span: FlightSpan): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const entry = await lstat(path);
    if (entry.isDirectory()) {
      for (const inner of await namesIn(path))
        await addFile(files, { folder, drone: name, name: inner }, span);
    } else await addFile(files, { folder, drone: undefined, name }, span);
  }
  return files;
}

type Place = { readonly folder: string; readonly drone: string | undefined; readonly name: string };

async function addFile(files: LogFile[], { folder, drone, name }: Place, span: FlightSpan): Promise<void> {
  if (!name.endsWith('.mcap') || name.startsWith('.')) return;
  const shown = join(drone ?? '', name);
  const path = join(folder, shown);
  const entry = await lstat(path);
  const isOlder = span.isArchive && entry.mtimeMs < span.fromUtcMs - clockSetMs;
  if (entry.isFile() && !isOlder) files.push({ path, name: shown, drone, bytes: entry.size });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function readStart(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await file.read(bytes, done, length - done, done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await file.close();
  }
}
