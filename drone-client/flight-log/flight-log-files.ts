/** The port to the folder of flight logs, and what is said of a log. Knows no format and no flight. */

/** A file of the folder whose name is that of a flight log. */
export type StoredLog = { readonly name: string; readonly bytes: number };

/** An open log. One call at a time. */
export interface LogSink {
  /** Resolves when the bytes are as safe as the folder makes them. After a rejection only `close` may be called. */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Obligations: no call blocks the caller; each rejects with the file system's error (`code` `ENOSPC`, `EIO`, …). */
export interface FlightLogFiles {
  /** Every flight log there is, in no particular order; empty when the folder is not there yet. */
  list(): Promise<readonly StoredLog[]>;
  /** Begins a new log; the folder is made when missing. Rejects with `EEXIST` when there is one of that name. */
  create(name: string): Promise<LogSink>;
  remove(name: string): Promise<void>;
  /** The bytes from `offset` on: at most `length`, fewer where the log ends. */
  read(name: string, place: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
  /** What the disk has left, bytes; undefined where it does not say. */
  freeBytes(): Promise<number | undefined>;
}
