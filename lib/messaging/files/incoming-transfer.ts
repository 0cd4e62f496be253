/** Which chunk of a file may come next, and what of it is to be acknowledged. Pure: knows numbers; no bytes, no store. */
import { RefusedError } from '../../errors.js';
import { isCount, maxChunkBytes } from './file-wire.js';

export class IncomingTransfer {
  readonly #size: number;
  #received: number;
  #stored: number;

  /** `offset`: bytes that are held already, of `size`. */
  constructor(size: number, offset: number) {
    this.#size = size;
    this.#received = offset;
    this.#stored = offset;
  }

  /** Bytes that lie in the store: what is acknowledged. */
  get storedBytes(): number {
    return this.#stored;
  }

  get isComplete(): boolean {
    return this.#stored === this.#size;
  }

  /** Lets the next chunk in. @throws RefusedError `bad_chunk` for any other than the next, and for one too many. */
  accept(offset: number, bytes: number): void {
    if (!isCount(offset) || offset !== this.#received)
      throw badChunk(`a chunk at ${offset} where ${this.#received} comes next`);
    if (bytes === 0 || bytes > maxChunkBytes) throw badChunk(`a chunk of ${bytes} bytes`);
    if (bytes > this.#size - offset) throw badChunk(`a chunk beyond the end at ${this.#size}`);
    this.#received += bytes;
  }

  /** So many of the bytes that were let in lie in the store now. */
  stored(bytes: number): void {
    this.#stored += bytes;
  }
}

function badChunk(what: string): RefusedError {
  return new RefusedError('bad_chunk', `the transfer is ended by ${what}`);
}
