/** The port to folders of the server's machine, for whoever looks for a file by hand. Types alone. */

/** What is in a folder; `isFolder` of a link that leads to one too. */
export type FolderEntry = { readonly name: string; readonly isFolder: boolean };

export type Folder = { readonly path: string; readonly entries: readonly FolderEntry[] };

export interface Folders {
  /**
   * A folder by its path, relative to where the server was started; folders first, then files, natural order, what begins
   * with a dot left out. @throws RefusedError `bad_path`.
   */
  look(path: string): Promise<Folder>;
}
