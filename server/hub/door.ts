/** Members coming, saying who they are, and going. Knows no socket: who is late is told, not thrown out. */

import {
  chargedAsker,
  clashes,
  goneMeanwhile,
  type HubParts,
  isStillThere,
  limitsOf,
  longName,
  nameTaken,
  shareRoom,
} from './asking.js';
import { type Ask, type Denied, deny, type Member, type Outcome, type VisitorRole } from './hub-types.js';
import type { MemberEntry } from './member-book.js';
import type { HubLimits } from './policies.js';
import type { RoomDesk } from './room-desk.js';
import { TokenBucket } from './token-bucket.js';

export type Arrival = {
  /** Unique in the hub, made by the gateway. */
  readonly id: string;
  /** Which gateway it came to. */
  readonly gateway: string;
  /** Where it comes from, without its port; only as trusted as whoever told the gateway. */
  readonly address: string;
  /** Monotonic. */
  readonly nowMs: number;
};

/** Who has not said in time what it had to. */
export type Overdue = {
  readonly memberId: string;
  readonly what: 'identify' | 'login';
  readonly reason: string;
};

export class Door {
  readonly #parts: HubParts;
  readonly #rooms: RoomDesk;

  constructor(parts: HubParts, rooms: RoomDesk) {
    this.#parts = parts;
    this.#rooms = rooms;
  }

  connect(arrival: Arrival): Outcome<{ member: Member }> {
    const { id, gateway, address } = arrival;
    const { hooks, members, outbox, policies } = this.#parts;
    const early = this.#arrivalDenial(arrival);
    if (early !== undefined) return early;
    const denied = hooks.ask('connect', { id, gateway, address });
    if (denied !== undefined) return { denied };
    const late = this.#arrivalDenial(arrival);
    if (late !== undefined) return late;
    const entry = visitorEntry(arrival, policies.of(gateway).limits);
    members.add(entry);
    outbox.tell({ type: 'connected', member: entry.info, address });
    return { member: entry.info };
  }

  /** `gateway`: what it turned out to speak, where several share a port. */
  identify(ask: Ask, gateway: string): Outcome<{ member: Member; motd: string | undefined }> {
    const charged = chargedAsker(this.#parts, ask);
    if (charged.denied) return charged;
    const { asker } = charged;
    if (asker.isIdentified) return deny('already_identified', 'the protocol of a connection does not change');
    const { members, outbox, policies } = this.#parts;
    const { limits, motd, needsLogin } = policies.of(gateway);
    asker.isIdentified = true;
    if (gateway !== asker.info.gateway) {
      members.change(asker, { gateway });
      asker.messages = new TokenBucket(limits.messages, ask.nowMs);
      asker.bytes = new TokenBucket(limits.bytes, ask.nowMs);
    }
    const atMs = ask.nowMs + limits.loginMs;
    members.setDeadline(asker, needsLogin ? { what: 'login', atMs } : undefined);
    outbox.tell({ type: 'identified', member: asker.info });
    return { member: asker.info, motd };
  }

  /** The gateway has checked who it is; the first name a member gets, once. */
  login(ask: Ask, as: { readonly name: string; readonly role: VisitorRole }): Outcome<{ member: Member }> {
    const charged = chargedAsker(this.#parts, ask);
    if (charged.denied) return charged;
    const { asker } = charged;
    const { hooks, members, outbox } = this.#parts;
    const early = this.#roleDenial(asker, as.role) ?? this.#loginDenial(asker, as.name);
    if (early !== undefined) return early;
    const denied = hooks.ask('login', { member: asker.info, ...as });
    if (denied !== undefined) return { denied };
    const late = this.#loginDenial(asker, as.name);
    if (late !== undefined) return late;
    asker.isLoggedIn = true;
    members.setDeadline(asker, undefined);
    this.#rename(asker, as);
    outbox.tell({ type: 'login', member: asker.info });
    return { member: asker.info };
  }

  rename(ask: Ask, name: string): Outcome<{ member: Member }> {
    const charged = chargedAsker(this.#parts, ask);
    if (charged.denied) return charged;
    const { asker } = charged;
    if (!asker.isLoggedIn) return deny('login_required', 'log in first');
    const early = this.#nameDenial(asker, name);
    if (early !== undefined) return early;
    const denied = this.#parts.hooks.ask('rename', { member: asker.info, name });
    if (denied !== undefined) return { denied };
    const late = this.#nameDenial(asker, name);
    if (late !== undefined) return late;
    if (name !== asker.info.name) this.#rename(asker, { name });
    return { member: asker.info };
  }

  setRole(id: string, role: VisitorRole): Outcome<{ member: Member }> {
    const entry = this.#parts.members.get(id);
    if (entry === undefined) return deny('not_connected', `there is no member ${id}`);
    if (entry.door === undefined) return deny('not_allowed', 'a drone is a drone');
    const denied = this.#roleDenial(entry, role);
    if (denied !== undefined) return denied;
    if (role !== entry.info.role) {
      this.#parts.members.change(entry, { role });
      this.#rooms.tellRooms(entry, 'changed');
    }
    return { member: entry.info };
  }

  /** Unknown members are gone already: nothing to do. */
  setLatency(id: string, latencyMs: number): void {
    const entry = this.#parts.members.get(id);
    if (entry !== undefined) this.#parts.members.change(entry, { latencyMs });
  }

  disconnect(id: string, reason: string): void {
    const { members, outbox } = this.#parts;
    const entry = members.get(id);
    if (entry === undefined || entry.door === undefined) return;
    members.remove(entry);
    entry.variables?.clear();
    this.#rooms.leaveAll(entry);
    outbox.tell({ type: 'disconnected', member: entry.info, reason });
  }

  due(nowMs: number): readonly Overdue[] {
    return [...this.#parts.members.pending()].flatMap(({ info, deadline }) => {
      if (deadline === undefined || deadline.atMs > nowMs) return [];
      const what = deadline.what === 'login' ? 'no login' : 'nothing that says which protocol it speaks';
      return [{ memberId: info.id, what: deadline.what, reason: `${what} in time` }];
    });
  }

  nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const { deadline } of this.#parts.members.pending())
      if (deadline !== undefined && (next === undefined || deadline.atMs < next)) next = deadline.atMs;
    return next;
  }

  #arrivalDenial({ id, gateway, address }: Arrival): Denied | undefined {
    const { members, policies } = this.#parts;
    const { limits } = policies.of(gateway);
    if (members.get(id) !== undefined) return deny('id_taken', `there is a member ${id} already`);
    if (members.visitors >= policies.limits.maxMembers || members.atDoor(gateway) >= limits.maxMembers)
      return deny('hub_full', 'the server is full');
    if (members.atAddress(address) >= limits.maxPerAddress)
      return deny(
        'address_full',
        `${limits.maxPerAddress} connections from ${address} are all that are taken`,
      );
    return undefined;
  }

