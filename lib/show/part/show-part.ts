/** What one drone holds of a show: its own part, and what all have in common. Data and derivation; knows no bytes. */
import { ShowError } from '../../errors.js';
import { naturalOrder } from '../natural-order.js';
import type { Origin, Show, SlotShow } from '../show.js';
import type { ShowLimits } from '../validate/limits.js';

export type ShowPart = {
  readonly slot: string;
  readonly common: PartCommon;
  readonly show: SlotShow;
};

export type PartCommon = {
  readonly title: string;
  /** Time from the start of the show to its own zero: room for what begins before that, and for the motors, s. */
  readonly leadS: number;
  readonly origin?: Origin;
  readonly headingDeg?: number;
  readonly limits: Partial<ShowLimits>;
};

/** Motors run idle for so long before the first movement, s. Source: clever-show's arming_time. */
export const armingS = 0.5;

/** The part of each slot. */
export function partsOf(show: Show): Map<string, ShowPart> {
  const { title, origin, headingDeg, limits } = show;
  const { slots } = show;
  const common: PartCommon = {
    title,
    leadS: leadOf(slots),
    ...(origin && { origin }),
    ...(headingDeg !== undefined && { headingDeg }),
    limits,
  };
  return new Map([...slots].map(([slot, part]) => [slot, { slot, common, show: part }]));
}

/** How long before the own zero of a show it is started, s; from the microseconds in which parts hold their start. */
export function leadOf(slots: Show['slots']): number {
  const earliestS = Math.min(0, ...[...slots.values()].map(({ trajectory }) => trajectory.startS));
  return armingS + Math.ceil(Math.round(-earliestS * 1e6) / 1000) / 1000;
}

/** The show of its parts, in any order, with what no drone holds. @throws ShowError for parts of different shows. */
export function showOf(parts: readonly ShowPart[], rest: Pick<Show, 'cues' | 'music' | 'segments'>): Show {
  const [first] = parts;
  if (!first) throw new ShowError('the show has no drones');
  const expected = JSON.stringify(first.common);
  const slots = new Map<string, SlotShow>();
  for (const { slot, common, show } of [...parts].sort((a, b) => naturalOrder(a.slot, b.slot))) {
    if (JSON.stringify(common) !== expected)
      throw new ShowError(`the parts of ${first.slot} and ${slot} are of different shows`);
    if (slots.has(slot)) throw new ShowError(`there are two parts for ${slot}`);
    slots.set(slot, show);
  }
  const { leadS: _, ...common } = first.common;
  return { ...common, ...rest, slots };
}
