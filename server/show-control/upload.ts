/** Brings one file to one drone and makes sure that it arrived. Knows messages and digests; no fleet, no disk. */
import { createHash } from 'node:crypto';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import { failure, type Outcome } from './send-command.js';

/** Where an old drone keeps its animation, and one of ours its part of a show. */
export const animationPath = 'animation.csv';
export const showPartPath = 'show.part';

/** How long a drone may take to receive and store a file, ms. */
const storeTimeoutMs = 30_000;

/** What a drone may take to read a file: a while, and the file at the pace of a very bad link, ms and bytes a ms. */
const readTimeMs = 30_000;
const leastBytesPerMs = 10;

/**
 * Pushes `content` to `filepath`. A peer of ours is then asked for the SHA-256 of what lies on its disk, behind the
 * file in the same lane; an old peer can not be asked: `ok`, code `unconfirmed`. A peer that does not read is closed:
 * nothing reaches it past the file that it was begun to be sent. Never rejects.
 */
export async function pushFile(
  connection: ConnectionManager,
  { filepath, content }: { readonly filepath: string; readonly content: Uint8Array },
  clock: Clock,
): Promise<Outcome> {
  try {
    await connection.helloSettled();
    const cancel = clock.after(readTimeMs + content.length / leastBytesPerMs, () =>
      connection.close(`it does not read ${filepath}, which it is sent`),
    );
    await connection.sendFile(filepath, content).finally(cancel);
    if (!connection.hasFeature('errors')) {
      return { ok: true, code: 'unconfirmed', message: 'sent; an old client does not confirm files' };
    }
    const options = { kwargs: { filepath }, lane: 'bulk', timeoutMs: storeTimeoutMs } as const;
    const stored = await connection.getResponse('stored_file', options);
    return sha256Of(stored) === createHash('sha256').update(content).digest('hex') ? { ok: true } : differs;
  } catch (error) {
    return failure(error);
  }
}

const differs: Outcome = {
  ok: false,
  code: 'digest_differs',
  message: 'what lies on the drone is not what was sent: upload again, check its disk',
};

function sha256Of(stored: unknown): unknown {
  return typeof stored === 'object' && stored !== null && 'sha256' in stored ? stored.sha256 : undefined;
}
