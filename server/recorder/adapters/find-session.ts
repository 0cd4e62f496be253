/** Finds the recording that somebody means by a path: a session itself, or the newest of a folder of them. */
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode, errorText, UsageError } from '../../../lib/errors.js';
import { parsePartName, parseSessionName } from '../names.js';

export type FoundSession = {
  readonly folder: string;
  readonly name: string;
  /** How many there were to choose from; undefined where the path named it. */
  readonly newestOf: number | undefined;
  /** When something was written to it last. */
  readonly changedUtcMs: number;
};

/** Where a server keeps its recordings, in its state folder. */
const recordingsName = 'recordings';

/**
 * `path`: a session's folder or a part in it, a folder of sessions, or a server's state folder.
 * @throws UsageError for anything else, with what was looked for.
 */
export async function findSession(path: string): Promise<FoundSession> {
  const place = await placeOf(path);
  const names = await namesIn(place);
  if (names.some((name) => parsePartName(name))) return sessionAt(place, undefined);
  const inner = names.includes(recordingsName) ? join(place, recordingsName) : place;
  const sessions = (inner === place ? names : await namesIn(inner)).filter((name) => parseSessionName(name));
  const newest = sessions.toSorted(byNumber).at(-1);
  if (newest !== undefined) return sessionAt(join(inner, newest), sessions.length);
  if (parseSessionName(basename(place))) throw new UsageError(`${path}: this recording is empty`);
  const what = inner === place ? 'nothing that a server has recorded' : `no recording in ${recordingsName}`;
  throw new UsageError(
    `${path}: there is ${what}; name a recording (a folder NNNNNN-YYYYMMDDTHHMMSSZ), or a server's state folder`,
  );
}

/** Of a part its session: whoever completes file names comes there. */
async function placeOf(path: string): Promise<string> {
  const place = resolve(path);
  try {
    if ((await stat(place)).isDirectory()) return place;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new UsageError(`${path}: there is no such file or folder`);
    throw new UsageError(`${path}: can not be read: ${errorText(error)}`);
  }
  if (parsePartName(basename(place))) return dirname(place);
  throw new UsageError(
    `${path}: this is no recording; a recording is a folder with journal-0001.jsonl in it`,
  );
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw new UsageError(`${folder}: can not be read: ${errorText(error)}`);
  }
}

async function sessionAt(folder: string, newestOf: number | undefined): Promise<FoundSession> {
  let changedUtcMs = 0;
  for (const name of (await namesIn(folder)).filter((each) => parsePartName(each)))
    changedUtcMs = Math.max(changedUtcMs, (await lstat(join(folder, name))).mtimeMs);
  return { folder, name: basename(folder), newestOf, changedUtcMs };
}

function byNumber(a: string, b: string): number {
  const [one, other] = [parseSessionName(a), parseSessionName(b)];
  return (one?.number ?? 0) - (other?.number ?? 0) || (one?.utcMs ?? 0) - (other?.utcMs ?? 0);
}
