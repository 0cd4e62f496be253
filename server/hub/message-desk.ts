/** Messages to a room, to one in a room, and to one directly. Knows no protocol and keeps nothing. */

import { admittedAsker, type HubParts, shareRoom } from './asking.js';
import { type Ask, type Content, deny, type Member, type Outcome, type RoomInfo } from './hub-types.js';
import type { MemberEntry } from './member-book.js';
import type { Room } from './room.js';
import { notInRoom, type RoomDesk } from './room-desk.js';

export type RoomPost = {
  readonly room: string;
  readonly content: Content;
  /** The sender gets its own copy too. */
  readonly echo?: boolean;
};

export type PrivatePost = {
  /** The member's id. */
  readonly to: string;
  /** Both must be in it. Without: direct, to whoever is in reach. */
  readonly room?: string;
  readonly content: Content;
};

/** Where a private message goes: through a room, or directly. */
type Route = { readonly asker: MemberEntry; readonly room: Room | undefined };

export class MessageDesk {
  readonly #parts: HubParts;
  readonly #rooms: RoomDesk;

  constructor(parts: HubParts, rooms: RoomDesk) {
    this.#parts = parts;
    this.#rooms = rooms;
  }

  sendToRoom(ask: Ask, { room: name, content, echo = false }: RoomPost): Outcome<{ room: RoomInfo }> {
    const found = this.#rooms.askerIn(ask, name);
    if (found.denied) return found;
    const { asker, room } = found;
    const { hooks, outbox } = this.#parts;
    const denied = hooks.ask('roomMessage', { member: asker.info, room: name, what: 'message', content });
    if (denied !== undefined) return { denied };
    if (!room.has(ask.by)) return notInRoom(name);
    const message = { room: room.info, from: asker.info, content, correlation: ask.correlation };
    outbox.post({ type: 'roomMessage', ...message }, room.hearers, echo ? undefined : ask.by);
    outbox.tell({ type: 'message', to: undefined, ...message });
    return { room: room.info };
  }

  sendPrivate(ask: Ask, { to, room: name, content }: PrivatePost): Outcome<{ to: Member }> {
    const route = this.#routeOf(ask, name);
    if (route.denied) return route;
    const { asker, room } = route;
    const { hooks, outbox } = this.#parts;
    const target = this.#inReach(route, to);
    if (target === undefined) return deny('member_unknown', `no member ${to} in reach`);
    const question = { member: asker.info, to: target.info, room: name, content };
    const denied = hooks.ask('privateMessage', question);
    if (denied !== undefined) return { denied };
    if (!this.#isThere(route) || this.#inReach(route, to) !== target)
      return deny('member_unknown', `member ${to} has left`);
    const { correlation } = ask;
    const message = { room: room?.info, from: asker.info, to: target.info, content, correlation };
    outbox.post({ type: 'privateMessage', ...message }, [to]);
    outbox.tell({ type: 'message', ...message });
    return { to: target.info };
  }

  /**
   * All in reach whose name is exactly this: in the room, or without one for a direct message. A drone's name is the
   * drone's alone: nobody who took it before the drone came gets what is meant for the drone, or keeps it from the drone.
   */
  findNamed(by: string, name: string, roomName?: string): readonly Member[] {
    const asker = this.#parts.members.get(by);
    if (asker === undefined) return [];
    const room = roomName === undefined ? undefined : this.#parts.rooms.find(asker.info.gateway, roomName);
    if (roomName !== undefined && !room?.has(by)) return [];
    const found = this.#parts.members
      .named(name)
      .filter(({ info }) => this.#inReach({ asker, room }, info.id) !== undefined)
      .map(({ info }) => info);
    const drones = found.filter(({ role }) => role === 'drone');
    return drones.length > 0 ? drones : found;
  }

  #routeOf(ask: Ask, room: string | undefined): Outcome<Route> {
    if (room !== undefined) return this.#rooms.askerIn(ask, room);
    const admitted = admittedAsker(this.#parts, ask);
    return admitted.denied ? admitted : { asker: admitted.asker, room: undefined };
  }

  #isThere({ asker, room }: Route): boolean {
    const { id } = asker.info;
    return room === undefined ? this.#parts.members.get(id) === asker : room.has(id);
  }

  /** Directly one reaches members of the same gateway, those with whom one shares a room, and drones. */
  #inReach({ asker, room }: Route, id: string): MemberEntry | undefined {
    const target = this.#parts.members.get(id);
    if (target === undefined) return undefined;
    if (room !== undefined) return room.has(id) ? target : undefined;
    const isOpen = target.info.role === 'drone' || target.info.gateway === asker.info.gateway;
    return isOpen || shareRoom(asker, target) ? target : undefined;
  }
}
