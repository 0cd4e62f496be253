/** The port to the files of the server's machine that an operator names. Types and a limit alone. */

/** Larger texts are read by nobody, and would hold up what flies, bytes. */
export const maxTextBytes = 256 * 1024;

export type FolderEntry = { readonly name: string; readonly path: string };

/** Obligations: rejects with `RefusedError` `bad_path` that names the path and what is wrong with it. */
export interface OperatorFiles {
  /** The files of a folder that do not begin with a dot, in natural order; what lies deeper is left out. */
  list(folder: string): Promise<readonly FolderEntry[]>;
  /** The whole of a file, unless it is larger than `maxBytes`, or drones take. */
  read(path: string, maxBytes?: number): Promise<Uint8Array>;
  /**
   * Writes a new file, in the folder for received files when none is given; a name that is taken gets a number. Gives
   * its path.
   */
  save(folder: string | undefined, name: string, content: Uint8Array): Promise<string>;
}
