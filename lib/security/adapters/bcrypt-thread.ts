/** Compares a token with bcrypt hashes in a thread of its own: a fifth of a second of work each. Knows threads. */
import { Worker } from 'node:worker_threads';
import { StarlingError } from '../../errors.js';
import type { BcryptWork } from './bcrypt-thread-entry.js';

/**
 * Of each hash, whether it is of this token. Only the first 72 bytes of a token count: that is how bcrypt is.
 * The process need not wait for the thread to end.
 * @throws StarlingError `internal` when the thread dies.
 */
export function compareBcrypt(token: string, hashes: readonly string[]): Promise<readonly boolean[]> {
  const workerData: BcryptWork = { token, hashes };
  const worker = new Worker(new URL('./bcrypt-thread-entry.js', import.meta.url), {
    ...{ name: 'bcrypt', workerData },
  });
  worker.unref();
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new StarlingError('internal', `the token could not be checked: the thread has failed (${why})`));
    worker.once('message', (fits: readonly boolean[]) => resolve(fits));
    worker.once('error', (error) => fail(error.message));
    worker.once('messageerror', (error) => fail(error.message));
    worker.once('exit', (code) => fail(`it ended with ${code}`));
  });
}
