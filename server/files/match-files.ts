/** Which file of a folder is whose: by the drone's id, or by a name that is a pattern of it. Pure; knows names alone. */
import { RefusedError } from '../../lib/errors.js';
import { wholeMatcher } from '../../lib/show/assign/assign-slots.js';
import type { FolderEntry } from './operator-files.js';

/** What is there for one drone: a file, none, or more than one by their patterns. */
export type FileMatch =
  | { readonly kind: 'one'; readonly file: FolderEntry }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly names: readonly string[] };

type Named = { readonly stem: string; readonly file: FolderEntry };

/** The files of a folder that have one of some endings, by the names before them. */
export class FilesById {
  readonly #byStem = new Map<string, Named[]>();
  readonly #patterns: (Named & { readonly pattern: RegExp })[] = [];

  /**
   * `endings` with their dot, in small letters.
   * @throws RefusedError `bad_name` naming the first file whose name is no pattern; `no_file` when there is none at all.
   */
  constructor(folder: string, files: readonly FolderEntry[], endings: readonly string[]) {
    for (const file of files) {
      const ending = endings.find((end) => file.name.toLowerCase().endsWith(end));
      if (ending !== undefined) this.#add({ file, stem: file.name.slice(0, -ending.length) });
    }
    if (this.#byStem.size === 0)
      throw new RefusedError('no_file', `${folder} has no ${endings.join(' or ')} file`);
  }

  /** The file of exactly this name, else the one whose pattern fits the whole id. */
  of(id: string): FileMatch {
    const own = this.#byStem.get(id) ?? [];
    const found = own.length > 0 ? own : this.#patterns.filter(({ pattern }) => pattern.test(id));
    const [first] = found;
    if (!first) return { kind: 'none' };
    if (found.length === 1) return { kind: 'one', file: first.file };
    return { kind: 'several', names: found.map(({ file }) => file.name) };
  }

  #add(named: Named): void {
    const { stem, file } = named;
    const same = this.#byStem.get(stem);
    if (same) same.push(named);
    else this.#byStem.set(stem, [named]);
    // An id of letters, digits and dashes is a pattern of itself alone.
    if (/^[A-Za-z0-9-]*$/.test(stem)) return;
    const pattern = wholeMatcher(stem);
    if (!pattern) {
      const why =
        'no regular expression that is decided quickly (no repeated group, three repetitions at most)';
      throw new RefusedError(
        'bad_name',
        `${file.path}: "${stem}" is no drone's id and ${why}: rename the file`,
      );
    }
    this.#patterns.push({ ...named, pattern });
  }
}
