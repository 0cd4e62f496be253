/** The port through which a receiver keeps files that come in chunks. Knows no connection and no disk. */
import type { FileOffer } from './file-wire.js';

/**
 * Obligations: the destination holds the file it had, or the new one whole, at every moment and after any crash. What
 * came of a file whose link is lost is kept for a later `open` of the same digest, within bounds of number and age.
 */
export interface IncomingStore {
  /**
   * Begins or resumes a file; `filepath` is the peer's wish and must be checked.
   * @throws RefusedError when it may not be stored there, or not now (`busy`: that destination is being written).
   */
  open(offer: FileOffer): Promise<IncomingFile>;
}

/** A file on its way in. Its methods are called one after the other, and none after the one that ended it. */
export interface IncomingFile {
  /** Bytes that are held already: from here on they are wanted. */
  readonly offset: number;
  /** The destination holds this very content already; then nothing else is called. */
  readonly isDone: boolean;
  /** Adds bytes at the end; they may be kept. Resolves when more may come. A failure ends the file. */
  append(pieces: readonly Uint8Array[]): Promise<void>;
  /**
   * Verifies size and digest, makes the content last, and puts it in its place. Ends the file in any case.
   * @throws RefusedError `digest_differs` when it is not what was offered: what was held is gone then.
   */
  finish(): Promise<void>;
  /** Ends the file and keeps what came, as far as it can be. Never rejects. */
  suspend(): Promise<void>;
}
