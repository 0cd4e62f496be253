/** What a session is worth, found out beside whatever else goes on. Knows threads; nothing of what is looked at. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StarlingError } from '../../../lib/errors.js';
import type { RecordHealth } from '../report/record-health.js';

export type SessionCheck = {
  /** Rejects with why it can not be read, or that it was ended. */
  readonly health: Promise<RecordHealth>;
  /** Nobody wants to know any more. */
  readonly end: () => void;
};

/** `folder`: of one session. */
export function checkSession(folder: string): SessionCheck {
  const worker = new Worker(new URL('./check-session-entry.js', import.meta.url), { workerData: folder });
  return { health: healthFrom(worker), end: () => void worker.terminate() };
}

async function healthFrom(worker: Worker): Promise<RecordHealth> {
  const ended = once(worker, 'exit').then(() => {
    throw new StarlingError('ended', 'the check was ended before it was done');
  });
  const [health] = (await Promise.race([once(worker, 'message'), ended])) as [RecordHealth];
  return health;
}
