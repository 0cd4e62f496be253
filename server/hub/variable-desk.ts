/** Last-value variables of rooms and members. Knows no protocol; what the fleet sets, the fleet's side sets. */

import {
  admittedAsker,
  goneMeanwhile,
  type HubParts,
  isStillThere,
  limitsOf,
  longName,
  shareRoom,
} from './asking.js';
import type { VariableChange } from './deliveries.js';
import { type Ask, type Denied, deny, type HubValue, type Outcome } from './hub-types.js';
import type { MemberEntry } from './member-book.js';
import type { Room } from './room.js';
import { notInRoom, type RoomDesk } from './room-desk.js';
import { VariableStore } from './variable-store.js';

/** What shall happen to a variable. `set` makes it where there is none. */
export type VariableWish =
  | { readonly kind: 'set'; readonly name: string; readonly value: HubValue }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  | { readonly kind: 'delete'; readonly name: string };

export type VariablePost = {
  readonly room: string;
  readonly wish: VariableWish;
  /** Who asks gets its own copy too. */
  readonly echo?: boolean;
  /** A value that is held already is told to nobody. */
  readonly dropUnchanged?: boolean;
};

/** `isTold` false: nothing to tell, for nothing changed. */
export type VariableOutcome = Outcome<{ readonly isTold: boolean }>;

export class VariableDesk {
  readonly #parts: HubParts;
  readonly #rooms: RoomDesk;

  constructor(parts: HubParts, rooms: RoomDesk) {
    this.#parts = parts;
    this.#rooms = rooms;
  }

  changeRoom(ask: Ask, post: VariablePost): VariableOutcome {
    const found = this.#rooms.askerIn(ask, post.room);
    if (found.denied) return found;
    const { asker, room } = found;
    const { wish } = post;
    if (room.info.isFleets) return deny('not_allowed', `only the fleet sets the variables of "${post.room}"`);
    if (post.dropUnchanged && wish.kind === 'set' && room.variables.holds(wish.name, wish.value))
      return { isTold: false };
    const early = this.#wishDenial(ask, asker, { room, wish });
    if (early !== undefined) return early;
    const content = { topic: wish.name, value: wish.kind === 'set' ? wish.value : null };
    const question = { member: asker.info, room: post.room, what: 'variable', content } as const;
    const denied = this.#parts.hooks.ask('roomMessage', question);
    if (denied !== undefined) return { denied };
    if (!room.has(ask.by)) return notInRoom(post.room);
    const late = this.#wishDenial(ask, asker, { room, wish });
    if (late !== undefined) return late;
    this.#tell(ask, { asker, room, echo: post.echo ?? false }, applied(room.variables, wish, ask.sizeBytes));
    return { isTold: true };
  }

