/** Tells a show's format by its content and reads it: files in, show out. Knows which formats there are; no disk. */
import { ShowError } from '../errors.js';
import { printable } from '../printable.js';
import { expectSane } from './expect-sane.js';
import { cleverShow } from './formats/clever-show.js';
import type { FormatId, ImportedShow, ImportOptions, ShowFormat, ShowSource } from './formats/format.js';
import { mds } from './formats/mds.js';
import { skybrushCsv } from './formats/skybrush-csv.js';
import { skyc } from './formats/skyc/skyc.js';
import { star } from './formats/star.js';
import { headLines } from './formats/text-file.js';
import { vviz } from './formats/vviz.js';

/** The first one that matches counts; clever-show, whose files have no mark of their own, is the last. */
const formats: readonly ShowFormat[] = [star, skyc, vviz, mds, skybrushCsv, cleverShow];

const expected =
  'expected a .star or .skyc file, a .vviz file, or a folder or zip archive with one .csv file per drone ' +
  '(clever-show: number,x,y,z,yaw,red,green,blue; Skybrush: Time [msec],x [m],…; mavsdk_drone_show: idx,t,px,…)';

/**
 * The show of a source, in whatever format it is, checked for what no show can be. Its title is of one line.
 * @throws ShowError naming file, place and reason; or what was found when it is no show at all.
 */
export function importShow(
  source: ShowSource,
  options: ImportOptions,
): ImportedShow & { readonly format: FormatId } {
  const format = formats.find((candidate) => candidate.matches(source));
  if (!format) throw new ShowError(`${source.name}: this is no show: ${whatWasFound(source)}; ${expected}`);
  const { show, notes } = format.read(source, options);
  expectSane(show, { earliestS: format.id === 'star' ? Number.NEGATIVE_INFINITY : 0 });
  return { show: { ...show, title: printable(show.title).trim() }, notes, format: format.id };
}

/** How much of a file's first line is told. */
const shownLength = 60;

function whatWasFound({ kind, files }: ShowSource): string {
  const [first] = files;
  if (!first) return `the ${kind} is empty`;
  const [path, bytes] = first;
  if (bytes.length === 0) return `${path} is empty`;
  const beginning = printable((headLines(bytes)[0] ?? '').slice(0, shownLength));
  const others = files.size > 1 ? `${files.size} files, the first of them ` : '';
  return `found ${others}${path}, which begins with "${beginning}"`;
}
