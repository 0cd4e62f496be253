/** Groups of drones that people have named. Knows names alone: a drone of a group need not be in the table. */
import { errorText, RefusedError, UsageError } from '../../lib/errors.js';
import { parseSelection } from './selection-parser.js';

/** Ids by the group's name, in the order in which the groups were made. */
export type NamedGroups = ReadonlyMap<string, readonly string[]>;

const namePattern = /^[a-z0-9][a-z0-9-]{0,31}$/i;

const maxGroups = 100;

/** All groups together: what is kept over a crash stays readable, however long the names are. */
const maxMembers = 20_000;

const maxIdLength = 63;

/** @throws UsageError for a name that could not be told from something else that chooses drones. */
export function checkGroupName(name: string): void {
  if (!namePattern.test(name)) {
    const shown = name.slice(0, 40);
    throw new UsageError(
      `"${shown}" can not be a group's name: 1 to 32 letters, digits and dashes, no dash first, for example left-wing`,
    );
  }
  if (isTaken(name))
    throw new UsageError(
      `"${name}" can not be a group's name: it means something else already; for example group-${name}`,
    );
}

/** A word, a state, a number or a range: whoever writes it would not get the group. */
function isTaken(name: string): boolean {
  const lower = name.toLowerCase();
  if (lower === 'and' || lower === 'not') return true;
  return parseSelection(name).kind !== 'name';
}

/** The groups of one server. */
export class Groups {
  readonly #onChange: () => void;
  #groups: NamedGroups = new Map();

  /** `onChange`: after every change, but not after `restore`. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Another map after every change. */
  get all(): NamedGroups {
    return this.#groups;
  }

  /** @throws RefusedError when there is one of that name; UsageError for a wrong name, no drones, or too many. */
  add(name: string, ids: readonly string[]): void {
    if (this.#groups.has(name))
      throw new RefusedError('refused', `there is a group ${name} already: replace it, or take another name`);
    this.replace(name, ids);
  }

  /** In place of the one of that name, or new. @throws UsageError for a wrong name, no drones, or too many. */
  replace(name: string, ids: readonly string[]): void {
    this.#groups = withGroup(this.#groups, name, ids);
    this.#onChange();
  }

  /** @throws RefusedError when there is none. */
  remove(name: string): void {
    if (!this.#groups.has(name)) {
      const names = [...this.#groups.keys()].join(', ') || 'none';
      throw new RefusedError(
        'unknown_group',
        `no group is called "${name.slice(0, 40)}": there are ${names}`,
      );
    }
    this.#groups = new Map([...this.#groups].filter(([each]) => each !== name));
    this.#onChange();
  }

  /** Takes up what was kept; gives what could not be taken, and why. */
  restore(kept: readonly (readonly [name: string, ids: readonly string[]])[]): string[] {
    const notes: string[] = [];
    for (const [name, ids] of kept) {
      try {
        this.#groups = withGroup(this.#groups, name, ids);
      } catch (error) {
        notes.push(`a group of before is dropped: ${errorText(error)}`);
      }
    }
    return notes;
  }
}

function withGroup(groups: NamedGroups, name: string, ids: readonly string[]): NamedGroups {
  checkGroupName(name);
  const members = [...new Set(ids)];
  if (members.length === 0)
    throw new UsageError(`group ${name}: it would be empty; name at least one drone, for example 1-20`);
  const wrong = members.find((id) => id === '' || id.length > maxIdLength);
  if (wrong !== undefined)
    throw new UsageError(`group ${name}: "${wrong.slice(0, 40)}" is no drone's name: 1 to 63 characters`);
  const others = [...groups].filter(([each]) => each !== name);
  if (others.length >= maxGroups)
    throw new UsageError(`group ${name}: there are ${maxGroups} groups, more are not kept: remove one first`);
  const count = others.reduce((sum, [, each]) => sum + each.length, members.length);
  if (count > maxMembers)
    throw new UsageError(
      `group ${name}: all groups together would name ${count} drones, more than ${maxMembers}: remove one first`,
    );
  return new Map(groups).set(name, members);
}
