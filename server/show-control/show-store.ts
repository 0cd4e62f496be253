/** The show that is loaded, as the server uses it: judged, with what each slot's drone is sent. Knows no folder. */
import { exportCleverShow } from '../../lib/show/formats/clever-show.js';
import { armingS, leadOf } from '../../lib/show/part/show-part.js';
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
  /** The animation file for an old drone of that slot; undefined for a slot that the show has not. @throws ShowError */
  readonly animation: (slot: string) => Uint8Array | undefined;
  /** The id in that file, by which an old drone says what it holds. */
  readonly animationId: (slot: string) => string;
};

/** Frames a second of what old drones are sent. Source: clever-show's own frame delay of 0.1 s. */
const oldRateHz = 10;

/** Of the title, as much as the id of an old drone's animation holds. */
const maxIdTitle = 60;

/** A show ready to be sent, judged by the limits that the server was given, the show's own, and the defaults. */
export function storeShow(prepared: PreparedShow, limits: Partial<ShowLimits> = {}): StoredShow {
  const { show, parts, digests, digest, format, notes } = prepared;
  const { violations, warnings, stats } = checkShow(show, { limits });
  const animationId = (slot: string) =>
    `${show.title.trim().slice(0, maxIdTitle)} ${digests.get(slot)?.slice(0, 8) ?? ''}`.trim();
  return {
    loaded: {
      name: show.title,
      slots: [...show.slots.keys()],
      durationS: stats.durationS + leadOf(show.slots),
      ...{ digest, format, notes, violations, warnings },
    },
    ...{ show, parts, digests, animationId },
    animation: (slot) => {
      const part = show.slots.get(slot);
      // One at a time: a large show at once would keep the server from everything else.
      const only =
        part &&
        exportCleverShow(
          { ...show, slots: new Map([[slot, part]]) },
          // Old drones begin with the first frame when the others have begun and started their motors.
          { rateHz: oldRateHz, startS: armingS - leadOf(show.slots), idOf: animationId },
        );
      return only?.files.get(`${slot}.csv`);
    },
  };
}
