/** The port to the drone's disk: received files and the animation. Knows no messages. */
import type { FilePlace, JailRoots } from './file-jail.js';

/** Obligations: a link that leads out of its folder is refused (`RefusedError`), a missing file rejects (`no_file`). */
export interface DroneFiles {
  readonly roots: JailRoots;
  /** Replaces the file whole, or leaves it as it was. */
  write(place: FilePlace, content: Uint8Array): Promise<void>;
  read(place: FilePlace): Promise<Uint8Array>;
  /** Takes the file away; nothing happens when there is none. */
  remove(place: FilePlace): Promise<void>;
  /** Changes whenever the file changes; undefined when there is none. */
  stamp(place: FilePlace): Promise<string | undefined>;
}
