/** A file that is put together in memory, for a receiver without a store of its own. Knows digests; no disk. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { RefusedError } from '../../errors.js';
import type { FileOffer } from './file-wire.js';
import type { IncomingFile } from './incoming-store.js';

export class MemoryFile implements IncomingFile {
  readonly offset = 0;
  readonly isDone = false;
  readonly #offer: FileOffer;
  readonly #onContent: (content: Uint8Array) => void | Promise<void>;
  readonly #hash = createHash('sha256');
  #pieces: Uint8Array[] = [];

  /** `onContent` gets the verified content; what it throws is the sender's answer. */
  constructor(offer: FileOffer, onContent: (content: Uint8Array) => void | Promise<void>) {
    this.#offer = offer;
    this.#onContent = onContent;
  }

  async append(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) this.#hash.update(piece);
    this.#pieces.push(...pieces);
  }

  async finish(): Promise<void> {
    const content = Buffer.concat(this.#pieces);
    this.#pieces = [];
    if (content.length !== this.#offer.size || this.#hash.digest('hex') !== this.#offer.sha256)
      throw digestDiffers(this.#offer.filepath);
    await this.#onContent(content);
  }

  async suspend(): Promise<void> {
    this.#pieces = [];
  }
}

/** What arrived is not what was offered. */
export function digestDiffers(filepath: string): RefusedError {
  return new RefusedError(
    'digest_differs',
    `${filepath}: what arrived is not what was sent: the file that was there stays; send it again`,
  );
}
