/** Makes a show of the files of a folder, one animation a drone. Knows texts and names: an adapter reads the folder. */
import { errorText, ShowError } from '../errors.js';
import { parseCleverShowCsv } from './formats/clever-show-csv.js';
import type { Animation } from './model.js';

/** A file of a show's folder; `name` without the folder. */
export type ShowFile = { readonly name: string; readonly text: string };

/** Why one file of a show can not be flown; `message` names file and line. */
export type ShowFileError = { readonly file: string; readonly message: string };

/** A show as its folder has it. A slot is a file's name without `.csv`: the drone it is for. */
export type LoadedShow = {
  /** Name of the folder. */
  readonly name: string;
  /** In natural order of the slots (drone-2 before drone-10). */
  readonly slots: ReadonlyMap<string, Animation>;
  /** Text of each good slot's file, as it is sent to its drone. */
  readonly texts: ReadonlyMap<string, string>;
  /** Of the files that are wrong, in order; empty for a good show. */
  readonly errors: readonly ShowFileError[];
};

/**
 * Reads every `NAME.csv` among the files; others are not part of the show. A wrong file does not hide the others.
 * @throws ShowError when there is no `.csv` file at all.
 */
export function loadShow(
  name: string,
  files: readonly ShowFile[],
  options: { readonly frameDelayS: number },
): LoadedShow {
  const shows = files.filter((file) => isShowFile(file.name)).sort((a, b) => naturalOrder(a.name, b.name));
  if (shows.length === 0)
    throw new ShowError(`${name}: the folder has no .csv file, expected NAME.csv per drone`);
  const slots = new Map<string, Animation>();
  const texts = new Map<string, string>();
  const errors: ShowFileError[] = [];
  for (const file of shows) {
    const slot = file.name.slice(0, -'.csv'.length);
    try {
      if (slots.has(slot)) throw new ShowError(`${file.name}: there is another file for ${slot}`);
      slots.set(slot, parseCleverShowCsv(file.text, file.name, options));
      texts.set(slot, file.text);
    } catch (error) {
      errors.push({ file: file.name, message: errorText(error) });
    }
  }
  return { name, slots, texts, errors };
}

/** Whether a file of this name belongs to a show. */
export function isShowFile(fileName: string): boolean {
  return /^[^.].*\.csv$/i.test(fileName);
}

/**
 * The slot that a drone flies: the one of its name, else the first whose name, read as a regular expression, matches
 * the whole id; undefined when the show has none for it.
 */
export function slotFor(show: Pick<LoadedShow, 'slots'>, droneId: string): string | undefined {
  if (show.slots.has(droneId)) return droneId;
  return [...show.slots.keys()].find((slot) => matchesWhole(slot, droneId));
}

function matchesWhole(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch (error) {
    // A file name need not be a regular expression.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function naturalOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
