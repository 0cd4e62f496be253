/** The port of the show formats: bytes of files in, a show out. Knows no disk and no drone. */
import type { Show } from '../show.js';

export type FormatId = 'star' | 'clever-show' | 'skyc' | 'skybrush-csv' | 'mds' | 'vviz';

/**
 * What was found at a path: the files of a folder or of a zip archive by their names (with `/` between folders, none
 * outside), or one file alone. `name` is that of the folder or file, without its extension.
 */
export type ShowSource = {
  readonly name: string;
  readonly kind: 'folder' | 'zip' | 'file';
  readonly files: ReadonlyMap<string, Uint8Array>;
};

export type ImportOptions = {
  /** How long a frame of a clever-show animation lasts that does not say, s. */
  readonly frameDelayS: number;
};

/** A show as its file has it; `notes` are what the file says and the model can not hold, one sentence each. */
export type ImportedShow = { readonly show: Show; readonly notes: readonly string[] };

export interface ShowFormat {
  readonly id: FormatId;
  /** Whether the content (not a file's extension) is of this format. Never throws. */
  matches(source: ShowSource): boolean;
  /** @throws ShowError naming file, place and reason, for whatever can not be flown as it was meant. */
  read(source: ShowSource, options: ImportOptions): ImportedShow;
}

/** What an export gives: the files of a folder or archive, and what the target could not hold. */
export type ExportedShow = {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly notes: readonly string[];
};