  /** The asker's own; told to all who share a room with it. What is unchanged is left out. */
  setOwn(ask: Ask, values: Readonly<Record<string, HubValue>>): VariableOutcome {
    const admitted = admittedAsker(this.#parts, ask);
    if (admitted.denied) return admitted;
    const { asker } = admitted;
    const early = this.#ownDenial(ask, asker, values);
    if (early !== undefined) return early;
    for (const room of [...asker.rooms]) {
      const content = { value: values };
      const question = { member: asker.info, room: room.info.name, what: 'variable', content } as const;
      const denied = this.#parts.hooks.ask('roomMessage', question);
      if (denied !== undefined) return { denied };
    }
    const late = this.#ownDenial(ask, asker, values);
    if (late !== undefined) return late;
    return { isTold: this.setOf(asker, values, ask.sizeBytes) };
  }

  /** Without asking anybody. Whether anything changed. */
  setOf(entry: MemberEntry, values: Readonly<Record<string, HubValue>>, sizeBytes: number): boolean {
    entry.variables ??= new VariableStore(this.#parts.rooms.held);
    const held = entry.variables;
    const changed = Object.entries(values).filter(([name, value]) => !held.holds(name, value));
    if (changed.length === 0) return false;
    for (const [name, value] of changed) held.set(name, value, sizeBytes / changed.length);
    this.#parts.outbox.post(
      { type: 'memberVariables', member: entry.info, changed: Object.fromEntries(changed) },
      hearersOf(entry),
      entry.info.id,
    );
    return true;
  }

  /** Last values of a member, for those who share a room with it. */
  ofMember(by: string, memberId: string): readonly (readonly [string, HubValue])[] {
    const asker = this.#parts.members.get(by);
    const entry = this.#parts.members.get(memberId);
    if (asker === undefined || entry?.variables === undefined) return [];
    const maySee = asker === entry || shareRoom(asker, entry);
    return maySee ? entry.variables.entries() : [];
  }

  #wishDenial(ask: Ask, asker: MemberEntry, on: { room: Room; wish: VariableWish }): Denied | undefined {
    const { variables } = on.room;
    const { wish } = on;
    const limits = limitsOf(this.#parts, asker);
    if (wish.kind !== 'set' && !variables.has(wish.name))
      return deny('variable_unknown', `there is no variable "${wish.name}"`);
    if (wish.kind === 'rename') return longName(wish.to, limits);
    if (wish.kind === 'delete') return undefined;
    const names = [wish.name];
    if (!variables.haveSpace(names, ask.sizeBytes, limits))
      return deny('variables_full', `the room "${on.room.info.name}" holds as much as it can`);
    return longName(wish.name, limits) ?? this.#heldDenial(variables.growth(names, ask.sizeBytes));
  }

  #ownDenial(ask: Ask, asker: MemberEntry, values: Readonly<Record<string, HubValue>>): Denied | undefined {
    if (!isStillThere(this.#parts, asker)) return goneMeanwhile(asker);
    const limits = limitsOf(this.#parts, asker);
    const names = Object.keys(values);
    const held = asker.variables ?? new VariableStore(this.#parts.rooms.held);
    const tooLong = names.map((name) => longName(name, limits)).find((denied) => denied !== undefined);
    if (tooLong !== undefined) return tooLong;
    if (!held.haveSpace(names, ask.sizeBytes, limits))
      return deny('variables_full', 'a member holds no more variables than that');
    return this.#heldDenial(held.growth(names, ask.sizeBytes));
  }

  #heldDenial(growthBytes: number): Denied | undefined {
    if (this.#rooms.canHold(growthBytes)) return undefined;
    return deny('variables_full', 'all rooms and members together hold as much as can be');
  }

  #tell(
    ask: Ask,
    on: { readonly asker: MemberEntry; readonly room: Room; readonly echo: boolean },
    change: VariableChange,
  ): void {
    const { info: room, hearers } = on.room;
    const { correlation } = ask;
    this.#parts.outbox.post(
      { type: 'roomVariable', room, from: on.asker.info, change, correlation },
      hearers,
      on.echo ? undefined : ask.by,
    );
  }
}

/** Does it, and says what was done. */
export function applied(variables: VariableStore, wish: VariableWish, sizeBytes: number): VariableChange {
  const { name } = wish;
  if (wish.kind === 'set') {
    const kind = variables.has(name) ? 'set' : 'created';
    variables.set(name, wish.value, sizeBytes);
    return { kind, name, value: wish.value };
  }
  if (wish.kind === 'rename') {
    variables.rename(name, wish.to);
    return { kind: 'renamed', name, to: wish.to };
  }
  variables.delete(name);
  return { kind: 'deleted', name };
}

/** All who share a room with it, each once. */
function hearersOf(entry: MemberEntry): readonly string[] {
  const [only, ...others] = [...entry.rooms];
  if (only === undefined) return [];
  if (others.length === 0) return only.hearers;
  return [...new Set([...entry.rooms].flatMap((room) => room.hearers))];
}
