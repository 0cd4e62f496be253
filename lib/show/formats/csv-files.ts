/** Finds the files of a show with one CSV file a drone, and reads each. Knows names; no columns and no disk. */
import { errorText, ShowError } from '../../errors.js';
import { naturalOrder } from '../natural-order.js';
import type { ShowSource } from './format.js';
import { headLines } from './text-file.js';

/** One drone's file: `path` within its source, for messages; `slot` is its name without the extension. */
export type CsvFile = { readonly slot: string; readonly path: string; readonly bytes: Uint8Array };

/** The files of a show, and the other CSV files of the source, which are not part of it. */
type CsvFiles = { readonly files: readonly CsvFile[]; readonly others: readonly string[] };

/** Tells a format by the first lines of a file that are not empty. */
type IsOfFormat = (lines: readonly string[]) => boolean;

/** Whether any file is of the format. */
export function hasCsvFile(source: ShowSource, isOfFormat: IsOfFormat): boolean {
  return candidates(source).some(({ bytes }) => isOfFormat(headLines(bytes)));
}

/**
 * Every CSV file of the outermost folder in which one is of the format.
 * @throws ShowError when there is no such folder, or there are several equally far out.
 */
export function findCsvFiles(source: ShowSource, isOfFormat: IsOfFormat): CsvFiles {
  const all = candidates(source);
  const folders = new Set(
    all.filter(({ bytes }) => isOfFormat(headLines(bytes))).map(({ path }) => folderOf(path)),
  );
  const depth = Math.min(...[...folders].map(depthOf));
  const outermost = [...folders].filter((folder) => depthOf(folder) === depth);
  const [folder] = outermost;
  if (folder === undefined)
    throw new ShowError(`${source.name}: there is no file of this format, expected one .csv file per drone`);
  if (outermost.length > 1)
    throw new ShowError(
      `${source.name}: several folders hold a show (${outermost.join(', ')}), open one of them`,
    );
  return {
    files: all.filter(({ path }) => folderOf(path) === folder),
    others: all.map(({ path }) => path).filter((path) => folderOf(path) !== folder),
  };
}

/** A note of CSV files that were not read; none when there are none. */
export function othersNote(others: readonly string[]): string[] {
  if (others.length === 0) return [];
  const named = others.slice(0, 3).join(', ');
  const more = others.length > 3 ? ` and ${others.length - 3} more` : '';
  return [`Not part of the show: ${named}${more}.`];
}

/**
 * What `read` gives for each file, by slot, in natural order. A wrong file does not hide the others.
 * @throws ShowError with one line for each file that is wrong.
 */
export function readEach<T>(files: readonly CsvFile[], read: (file: CsvFile) => T): Map<string, T> {
  const parts = new Map<string, T>();
  const errors: string[] = [];
  for (const file of [...files].sort((a, b) => naturalOrder(a.slot, b.slot))) {
    try {
      if (parts.has(file.slot)) throw new ShowError(`${file.path}: there is another file for ${file.slot}`);
      parts.set(file.slot, read(file));
    } catch (error) {
      if (!(error instanceof ShowError)) throw error;
      errors.push(errorText(error));
    }
  }
  if (errors.length > 0) throw new ShowError(errors.join('\n'));
  return parts;
}

/** The CSV files that are not hidden; a file that was opened by itself whatever its name. */
function candidates({ kind, files }: ShowSource): CsvFile[] {
  return [...files]
    .filter(([path]) => kind === 'file' || (/\.csv$/i.test(path) && !/(^|\/)\./.test(path)))
    .map(([path, bytes]) => ({ slot: baseName(path).replace(/(?<=.)\.[^.]*$/, ''), path, bytes }));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** With its last slash; empty for a file outside all folders. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function depthOf(folder: string): number {
  return folder.split('/').length;
}
