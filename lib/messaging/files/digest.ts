/** The SHA-256 of contents of any size without holding up the event loop. Knows bytes; no files. */
import { Buffer } from 'node:buffer';
import { createHash, webcrypto } from 'node:crypto';

/** Up to here a digest is worked out on the spot, bytes: about a millisecond. */
const smallBytes = 512 * 1024;

/** SHA-256 in hex; large contents are digested beside the event loop, and must not change meanwhile. */
export async function digestOf(content: Uint8Array): Promise<string> {
  if (content.length <= smallBytes) return createHash('sha256').update(content).digest('hex');
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', content)).toString('hex');
}
