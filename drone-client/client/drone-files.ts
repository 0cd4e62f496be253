/** The port to the drone's disk: received files and the animation. Knows no messages. */
import type { FileOffer } from '../../lib/messaging/index.js';
import type { FilePlace, JailRoots } from './file-jail.js';

/** Obligations: a link that leads out of its folder is refused (`RefusedError`), a missing file rejects (`no_file`). */
export interface DroneFiles {
  readonly roots: JailRoots;
  /** Writes a file beside its place, on the disk for good; rejects, and leaves nothing, where there is no room for it. */
  writeBeside(place: FilePlace, content: Uint8Array): Promise<WrittenFile>;
  /**
   * Begins a file that comes in pieces, or goes on with what is there of it; undefined when the file there is the same.
   * Rejects with `busy` while another one is on its way there.
   */
  receive(place: FilePlace, offer: FileOffer): Promise<UnfinishedFile | undefined>;
  read(place: FilePlace): Promise<Uint8Array>;
  /** Size and SHA-256 of a file that may be large: never the whole of it is in memory. */
  digest(place: FilePlace): Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** Takes the file away; nothing happens when there is none. */
  remove(place: FilePlace): Promise<void>;
  /** Changes whenever the file changes; undefined when there is none. */
  stamp(place: FilePlace): Promise<string | undefined>;
  /** Room on the disk of a folder, bytes; undefined where that is not known. */
  freeBytes(root: FilePlace['root']): Promise<number | undefined>;
}

/** A whole file beside its place. */
export interface WrittenFile {
  /** Puts it in its place: the file there is replaced whole, or left as it was. */
  commit(): Promise<void>;
  /** Takes it away. Never rejects; after `commit` without effect. */
  discard(): Promise<void>;
}

/** A file on its way in, beside its place. Whatever fails ends it and leaves the file that is there. */
export interface UnfinishedFile {
  /** Bytes that are there already. */
  readonly offset: number;
  append(pieces: readonly Uint8Array[]): Promise<void>;
  /** Rejects with `digest_differs` when it is not what was offered; on the disk for good otherwise. */
  verify(): Promise<void>;
  /** Puts it in its place, after `verify`. */
  commit(): Promise<void>;
  /** Ends it and keeps what came. Never rejects. */
  suspend(): Promise<void>;
}
