/** CL4's messages and variables between members: to rooms, to some in rooms, to one directly. Knows no other command. */
import {
  type Cl4Message,
  type Cl4Requests,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  pythonText,
  statusDetails,
} from '../../../lib/protocols/cloudlink/index.js';
import type { Content, Denial, RoomInfo } from '../../hub/hub-types.js';
import { type Cl4Rooms, namedRooms } from './cl4-rooms.js';
import type { Cl4Voice } from './cl4-voice.js';

/** On a message to a room that is a variable. */
export const variableMark = 'gvar';

/** One whom a private message is for: a username, a handle, or an object with handles. */
type Target = string | JsonObject;

export class Cl4Talk {
  readonly #voice: Cl4Voice;
  readonly #rooms: Cl4Rooms;

  constructor(voice: Cl4Voice, rooms: Cl4Rooms) {
    this.#voice = voice;
    this.#rooms = rooms;
  }

  gmsg(message: Cl4Requests['gmsg']): void {
    const { hub } = this.#voice.visit;
    const content = { value: message.val };
    this.#inRooms(message, (room) => {
      const ask = this.#voice.ask(message.listener);
      return hub.sendToRoom(ask, { room, content, echo: true }).denied;
    });
  }

  /** CL4's rooms have no memory: what the hub can not keep any more is told all the same. */
  gvar({ name, val: value, ...message }: Cl4Requests['gvar']): void {
    const { hub } = this.#voice.visit;
    this.#inRooms(message, (room) => {
      const ask = this.#voice.ask(message.listener);
      const wish = { kind: 'set', name, value } as const;
      const { denied } = hub.changeRoomVariable(ask, { room, wish, echo: true });
      if (denied?.code !== 'variables_full' && denied?.code !== 'bad_name') return denied;
      const content = { topic: name, value, marks: { [variableMark]: true } };
      return hub.sendToRoom(ask, { room, content, echo: true }).denied;
    });
  }

  pmsg(message: Cl4Requests['pmsg']): void {
    this.#privately(message, { value: message.val });
  }

  pvar(message: Cl4Requests['pvar']): void {
    this.#privately(message, { topic: message.name, value: message.val });
  }

  /** A username reaches its bearer where there is one alone; on success nothing is said. */
  direct(message: Cl4Requests['direct']): void {
    const { hub, memberId, directory } = this.#voice.visit;
    const named = hub.findNamed(memberId, message.id);
    if (named.length > 1) {
      this.#tellMany(message, named.length);
      return;
    }
    const to = named[0]?.id ?? directory.memberId(message.id);
    const content = { value: message.val };
    const { denied } = hub.sendPrivate(this.#voice.ask(message.listener), { to, content });
    if (denied?.code === 'member_unknown') this.#voice.status(103, message);
    else if (denied !== undefined) this.#voice.deny(denied, message);
  }

  /** Stops at the first room that is denied; those before it were served. */
  #inRooms(message: Cl4Message, send: (room: string) => Denial | undefined): void {
    for (const room of this.#roomsOf(message) ?? []) {
      const denied = send(room);
      if (denied === undefined) continue;
      this.#voice.denyAt(room, denied, message);
      return;
    }
  }

  #privately(message: Cl4Requests['pmsg'], content: Content): void {
    if (!this.#voice.hasName(message)) return;
    const targets = targetsOf(message.id);
    if (targets === undefined) {
      this.#voice.status(102, message, { details: 'id must be a text, a user object, or a list of these.' });
      return;
    }
    const rooms = this.#roomsOf(message);
    if (rooms === undefined) return;
    let isFound = false;
    for (const room of rooms) {
      const count = this.#sendInRoom(message, { room, targets, content });
      if (count === undefined) return;
      isFound ||= count > 0;
    }
    if (isFound) this.#voice.status(100, message);
    else this.#voice.status(103, message, { details: statusDetails.noMatches(pythonText(message.id)) });
  }

  /** How many it was sent to; undefined: the command stops, and the sender knows why. */
  #sendInRoom(
    message: Cl4Requests['pmsg'],
    { room, targets, content }: { room: string; targets: readonly Target[]; content: Content },
  ): number | undefined {
    const { hub, memberId, settings } = this.#voice.visit;
    const info = hub.roomsOf(memberId).find(({ name }) => name === room);
    if (info === undefined) {
      this.#voice.status(115, message, { details: statusDetails.roomNotJoined(room) });
      return undefined;
    }
    const ids = new Set(targets.flatMap((target) => this.#matches(target, info)));
    if (ids.size > 1 && settings.warnIfMultipleUsernameMatches) {
      this.#tellMany(message, ids.size);
      return undefined;
    }
    for (const to of ids) {
      const { denied } = hub.sendPrivate(this.#voice.ask(message.listener), { to, room, content });
      if (denied === undefined) continue;
      this.#voice.denyAt(room, denied, message);
      return undefined;
    }
    return ids.size;
  }

  /** Those in the room: by username, else by snowflake, UUID or the hub's id. */
  #matches(target: Target, room: RoomInfo): readonly string[] {
    const { hub, memberId, directory } = this.#voice.visit;
    const isInRoom = (id: string) => hub.roomsOf(id).some(({ id: roomId }) => roomId === room.id);
    if (typeof target !== 'string') {
      const handles = [target.id, target.uuid].filter((handle) => typeof handle === 'string');
      return handles.map((handle) => directory.memberId(handle)).filter(isInRoom);
    }
    const named = hub.findNamed(memberId, target, room.name);
    if (named.length > 0) return named.map(({ id }) => id);
    return [directory.memberId(target)].filter(isInRoom);
  }

  #tellMany(message: Cl4Requests['pmsg'], count: number): void {
    const details = statusDetails.manyMatches(pythonText(message.id), count);
    this.#voice.status(104, message, { details });
  }

  /** All that it is in where it names none; undefined: it names none that could be, and knows it. */
  #roomsOf(message: Cl4Message): readonly string[] | undefined {
    if (message.rooms === undefined) return this.#rooms.names;
    const rooms = namedRooms(message.rooms);
    if (rooms === undefined)
      this.#voice.status(102, message, { details: 'rooms must be a room or a list of rooms.' });
    return rooms;
  }
}

function targetsOf(id: JsonValue): readonly Target[] | undefined {
  if (typeof id === 'string' || isJsonObject(id)) return [id];
  if (typeof id !== 'object' || id === null) return undefined;
  const targets = [...id.values()].filter(
    (item): item is Target => typeof item === 'string' || isJsonObject(item),
  );
  return targets.length === id.length ? targets : undefined;
}
