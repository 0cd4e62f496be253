/** Looks up a choice of drones in a fleet and its groups. Pure; knows no grammar, no connection and no screen. */
import type { DroneView } from '../snapshot.js';
import { byNumber, fits } from './name-pattern.js';
import { compareDigits, type Selection } from './selection-atom.js';
import { isInState } from './selection-words.js';

export type Selected = {
  /** In the order of the table. */
  readonly ids: string[];
  /**
   * What names nothing here: a drone, a group, a number, a range or a pattern without any drone; as it was written. Whoever
   * commands refuses while there is any: `not drone-8` without a drone-8 would be everybody.
   */
  readonly unknown: string[];
  /** Members of groups that were named, and are not in the table now. */
  readonly absent: string[];
};

/**
 * `drones` in the table's order. `selected`: what the panel has selected; without one, the word is unknown. A state that
 * no drone is in is not unknown: it is nobody.
 */
export function select(
  selection: Selection,
  drones: readonly DroneView[],
  groups: ReadonlyMap<string, readonly string[]>,
  selected?: ReadonlySet<string>,
): Selected {
  const lookUp = new LookUp(drones, groups, selected);
  const found = lookUp.of(selection);
  return {
    ids: lookUp.ids.filter((id) => found.has(id)),
    unknown: [...lookUp.unknown],
    absent: [...lookUp.absent],
  };
}

type Ids = ReadonlySet<string>;

const nobody: Ids = new Set();

class LookUp {
  readonly ids: readonly string[];
  readonly unknown = new Set<string>();
  readonly absent = new Set<string>();
  readonly #drones: readonly DroneView[];
  readonly #groups: ReadonlyMap<string, readonly string[]>;
  readonly #selected: Ids | undefined;
  readonly #all: Ids;
  #numbers: ReadonlyMap<string, string[]> | undefined;

  constructor(
    drones: readonly DroneView[],
    groups: ReadonlyMap<string, readonly string[]>,
    selected: Ids | undefined,
  ) {
    this.#drones = drones;
    this.#groups = groups;
    this.#selected = selected;
    this.ids = drones.map(({ record }) => record.id);
    this.#all = new Set(this.ids);
  }

  of(selection: Selection): Ids {
    switch (selection.kind) {
      case 'union':
        return new Set(selection.of.flatMap((part) => [...this.of(part)]));
      case 'both':
        return this.#both(selection.of.map((part) => this.of(part)));
      case 'not':
        return this.#without(this.of(selection.of));
      case 'all':
        return this.#all;
      case 'none':
        return nobody;
      case 'selected':
        return this.#selected ?? this.#unknown('selected');
      case 'state':
        return this.#where((drone) => isInState(drone, selection.state));
      case 'numbers':
        return this.#ofNumbers(selection);
      case 'glob':
        return this.#known(
          selection.text,
          this.ids.filter((id) => fits(id, selection.text)),
        );
      case 'id':
        return this.#known(`id:${selection.text}`, this.#all.has(selection.text) ? [selection.text] : []);
      case 'group':
        return this.#ofGroup(selection.text, `@${selection.text}`);
      case 'name':
        return this.#all.has(selection.text)
          ? new Set([selection.text])
          : this.#ofGroup(selection.text, selection.text);
    }
  }

  #both(sets: readonly Ids[]): Ids {
    return new Set(this.ids.filter((id) => sets.every((set) => set.has(id))));
  }

  #without(ids: Ids): Ids {
    return new Set(this.ids.filter((id) => !ids.has(id)));
  }

  #where(holds: (drone: DroneView) => boolean): Ids {
    return new Set(this.#drones.filter(holds).map(({ record }) => record.id));
  }

  #ofNumbers({ text, from, to }: Selection & { kind: 'numbers' }): Ids {
    if (this.#all.has(text)) return new Set([text]);
    this.#numbers ??= byNumber(this.ids);
    if (from === to) return this.#known(text, this.#numbers.get(from) ?? []);
    const isWithin = (number: string) => compareDigits(from, number) <= 0 && compareDigits(number, to) <= 0;
    return this.#known(
      text,
      [...this.#numbers].flatMap(([number, ids]) => (isWithin(number) ? ids : [])),
    );
  }

  #ofGroup(name: string, text: string): Ids {
    const members = this.#groups.get(name);
    if (!members) return this.#unknown(text);
    for (const id of members) if (!this.#all.has(id)) this.absent.add(id);
    return this.#known(
      text,
      members.filter((id) => this.#all.has(id)),
    );
  }

  #known(text: string, ids: readonly string[]): Ids {
    return ids.length > 0 ? new Set(ids) : this.#unknown(text);
  }

  #unknown(text: string): Ids {
    this.unknown.add(text);
    return nobody;
  }
}
