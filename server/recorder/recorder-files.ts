/** The ports between the black box and a disk. Knows names and bytes; no format. */

/** A part that is being written. One call at a time; after a rejection only `close`. */
export interface PartSink {
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves when all that was appended survives a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export type StoredSession = { readonly name: string; readonly bytes: number };

/** Obligations: no call blocks the caller; each rejects with the file system's error (`code` `ENOSPC`, `EIO`, …). */
export interface RecorderFiles {
  /** Every session there is, in no particular order; none when the folder is not there yet. */
  sessions(): Promise<readonly StoredSession[]>;
  /** Begins a session; rejects with `EEXIST` when there is one of that name. */
  begin(session: string): Promise<void>;
  /** Begins a part; rejects with `EEXIST` when there is one of that name. */
  createPart(session: string, part: string): Promise<PartSink>;
  removePart(session: string, part: string): Promise<void>;
  remove(session: string): Promise<void>;
  /** What the disk has left, bytes; undefined where it does not say. */
  freeBytes(): Promise<number | undefined>;
}

export type StoredPart = { readonly name: string; readonly bytes: number };

/** A session that is read. It may be written meanwhile. */
export interface SessionFiles {
  parts(): Promise<readonly StoredPart[]>;
  /** At most `length` bytes from `offset` on; fewer where the part ends. */
  read(part: string, place: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
}
