/** How a connection of a gateway ends: the answer leaves, then the stream goes. Knows streams, no bytes' meaning. */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../lib/time/clock.js';

/** How long a peer may take to read its answer, ms. */
const readTimeMs = 30_000;

/** How long a peer may leave its side open after that, ms. */
const lingerMs = 2_000;

/**
 * Sends the last bytes and closes. What the peer still sends is read and dropped: closing a socket with unread bytes
 * would take the answer away from it. A peer that does not read, or does not close, is cut off.
 */
export function endWith(stream: Duplex, bytes: Uint8Array, clock: Clock): void {
  let cancel = clock.after(readTimeMs, () => stream.destroy());
  stream.once('finish', () => {
    cancel();
    cancel = clock.after(lingerMs, () => stream.destroy());
  });
  stream.once('close', () => cancel());
  stream.resume();
  stream.end(bytes);
}
