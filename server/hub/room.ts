/** One room: who is in it, who hears it, its variables. Knows no rule about who may do what. */

import type { Member, RoomInfo } from './hub-types.js';
import type { MemberEntry } from './member-book.js';
import { type Tally, VariableStore } from './variable-store.js';

/** What a room is made from. */
export type RoomMaking = RoomInfo & {
  /** The gateway it counts for; undefined: the fleet. */
  readonly home: string | undefined;
  readonly isReachableFrom: (gateway: string) => boolean;
  /** Where its variables count. */
  readonly held: Tally;
};

export class Room {
  readonly home: string | undefined;
  readonly isReachableFrom: (gateway: string) => boolean;
  /** Last values. */
  readonly variables: VariableStore;
  readonly #members = new Map<string, MemberEntry>();
  #info: RoomInfo;
  #hearers: readonly string[] | undefined;

  constructor(making: RoomMaking) {
    const { home, isReachableFrom, held, ...info } = making;
    this.variables = new VariableStore(held);
    this.home = home;
    this.isReachableFrom = isReachableFrom;
    this.#info = info;
  }

  get info(): RoomInfo {
    return this.#info;
  }

  get size(): number {
    return this.#members.size;
  }

  has(memberId: string): boolean {
    return this.#members.has(memberId);
  }

  add(entry: MemberEntry): void {
    this.#members.set(entry.info.id, entry);
    entry.rooms.add(this);
    this.#forgetHearers(entry);
  }

  /** An owner that leaves owns it no longer, and not again when it comes back. */
  remove(entry: MemberEntry): void {
    this.#members.delete(entry.info.id);
    entry.rooms.delete(this);
    this.#forgetHearers(entry);
    if (this.#info.ownerId === entry.info.id) this.#info = { ...this.#info, ownerId: undefined };
  }

  entries(): readonly MemberEntry[] {
    return [...this.#members.values()];
  }

  /** In the order they came. */
  roster(): readonly Member[] {
    return this.entries().map(({ info }) => info);
  }

  /**
   * Ids of all who are told what happens here, in an array that never changes. Drones are not: to tell each of 5,000
   * what the others do, for nobody, is the square of it.
   */
  get hearers(): readonly string[] {
    this.#hearers ??= this.roster()
      .filter(({ role }) => role !== 'drone')
      .map(({ id }) => id);
    return this.#hearers;
  }

  /** Drones that come and go change nothing: a fleet that appears is not the square of its size either. */
  #forgetHearers({ info }: MemberEntry): void {
    if (info.role !== 'drone') this.#hearers = undefined;
  }
}
