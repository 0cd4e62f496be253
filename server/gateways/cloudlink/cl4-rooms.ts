/** CL4's link and unlink, and what a member is told of a room that it enters. Knows no message between members. */
import { Buffer } from 'node:buffer';
import {
  type Cl4Requests,
  globalVariable,
  isJsonObject,
  type JsonValue,
  userList,
  writeJson,
} from '../../../lib/protocols/cloudlink/index.js';
import type { Denial, HubValue, Member } from '../../hub/hub-types.js';
import type { Joined } from '../../hub/room-desk.js';
import type { Cl4Voice } from './cl4-voice.js';
import { userOf } from './directory.js';
import { valOf } from './values.js';

/** Where everybody is who is nowhere else. */
const defaultRoom = 'default';

/** Rooms as clients name them: one text, or a list of texts, each taken once; undefined: neither. */
export function namedRooms(value: JsonValue): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || isJsonObject(value)) return undefined;
  const names = value.filter((item): item is string => typeof item === 'string');
  return names.length === value.length ? [...new Set(names)] : undefined;
}

export class Cl4Rooms {
  readonly #voice: Cl4Voice;

  constructor(voice: Cl4Voice) {
    this.#voice = voice;
  }

  /** Of the rooms it is in. */
  get names(): readonly string[] {
    const { hub, memberId } = this.#voice.visit;
    return hub.roomsOf(memberId).map(({ name }) => name);
  }

  /** On identification: others see it when it has a username, so nobody is told. */
  enterDefault(): Denial | undefined {
    return this.#voice.visit.hub.join(this.#voice.ask(), defaultRoom).denied;
  }

  /** All with a username. */
  list(room: string, roster?: readonly Member[]): void {
    const { hub, memberId } = this.#voice.visit;
    const named = (roster ?? hub.roster(memberId, room)).filter(({ name }) => name !== undefined);
    this.#voice.say(userList(room, named.map(userOf)));
  }

  link(message: Cl4Requests['link']): void {
    const voice = this.#voice;
    if (!voice.hasName(message)) return;
    const rooms = this.#roomsOf(message);
    if (rooms === undefined) return;
    const before = this.names;
    const isLeft = !rooms.includes(defaultRoom) && before.includes(defaultRoom);
    let denied = isLeft ? voice.visit.hub.leave(voice.ask(), defaultRoom).denied : undefined;
    const entered: Joined[] = [];
    for (const room of rooms) {
      const joined = before.includes(room) ? this.list(room) : this.#enter(room);
      if (joined?.denied) denied ??= joined.denied;
      else if (joined) entered.push(joined);
    }
    if (denied !== undefined && this.names.length === 0) this.#enter(defaultRoom);
    if (denied === undefined) voice.status(100, message);
    else voice.deny(denied, message);
    for (const joined of entered) this.#tellValues(joined);
  }

  unlink(message: Cl4Requests['unlink']): void {
    const voice = this.#voice;
    if (!voice.hasName(message)) return;
    const rooms = message.val === '' ? this.names : this.#roomsOf(message);
    if (rooms === undefined) return;
    let denied: Denial | undefined;
    for (const room of rooms) {
      if (!this.names.includes(room)) continue;
      denied ??= voice.visit.hub.leave(voice.ask(), room).denied;
    }
    if (this.names.length === 0) this.#enter(defaultRoom);
    if (denied === undefined) voice.status(100, message);
    else voice.deny(denied, message);
  }

  /** Put out of a room that it did not leave: it sees the room empty, and is at least in the default one. */
  putOut(room: string): void {
    this.list(room, []);
    if (this.names.length === 0) this.#enter(defaultRoom);
  }

  #roomsOf(message: Cl4Requests['link']): readonly string[] | undefined {
    const rooms = namedRooms(message.val);
    if (rooms === undefined)
      this.#voice.status(102, message, { details: 'val must be a room or a list of rooms.' });
    return rooms;
  }

  #enter(room: string) {
    const joined = this.#voice.visit.hub.join(this.#voice.ask(), room);
    if (!joined.denied) this.list(room, joined.roster);
    return joined;
  }

  /** Last values of the fleet's rooms and their drones; other rooms have no memory. */
  #tellValues({ room, roster, variables }: Joined): void {
    if (!room.isFleets) return;
    for (const [name, value] of variables)
      this.#voice.say(globalVariable({ name, val: valOf(value), room: room.name }));
    this.#voice.visit.wire.sendSlowly(this.#droneValues(room.name, roster));
  }

  /** Thousands of drones take a while to be told; each is told as it is then. */
  *#droneValues(room: string, roster: readonly Member[]): Iterator<Uint8Array> {
    const { hub, memberId } = this.#voice.visit;
    for (const member of roster)
      for (const [name, value] of hub.variablesOf(memberId, member.id))
        if (member.name !== undefined)
          yield Buffer.from(writeJson(memberVariable({ member: member.name, name, value, room })));
  }
}

/** A member's variable, as a variable of the room. */
export function memberVariable(variable: {
  readonly member: string;
  readonly name: string;
  readonly value: HubValue;
  readonly room: string;
}) {
  const { member, name, value, room } = variable;
  return globalVariable({ name: `${member}.${name}`, val: valOf(value), room });
}
