/** Brings one file to one drone and makes sure that it arrived. Knows messages and digests; no fleet, no disk. */
import { CancelledError, DisconnectedError } from '../../lib/errors.js';
import { digestOf } from '../../lib/messaging/files/digest.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import { failure, type Outcome } from './send-command.js';

/** Where an old drone keeps its animation, and one of ours its part of a show. */
export const animationPath = 'animation.csv';
export const showPartPath = 'show.part';

/** How long a drone may take to receive and store a file that was sent in one frame, ms. */
const storeTimeoutMs = 30_000;

/** What a drone may take to read a file: a while, and the file at the pace of a very bad link, ms and bytes a ms. */
const readTimeMs = 30_000;
const leastBytesPerMs = 10;

export type UploadFile = {
  readonly filepath: string;
  readonly content: Uint8Array;
  /** SHA-256 of the content in hex, where it is known. */
  readonly sha256?: string | undefined;
};

export type UploadOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes the drone holds, and how many there are; only by one that takes chunks. */
  readonly onProgress?: ((sentBytes: number, sizeBytes: number) => void) | undefined;
};

/**
 * Brings `content` to `filepath`. To a drone that takes chunks: `ok` when it has verified it and put it in its place,
 * code `unchanged` when it was there already; what a lost link left is gone on with when the file is sent again. One that
 * does not is sent a single frame and closed when it does not read it: nothing reaches it past the file that was begun.
 * If it is one of ours, it is then asked for the SHA-256 of what lies on its disk, behind the file in the same lane; an
 * old one can not be asked: `ok`, code `unconfirmed`. Never rejects.
 */
export async function pushFile(
  connection: ConnectionManager,
  file: UploadFile,
  { clock, ...options }: UploadOptions & { readonly clock: Clock },
): Promise<Outcome> {
  try {
    await connection.helloSettled();
    if (options.signal?.aborted) throw new CancelledError(`sending ${file.filepath}`);
    if (!connection.hasFeature('chunks')) return await pushWhole(connection, file, clock);
    const sent = await connection.sendFile(file.filepath, file.content, { ...options, sha256: file.sha256 });
    return sent?.isUnchanged ? unchanged : { ok: true };
  } catch (error) {
    if (error instanceof CancelledError)
      return { ok: false, code: 'called_off', message: 'the upload was called off' };
    const outcome = failure(error);
    if (!(error instanceof DisconnectedError)) return outcome;
    return { ...outcome, message: `${outcome.message}; what has arrived is kept: upload again to go on` };
  }
}

async function pushWhole(
  connection: ConnectionManager,
  { filepath, content }: UploadFile,
  clock: Clock,
): Promise<Outcome> {
  const cancel = clock.after(readTimeMs + content.length / leastBytesPerMs, () =>
    connection.close(`it does not read ${filepath}, which it is sent`),
  );
  try {
    await connection.sendFile(filepath, content).finally(cancel);
    if (!connection.hasFeature('errors')) {
      return { ok: true, code: 'unconfirmed', message: 'sent; an old client does not confirm files' };
    }
    const options = { kwargs: { filepath }, lane: 'bulk', timeoutMs: storeTimeoutMs } as const;
    const stored = await connection.getResponse('stored_file', options);
    return sha256Of(stored) === (await digestOf(content)) ? { ok: true } : differs;
  } catch (error) {
    return failure(error);
  }
}

const unchanged: Outcome = { ok: true, code: 'unchanged', message: 'it has this file already' };

const differs: Outcome = {
  ok: false,
  code: 'digest_differs',
  message: 'what lies on the drone is not what was sent: upload again, check its disk',
};

function sha256Of(stored: unknown): unknown {
  return typeof stored === 'object' && stored !== null && 'sha256' in stored ? stored.sha256 : undefined;
}
