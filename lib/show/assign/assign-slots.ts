/** Says which drone flies which slot of a show, in one of three ways. Knows names and places; no show and no fleet. */
import { ShowError } from '../../errors.js';
import type { Vec3 } from '../../geo/frames.js';
import { assignByPlaces } from './by-places.js';

/**
 * - `id`: a drone flies the slot of its own name. - `regexp`: also the first slot left over whose name, read as a
 * regular expression (without repeated groups), matches its whole id. - `places`: the pad that `assignByPlaces` finds.
 */
export type AssignBy = 'id' | 'regexp' | 'places';

/** By drone id and by slot, one frame for both, m. What has no place here takes no part in `places`. */
export type AssignPlaces = {
  readonly drones: ReadonlyMap<string, Vec3>;
  readonly pads: ReadonlyMap<string, Vec3>;
};

/** No slot twice. `spares`: drones without a slot; `empty`: slots without a drone; each in the order given. */
export type SlotAssignment = {
  readonly assigned: ReadonlyMap<string, string>;
  readonly spares: readonly string[];
  readonly empty: readonly string[];
};

/** @throws ShowError for `places` without places, and when a place is not finite. */
export function assignSlots(
  droneIds: readonly string[],
  slots: readonly string[],
  options: { readonly how: AssignBy; readonly places?: AssignPlaces },
): SlotAssignment {
  const { how, places } = options;
  if (how !== 'places') return settle(droneIds, slots, byName(droneIds, slots, how));
  if (!places) throw new ShowError('drones can not be assigned by place: no places are given');
  const found = assignByPlaces(only(places.drones, droneIds), only(places.pads, slots));
  return settle(droneIds, slots, found);
}

/**
 * `spareId` takes over the slot of `droneId`, which becomes a spare in its stead; nobody else's slot changes.
 * @throws ShowError when `droneId` has no slot or `spareId` is no spare.
 */
export function replaceDrone(assignment: SlotAssignment, droneId: string, spareId: string): SlotAssignment {
  const slot = assignment.assigned.get(droneId);
  if (slot === undefined) throw new ShowError(`${droneId} can not be replaced: it has no slot`);
  if (!assignment.spares.includes(spareId))
    throw new ShowError(`${spareId} can not replace ${droneId}: it is not a spare`);
  const assigned = new Map(
    [...assignment.assigned].map(([id, its]) => [id === droneId ? spareId : id, its] as const),
  );
  const spares = assignment.spares.map((id) => (id === spareId ? droneId : id));
  return { assigned, spares, empty: assignment.empty };
}

/** Own names first for all, so that no expression takes a slot from the drone it is named after. */
function byName(droneIds: readonly string[], slots: readonly string[], how: 'id' | 'regexp') {
  const left = new Set(slots);
  const found = new Map<string, string>();
  const take = (droneId: string, slot: string | undefined) => {
    if (slot !== undefined && left.delete(slot)) found.set(droneId, slot);
  };
  for (const droneId of droneIds) take(droneId, droneId);
  if (how === 'id') return found;
  const expressions = new Map(slots.map((slot) => [slot, wholeMatcher(slot)]));
  for (const droneId of droneIds)
    if (!found.has(droneId))
      take(
        droneId,
        slots.find((slot) => left.has(slot) && expressions.get(slot)?.test(droneId)),
      );
  return found;
}

/** A repeated group, or more repetitions than this, may take for ever to find that a name does not match. */
const repeatedGroup = /\)[*+{]/;
const maxRepetitions = 3;

/** So do alternatives behind alternatives: each pair of them doubles the ways that are tried. */
const maxWays = 200;

/** Of whole names. Undefined when it is not a regular expression, which it need not be, or not one that is quickly decided. */
export function wholeMatcher(pattern: string): RegExp | undefined {
  const repetitions = pattern.match(/[*+?{]/g)?.length ?? 0;
  if (repeatedGroup.test(pattern) || repetitions > maxRepetitions || waysThrough(pattern) > maxWays)
    return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** In how many ways the alternatives of a regular expression can be combined, at most. */
function waysThrough(pattern: string): number {
  const signs = pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, '').match(/[()|]/g) ?? [];
  const open: number[] = [];
  let ways = 1;
  let alternatives = 1;
  for (const sign of signs) {
    if (sign === '|') alternatives += 1;
    else {
      if (sign === '(') open.push(alternatives);
      else ways *= alternatives;
      alternatives = sign === '(' ? 1 : (open.pop() ?? 1);
    }
  }
  return ways * alternatives;
}

function only(places: ReadonlyMap<string, Vec3>, names: readonly string[]): Map<string, Vec3> {
  return new Map(
    names.flatMap((name) => {
      const place = places.get(name);
      return place ? [[name, place] as const] : [];
    }),
  );
}

function settle(
  droneIds: readonly string[],
  slots: readonly string[],
  found: ReadonlyMap<string, string>,
): SlotAssignment {
  const taken = new Set(found.values());
  const assigned = new Map(
    [...new Set(droneIds)].flatMap((id) => {
      const slot = found.get(id);
      return slot === undefined ? [] : [[id, slot] as const];
    }),
  );
  return {
    assigned,
    spares: [...new Set(droneIds)].filter((id) => !found.has(id)),
    empty: [...new Set(slots)].filter((slot) => !taken.has(slot)),
  };
}
