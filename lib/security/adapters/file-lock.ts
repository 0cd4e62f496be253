/** One program at a time changes a file: a lock beside it. Knows no content. */
import { open, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, RefusedError } from '../../errors.js';

/** A change takes some milliseconds: how long the next one waits, and when a lock is left from one that died, ms. */
const lockWaitMs = 5_000;
const lockRetryMs = 20;
const staleLockMs = 4_000;

/**
 * Of two changes at once, one would be lost, and it may have been a revocation. `what` is locked, for people.
 * @throws RefusedError `locked` after some seconds; what `use` throws.
 */
export async function withLock<Result>(
  { path, what }: { readonly path: string; readonly what: string },
  use: () => Promise<Result>,
): Promise<Result> {
  const untilMs = Date.now() + lockWaitMs;
  while (!(await takeLock(path))) {
    if (Date.now() > untilMs) {
      throw new RefusedError(
        'locked',
        `another program changes ${what} (${path}): try again when it is done`,
      );
    }
    await sleep(lockRetryMs);
  }
  try {
    return await use();
  } finally {
    await rm(path, { force: true });
  }
}

async function takeLock(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  const status = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (status && Date.now() - status.mtimeMs > staleLockMs) await rm(path, { force: true });
  return false;
}
