/** What a drone says of its flight logs, read with the suspicion that a stranger's word deserves. Pure. */
import { RefusedError } from '../../lib/errors.js';

export type RemoteLog = {
  readonly name: string;
  readonly bytes: number;
  /** It was ended in order. */
  readonly isComplete: boolean;
  /** It is still being written. */
  readonly isOpen: boolean;
};

/** Logs of one drone that are looked at: the newest. */
const maxLogs = 1000;

const namePattern = /^\d{4,8}-\d{8}T\d{6}Z\.mcap$/;

/** The logs of an answer to `flight_logs`, the newest first. @throws RefusedError `bad_answer` when it is no such list. */
export function readRemoteLogs(answer: unknown): RemoteLog[] {
  if (!Array.isArray(answer)) throw bad('the answer is no list');
  const logs = answer.slice(-maxLogs).map(readLog);
  if (new Set(logs.map(({ name }) => name)).size < logs.length) throw bad('a name is there twice');
  return logs.reverse();
}

/**
 * The name under which a log is kept when another of its name is there already: a drone whose card was changed counts
 * from 1 again, and must not overwrite what it flew before.
 */
export function secondName({ name, bytes }: RemoteLog): string {
  return name.replace(/\.mcap$/, `-${bytes}.mcap`);
}

function readLog(value: unknown): RemoteLog {
  if (typeof value !== 'object' || value === null) throw bad('an entry is no dictionary');
  const { name, bytes, isComplete, isOpen } = value as { [key: string]: unknown };
  if (typeof name !== 'string' || !namePattern.test(name)) throw bad('a name is no name of a flight log');
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0)
    throw bad(`${name} has no proper size`);
  return { name, bytes, isComplete: isComplete === true, isOpen: isOpen === true };
}

function bad(why: string): RefusedError {
  return new RefusedError('bad_answer', `its list of flight logs can not be used: ${why}`);
}
