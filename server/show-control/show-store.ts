/** The show that is loaded, as the server uses it: judged, with what each slot's drone is sent. Knows no folder. */
import type { Vec3 } from '../../lib/geo/frames.js';
import { exportCleverShow } from '../../lib/show/formats/clever-show.js';
import { armingS, leadOf } from '../../lib/show/part/show-part.js';
import type { PreparedShow } from '../../lib/show/prepare-show.js';
import type { Cue, Music, Show } from '../../lib/show/show.js';
import { checkShow } from '../../lib/show/validate/check-show.js';
import type { ShowLimits } from '../../lib/show/validate/limits.js';
import type { ShowRules } from '../oversight/settings.js';
import type { LoadedShow } from '../snapshot.js';

/** What the server itself needs of a show: little, however long the show is. */
export type ShowOutline = {
  /** Where each slot's drone stands before the show; in natural order. */
  readonly slots: ReadonlyMap<string, { readonly homeM: Vec3 }>;
  /** From the start of the show to its own zero, s. */
  readonly leadS: number;
  readonly cues: readonly Cue[];
  readonly music?: Music;
};

/** Data alone: it may cross between threads. */
export type JudgedShow = {
  readonly loaded: LoadedShow;
  readonly show: ShowOutline;
  /** What a drone of ours holds, by slot, and its SHA-256. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly digests: ReadonlyMap<string, string>;
};

export type StoredShow = JudgedShow & {
  /** What alerts, gates and losses are to do in this show alone. */
  readonly rules?: ShowRules;
  /** The animation file for an old drone of that slot; undefined for a slot that the show has not. @throws ShowError */
  readonly animation: (slot: string) => Promise<Uint8Array | undefined>;
};

/** Frames a second of what old drones are sent. Source: clever-show's own frame delay of 0.1 s. */
const oldRateHz = 10;

/** Of the title, as much as the id of an old drone's animation holds. */
const maxIdTitle = 60;

/** A show ready to be sent, judged by the limits that the server was given, the show's own, and the defaults. */
export function judgeShow(prepared: PreparedShow, limits: Partial<ShowLimits> = {}): JudgedShow {
  const { show, parts, digests, digest, format, notes } = prepared;
  const { violations, warnings, stats } = checkShow(show, { limits });
  const { cues, music } = show;
  const leadS = leadOf(show.slots);
  return {
    loaded: {
      name: show.title,
      slots: [...show.slots.keys()],
      durationS: stats.durationS + leadS,
      ...{ digest, format, notes, violations, warnings },
    },
    show: {
      slots: new Map([...show.slots].map(([slot, { homeM }]) => [slot, { homeM }])),
      ...{ leadS, cues, ...(music && { music }) },
    },
    ...{ parts, digests },
  };
}

/** The id in the animation file of a slot, by which an old drone says what it holds. `digest`: of the slot's part. */
export function animationIdOf(title: string, digest: string): string {
  return `${title.trim().slice(0, maxIdTitle)} ${digest.slice(0, 8)}`.trim();
}

/**
 * The animation file for an old drone of a slot; undefined for a slot that the show has not. One at a time: a large
 * show at once takes long. @throws ShowError
 */
export function animationOf(
  show: Show,
  digests: ReadonlyMap<string, string>,
  slot: string,
): Uint8Array | undefined {
  const part = show.slots.get(slot);
  if (!part) return undefined;
  const { files } = exportCleverShow(
    { ...show, slots: new Map([[slot, part]]) },
    {
      rateHz: oldRateHz,
      // Old drones begin with the first frame when the others have begun and started their motors.
      startS: armingS - leadOf(show.slots),
      idOf: () => animationIdOf(show.title, digests.get(slot) ?? ''),
    },
  );
  return files.get(`${slot}.csv`);
}
