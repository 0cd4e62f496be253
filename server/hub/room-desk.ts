/** Rooms: coming, going, being put out, and what rooms there are. Knows no protocol; messages are another desk's. */

import {
  admittedAsker,
  clashes,
  goneMeanwhile,
  type HubParts,
  isStillThere,
  limitsOf,
  longName,
  nameTaken,
} from './asking.js';
import type { LeaveCause, PresenceDelivery } from './deliveries.js';
import { EmptyRooms } from './empty-rooms.js';
import {
  type Ask,
  type Denied,
  deny,
  type HubValue,
  type Member,
  type Outcome,
  type RoomInfo,
} from './hub-types.js';
import type { MemberEntry } from './member-book.js';
import type { Room } from './room.js';

/** What a room shall be like if it is made by joining it. */
export type JoinWish = { readonly isHidden?: boolean; readonly closesWithOwner?: boolean };

export type Joined = {
  readonly room: RoomInfo;
  /** All in it, in the order they came, the one who asked last. */
  readonly roster: readonly Member[];
  /** Last values. */
  readonly variables: readonly (readonly [string, HubValue])[];
};

export type ListedRoom = { readonly room: RoomInfo; readonly memberCount: number };

/** What all say who ask about a room that they are not in: not even whether there is one. */
export function notInRoom(name: string): Denied {
  return deny('not_in_room', `not in the room "${name}"`);
}

