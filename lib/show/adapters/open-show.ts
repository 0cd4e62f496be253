/** Opens the show at a path, whatever its format. Knows the disk; what the files mean is `importShow`'s business. */
import type { FormatId } from '../formats/format.js';
import { importShow } from '../import-show.js';
import { type PreparedShow, prepareShow } from '../prepare-show.js';
import type { Show } from '../show.js';
import { readSource } from './read-source.js';

export type OpenShowOptions = {
  /** How long a frame of a clever-show animation lasts that does not say, s; 0.1 unless told. */
  readonly frameDelayS?: number;
  /** What is done to the show before anything is added to it. */
  readonly transform?: (show: Show, format: FormatId) => Show;
};

export type OpenedShow = PreparedShow;

/** @throws ShowError naming path, place and reason. */
export async function openShow(path: string, options: OpenShowOptions = {}): Promise<OpenedShow> {
  const { frameDelayS = 0.1, transform = (show: Show) => show } = options;
  const imported = importShow(await readSource(path), { frameDelayS });
  return prepareShow({ ...imported, show: transform(imported.show, imported.format) });
}
