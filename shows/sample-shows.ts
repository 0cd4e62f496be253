/** The files of the sample shows. Knows their names and texts, not the disk. */
import { type Animation, toCleverShowCsv } from '../lib/show/index.js';
import { makeCircle } from './circle.js';
import { makeStarling } from './starling.js';
import { makeWave } from './wave.js';

/** A file of a show's folder; `name` without the folder. */
type ShowFile = { readonly name: string; readonly text: string };
export type SampleShow = { readonly folder: string; readonly files: readonly ShowFile[] };

/** Every sample show, each drone's file named `drone-N.csv`, N from 1. */
export function sampleShows(): SampleShow[] {
  return [toShow('circle', makeCircle()), toShow('wave', makeWave()), toShow('starling', makeStarling())];
}

function toShow(folder: string, animations: readonly Animation[]): SampleShow {
  const files = animations.map((animation, index) => ({
    name: `drone-${index + 1}.csv`,
    text: toCleverShowCsv(animation),
  }));
  return { folder, files };
}
