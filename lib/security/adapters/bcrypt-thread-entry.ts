/** The thread that compares one token with bcrypt hashes, answers, and ends. Knows no name and no role. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';

/** Data alone: it crosses between threads. */
export type BcryptWork = { readonly token: string; readonly hashes: readonly string[] };

// On Linux this is of the calling thread alone: whoever flies drones is not to wait for a stranger's token.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);

const { token, hashes }: BcryptWork = workerData;
// All of them, whichever fits: the time does not say which.
const fits: readonly boolean[] = hashes.map((hash) => compareSync(token, hash));
parentPort?.postMessage(fits);