  #loginDenial(asker: MemberEntry, name: string): Denied | undefined {
    if (!asker.isIdentified) return deny('not_identified', 'say first which protocol you speak');
    if (asker.isLoggedIn) return deny('already_logged_in', 'it has logged in already');
    return this.#nameDenial(asker, name);
  }

  /** A drone's name is the drone's alone; for the rest it is as the gateway has it. */
  #nameDenial(asker: MemberEntry, name: string): Denied | undefined {
    const { members } = this.#parts;
    if (!isStillThere(this.#parts, asker)) return goneMeanwhile(asker);
    const limits = limitsOf(this.#parts, asker);
    const tooLong = longName(name, limits);
    if (tooLong !== undefined) return tooLong;
    const alike = members.alike(name).filter((other) => other !== asker);
    const isTaken = alike.some(
      (other) =>
        other.info.role === 'drone' || (clashes(this.#parts, asker, name, other) && shareRoom(other, asker)),
    );
    if (isTaken) return nameTaken(name);
    const same = alike.filter(({ info }) => info.name === name && info.gateway === asker.info.gateway);
    if (same.length < limits.maxPerName) return undefined;
    return deny('name_full', `${limits.maxPerName} connections as "${name}" are all that are taken`);
  }

  #roleDenial({ info: { gateway } }: MemberEntry, role: VisitorRole): Denied | undefined {
    if (role === 'guest' || this.#parts.policies.of(gateway).highestRole === 'operator') return undefined;
    return deny('not_allowed', `nobody acts who comes by ${gateway}`);
  }

  #rename(asker: MemberEntry, change: { readonly name: string; readonly role?: VisitorRole }): void {
    const before = asker.info.name;
    this.#parts.members.change(asker, change);
    this.#rooms.tellRooms(asker, 'renamed', before);
  }
}

function visitorEntry({ id, gateway, address, nowMs }: Arrival, limits: HubLimits): MemberEntry {
  return {
    info: { id, name: undefined, role: 'guest', gateway, latencyMs: undefined },
    door: gateway,
    address,
    rooms: new Set(),
    variables: undefined,
    deadline: { what: 'identify', atMs: nowMs + limits.identifyMs },
    isIdentified: false,
    isLoggedIn: false,
    messages: new TokenBucket(limits.messages, nowMs),
    bytes: new TokenBucket(limits.bytes, nowMs),
  };
}
