/** The show that is loaded, as the server uses it: judged, with what each slot's drone is sent. Knows no folder. */
import { exportCleverShow } from '../../lib/show/formats/clever-show.js';
import { leadOf } from '../../lib/show/part/show-part.js';
import type { PreparedShow } from '../../lib/show/prepare-show.js';
import type { Show } from '../../lib/show/show.js';
import { checkShow } from '../../lib/show/validate/check-show.js';
import type { ShowLimits } from '../../lib/show/validate/limits.js';
import type { LoadedShow } from '../snapshot.js';

export type StoredShow = {
  readonly loaded: LoadedShow;
  readonly show: Show;
  /** What a drone of ours holds, by slot, and its SHA-256. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly digests: ReadonlyMap<string, string>;
  /** The animation file for an old drone of that slot; undefined for a slot that the show has not. */
  readonly animation: (slot: string) => Uint8Array | undefined;
};

/** Frames a second of what old drones are sent. Source: clever-show's own frame delay of 0.1 s. */
const oldRateHz = 10;

/** A show ready to be sent, judged by the limits that the server was given, the show's own, and the defaults. */
export function storeShow(prepared: PreparedShow, limits: Partial<ShowLimits> = {}): StoredShow {
  const { show, parts, digests, digest, format, notes } = prepared;
  const { violations, warnings, stats } = checkShow(show, { limits });
  let files: ReadonlyMap<string, Uint8Array> | undefined;
  return {
    loaded: {
      name: show.title,
      slots: [...show.slots.keys()],
      durationS: stats.durationS + leadOf(show.slots),
      ...{ digest, format, notes, violations, warnings },
    },
    ...{ show, parts, digests },
    animation: (slot) => {
      files ??= exportCleverShow(show, { rateHz: oldRateHz }).files;
      return files.get(`${slot}.csv`);
    },
  };
}