export class RoomDesk {
  readonly #parts: HubParts;
  readonly #empty: EmptyRooms;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.#empty = new EmptyRooms(parts.rooms, parts.policies);
  }

  join(ask: Ask, name: string, wish: JoinWish = {}): Outcome<Joined> {
    const admitted = admittedAsker(this.#parts, ask);
    if (admitted.denied) return admitted;
    const { asker } = admitted;
    const { isHidden = false, closesWithOwner = false } = wish;
    const { hooks, rooms } = this.#parts;
    const early = this.#joinDenial(asker, name);
    if (early !== undefined) return early;
    const isNew = rooms.find(asker.info.gateway, name) === undefined;
    const member = asker.info;
    const denied = hooks.ask('join', { member, room: name, isNew, isHidden, closesWithOwner });
    if (denied !== undefined) return { denied };
    const late = this.#joinDenial(asker, name);
    if (late !== undefined) return late;
    const { gateway, id: ownerId } = asker.info;
    const room =
      rooms.find(gateway, name) ?? rooms.open(gateway, { name, ownerId, isHidden, closesWithOwner });
    this.enter(asker, room);
    return { room: room.info, roster: room.roster(), variables: room.variables.entries() };
  }

  leave(ask: Ask, name: string): Outcome<{ room: RoomInfo }> {
    const found = this.askerIn(ask, name);
    if (found.denied) return found;
    const { asker, room } = found;
    const denied = this.#parts.hooks.ask('leave', { member: asker.info, room: name });
    if (denied !== undefined) return { denied };
    if (!room.has(asker.info.id)) return notInRoom(name);
    this.takeOut(asker, room, 'left');
    return { room: room.info };
  }

  /** Its owner may, and every operator. No drone is put out. */
  kick(ask: Ask, name: string, targetId: string): Outcome<{ room: RoomInfo; target: Member }> {
    const found = this.askerIn(ask, name);
    if (found.denied) return found;
    const { asker, room } = found;
    const target = this.#parts.members.get(targetId);
    const mayKick = () => asker.info.role === 'operator' || room.info.ownerId === asker.info.id;
    if (!mayKick())
      return deny('not_owner', `only the owner of "${name}" or an operator may put somebody out`);
    if (target === undefined || !room.has(targetId))
      return deny('member_unknown', `member ${targetId} is not in the room "${name}"`);
    if (target.info.role === 'drone') return deny('not_allowed', 'drones are not put out of rooms');
    const question = { member: asker.info, room: name, target: target.info };
    const denied = this.#parts.hooks.ask('kick', question);
    if (denied !== undefined) return { denied };
    if (!room.has(asker.info.id) || !mayKick()) return notInRoom(name);
    if (!room.has(targetId)) return deny('member_unknown', `member ${targetId} has left the room "${name}"`);
    this.takeOut(target, room, 'kicked', `put out by ${asker.info.name ?? asker.info.id}`);
    return { room: room.info, target: target.info };
  }

  /** The rooms in reach that are not hidden, and the hidden ones it is in. */
  list(ask: Ask): Outcome<{ rooms: readonly ListedRoom[] }> {
    const admitted = admittedAsker(this.#parts, ask);
    if (admitted.denied) return admitted;
    const { info } = admitted.asker;
    const denied = this.#parts.hooks.ask('list', { member: info });
    if (denied !== undefined) return { denied };
    const rooms = this.#parts.rooms
      .reachableFrom(info.gateway)
      .filter((room) => !room.info.isHidden || room.has(info.id))
      .map((room) => ({ room: room.info, memberCount: room.size }));
    return { rooms };
  }

  /** Who asks, in the room it names. */
  askerIn(ask: Ask, name: string): Outcome<{ asker: MemberEntry; room: Room }> {
    const admitted = admittedAsker(this.#parts, ask);
    if (admitted.denied) return admitted;
    const { asker } = admitted;
    const room = this.#parts.rooms.find(asker.info.gateway, name);
    return room?.has(asker.info.id) ? { asker, room } : notInRoom(name);
  }

  /** Without asking anybody. */
  enter(entry: MemberEntry, room: Room): void {
    room.add(entry);
    this.#empty.entered(room);
    const { outbox } = this.#parts;
    outbox.post({ type: 'joined', room: room.info, member: entry.info }, room.hearers, entry.info.id);
  }

  /** Without asking anybody. `reason` is for who is taken out against its will. */
  takeOut(entry: MemberEntry, room: Room, cause: LeaveCause, reason = ''): void {
    const { outbox } = this.#parts;
    const { ownerId, closesWithOwner } = room.info;
    room.remove(entry);
    if (cause === 'kicked' || cause === 'closed')
      outbox.post({ type: 'removed', room: room.info, cause, reason }, [entry.info.id]);
    if (closesWithOwner && ownerId === entry.info.id) {
      this.close(room, 'its owner has left');
      return;
    }
    outbox.post({ type: 'left', room: room.info, member: entry.info, cause }, room.hearers);
    if (room.size === 0 && !room.info.isFleets) this.#empty.emptied(room);
  }

  /** Puts all out, each told once and not of the others. */
  close(room: Room, reason: string): void {
    this.#parts.outbox.post({ type: 'removed', room: room.info, cause: 'closed', reason }, room.hearers);
    for (const entry of room.entries()) room.remove(entry);
    this.#empty.destroy(room);
  }

  /** Rooms that all left long ago are no more. */
  forgetEmpty(nowMs: number): void {
    this.#empty.look(nowMs);
  }

  /** Whether so many bytes more of variables can be held; rooms that nobody is in give way. */
  canHold(bytes: number): boolean {
    const { policies, rooms } = this.#parts;
    while (bytes > 0 && rooms.held.bytes + bytes > policies.limits.maxHeldBytes)
      if (!this.#empty.giveWay()) return false;
    return true;
  }

  leaveAll(entry: MemberEntry): void {
    for (const room of [...entry.rooms]) this.takeOut(entry, room, 'disconnected');
  }

  /** Tells the others in its rooms what `entry` is now. */
  tellRooms(entry: MemberEntry, type: 'renamed' | 'changed', before?: string): void {
    for (const room of entry.rooms) {
      const told = { room: room.info, member: entry.info };
      const delivery: PresenceDelivery = type === 'renamed' ? { type, ...told, before } : { type, ...told };
      this.#parts.outbox.post(delivery, room.hearers, entry.info.id);
    }
  }

  #joinDenial(asker: MemberEntry, name: string): Denied | undefined {
    if (!isStillThere(this.#parts, asker)) return goneMeanwhile(asker);
    const limits = limitsOf(this.#parts, asker);
    const room = this.#parts.rooms.find(asker.info.gateway, name);
    if (room?.has(asker.info.id)) return deny('already_in_room', `in the room "${name}" already`);
    if (asker.rooms.size >= limits.maxRoomsPerMember)
      return deny('rooms_full', `${limits.maxRoomsPerMember} rooms at a time are all that are taken`);
    if (room === undefined) return longName(name, limits) ?? this.#openDenial(asker, name);
    if (room.hearers.length >= limits.maxMembersPerRoom)
      return deny('room_full', `the room "${name}" is full: ${limits.maxMembersPerRoom} are all that fit`);
    const own = asker.info.name;
    const isTaken =
      own !== undefined && room.entries().some((other) => clashes(this.#parts, asker, own, other));
    return isTaken ? nameTaken(own) : undefined;
  }

  /** Rooms that nobody is in give way. */
  #openDenial({ info: { gateway } }: MemberEntry, name: string): Denied | undefined {
    const { policies, rooms } = this.#parts;
    if (policies.of(gateway).ownRooms.includes(name)) return undefined;
    const full = deny('rooms_full', 'there are as many rooms as can be');
    const isFullHere = rooms.count(gateway) >= policies.of(gateway).limits.maxRooms;
    if (isFullHere && !this.#empty.giveWay(gateway)) return full;
    const isFull = rooms.count() >= policies.limits.maxRooms;
    return isFull && !this.#empty.giveWay() ? full : undefined;
  }
}
