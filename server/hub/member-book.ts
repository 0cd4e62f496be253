/** Who is in the hub, found by id, name and address, and by when each has to have said who it is. Knows no rule. */

import type { Member } from './hub-types.js';
import type { Room } from './room.js';
import type { TokenBucket } from './token-bucket.js';
import type { VariableStore } from './variable-store.js';

/** What a member has still to do, and until when (monotonic). */
export type Deadline = { readonly what: 'identify' | 'login'; readonly atMs: number };

/** A member as the hub keeps it. */
export type MemberEntry = {
  info: Member;
  /** The gateway it came in by: two protocols can share one. Drones have none. */
  readonly door: string | undefined;
  readonly address: string;
  readonly rooms: Set<Room>;
  /** Last values; most members have none. */
  variables: VariableStore | undefined;
  deadline: Deadline | undefined;
  isIdentified: boolean;
  isLoggedIn: boolean;
  messages: TokenBucket;
  bytes: TokenBucket;
};

/** The same for all spellings that a reader takes for the same name. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

class Counts {
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#counts.size;
  }

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: string | undefined, by: 1 | -1): void {
    if (key === undefined) return;
    const count = this.of(key) + by;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}

export class MemberBook {
  readonly #entries = new Map<string, MemberEntry>();
  readonly #byName = new Map<string, Set<MemberEntry>>();
  readonly #addresses = new Counts();
  readonly #doors = new Counts();
  readonly #pending = new Set<MemberEntry>();
  #visitors = 0;

  get(id: string): MemberEntry | undefined {
    return this.#entries.get(id);
  }

  /** All but drones. */
  get visitors(): number {
    return this.#visitors;
  }

  atAddress(address: string): number {
    return this.#addresses.of(address);
  }

  atDoor(door: string): number {
    return this.#doors.of(door);
  }

  /** How much is kept: for measuring, and for seeing that nothing stays behind. */
  get sizes(): Readonly<Record<'members' | 'names' | 'addresses' | 'doors' | 'pending', number>> {
    return {
      members: this.#entries.size,
      names: this.#byName.size,
      addresses: this.#addresses.size,
      doors: this.#doors.size,
      pending: this.#pending.size,
    };
  }

  add(entry: MemberEntry): void {
    this.#entries.set(entry.info.id, entry);
    this.#index(entry);
    if (entry.deadline !== undefined) this.#pending.add(entry);
    if (entry.door === undefined) return;
    this.#visitors += 1;
    this.#addresses.add(entry.address, 1);
    this.#doors.add(entry.door, 1);
  }

  remove(entry: MemberEntry): void {
    this.#entries.delete(entry.info.id);
    this.#unindex(entry);
    this.#pending.delete(entry);
    if (entry.door === undefined) return;
    this.#visitors -= 1;
    this.#addresses.add(entry.address, -1);
    this.#doors.add(entry.door, -1);
  }

  change(entry: MemberEntry, change: Partial<Omit<Member, 'id'>>): void {
    this.#unindex(entry);
    entry.info = { ...entry.info, ...change };
    this.#index(entry);
  }

  setDeadline(entry: MemberEntry, deadline: Deadline | undefined): void {
    entry.deadline = deadline;
    if (deadline === undefined) this.#pending.delete(entry);
    else this.#pending.add(entry);
  }

  /** Those who still have something to do. */
  pending(): Iterable<MemberEntry> {
    return this.#pending;
  }

  /** Those whose name reads the same. */
  alike(name: string): readonly MemberEntry[] {
    return [...(this.#byName.get(foldName(name)) ?? [])];
  }

  /** Those with exactly this name. */
  named(name: string): readonly MemberEntry[] {
    return this.alike(name).filter(({ info }) => info.name === name);
  }

  #index(entry: MemberEntry): void {
    if (entry.info.name === undefined) return;
    const key = foldName(entry.info.name);
    const alike = this.#byName.get(key) ?? new Set();
    this.#byName.set(key, alike.add(entry));
  }

  #unindex(entry: MemberEntry): void {
    if (entry.info.name === undefined) return;
    const key = foldName(entry.info.name);
    const alike = this.#byName.get(key);
    alike?.delete(entry);
    if (alike?.size === 0) this.#byName.delete(key);
  }
}
