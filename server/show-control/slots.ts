/** Which drone flies which slot of the loaded show. Pure; knows ids and places, no connection. */
import type { Vec3 } from '../../lib/geo/frames.js';
import {
  type AssignBy,
  assignSlots,
  replaceDrone,
  type SlotAssignment,
} from '../../lib/show/assign/assign-slots.js';
import type { ShowOutline } from './show-store.js';

type Show = Pick<ShowOutline, 'slots'>;

/** By name until somebody decides: then it stays as it was decided, whoever joins later. */
export class Slots {
  #decided: SlotAssignment | undefined;
  /** Worked out once for a list: it is asked for with every drone of it. */
  #byName: { readonly ids: readonly string[]; readonly assignment: SlotAssignment } | undefined;

  /** The slot of a drone; undefined for a spare. `ids`: the same list until a drone comes or goes. */
  slotOf(id: string, ids: readonly string[], show: Show): string | undefined {
    return this.#present(ids, show).assigned.get(id);
  }

  /** Each drone with its slot, null for a spare; undefined while names decide. */
  get decided(): [id: string, slot: string | null][] | undefined {
    if (!this.#decided) return undefined;
    const { assigned, spares } = this.#decided;
    return [...assigned, ...spares.map((id): [string, null] => [id, null])];
  }

  /** Takes a decision over; slots that the show does not have are left out. */
  restore(decided: readonly (readonly [id: string, slot: string | null])[], show: Show): void {
    const assigned = new Map<string, string>();
    for (const [id, slot] of decided) if (slot !== null && show.slots.has(slot)) assigned.set(id, slot);
    const taken = new Set(assigned.values());
    this.#decided = {
      assigned,
      spares: decided.map(([id]) => id).filter((id) => !assigned.has(id)),
      empty: [...show.slots.keys()].filter((slot) => !taken.has(slot)),
    };
  }

  /** Forgets what was decided: another show was loaded. */
  forget(): void {
    this.#decided = undefined;
    this.#byName = undefined;
  }

  /** @throws ShowError when a place is needed and not known. */
  assign(
    how: AssignBy,
    ids: readonly string[],
    { show, places }: { readonly show: Show; readonly places: ReadonlyMap<string, Vec3> },
  ): SlotAssignment {
    const pads = new Map([...show.slots].map(([slot, { homeM }]) => [slot, homeM]));
    const options = how === 'places' ? { how, places: { drones: places, pads } } : { how };
    this.#decided = assignSlots(ids, [...show.slots.keys()], options);
    return this.#decided;
  }

  /** `spare` takes the place of `out`. @throws ShowError when one has no slot, or the other has one. */
  replace(
    { out, spare }: { readonly out: string; readonly spare: string },
    ids: readonly string[],
    show: Show,
  ): void {
    this.#decided = replaceDrone(this.#withNewcomers(ids, show), out, spare);
  }

  #present(ids: readonly string[], show: Show): SlotAssignment {
    if (this.#decided) return this.#decided;
    if (this.#byName?.ids !== ids)
      this.#byName = { ids, assignment: assignSlots(ids, [...show.slots.keys()], { how: 'regexp' }) };
    return this.#byName.assignment;
  }

  /** Drones that joined after the decision are spares. */
  #withNewcomers(ids: readonly string[], show: Show): SlotAssignment {
    const present = this.#present(ids, show);
    const spares = ids.filter((id) => !present.assigned.has(id));
    return { ...present, spares };
  }
}
