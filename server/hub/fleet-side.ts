/**
 * The fleet in the hub: drones as members, groups and the show as rooms, telemetry as variables. What it says is a fact:
 * no hook and no limit is asked. Knows the hub alone, neither drones nor shows; who calls it paces what it says.
 */

import { RefusedError } from '../../lib/errors.js';
import type { HubParts } from './asking.js';
import type { Content, HubValue, Member } from './hub-types.js';
import type { MemberEntry } from './member-book.js';
import type { Room } from './room.js';
import type { RoomDesk } from './room-desk.js';
import { TokenBucket } from './token-bucket.js';
import { applied, type VariableDesk } from './variable-desk.js';

/** The room of the show's state, always there and in all gateways. */
export const showRoom = 'show';

/** The gateway of members that came by none. */
const fleetGateway = 'fleet';

const unlimited = { burst: Number.POSITIVE_INFINITY, perS: 1 };

type Values = Readonly<Record<string, HubValue>>;

export class FleetSide {
  readonly #parts: HubParts;
  readonly #rooms: RoomDesk;
  readonly #variables: VariableDesk;

  constructor(parts: HubParts, desks: { readonly rooms: RoomDesk; readonly variables: VariableDesk }) {
    this.#parts = parts;
    this.#rooms = desks.rooms;
    this.#variables = desks.variables;
    parts.rooms.openFleets(showRoom);
  }

  /** Visitors' rooms of the same name are closed: their members have not asked to be in the fleet's. */
  openRoom(name: string): void {
    this.#parts.outbox.together(() => this.#open(name));
  }

  /** Puts all out. `show` stays. */
  closeRoom(name: string): void {
    const room = this.#parts.rooms.findFleets(name);
    if (room === undefined || name === showRoom) return;
    this.#parts.outbox.together(() => this.#rooms.close(room, 'the fleet has it no longer'));
  }

  /**
   * A drone that is new, has another name, or is in other rooms; rooms that are not there are opened.
   * @throws RefusedError when a visitor has its id.
   */
  setDrone(drone: { readonly id: string; readonly name: string; readonly rooms: readonly string[] }): void {
    this.#parts.outbox.together(() => {
      const entry = this.#droneOf(drone);
      const wanted = new Set(drone.rooms.map((name) => this.#open(name)));
      for (const room of [...entry.rooms]) if (!wanted.has(room)) this.#rooms.takeOut(entry, room, 'left');
      for (const room of wanted) if (!entry.rooms.has(room)) this.#rooms.enter(entry, room);
    });
  }

  removeDrone(id: string): void {
    const entry = this.#drone(id);
    if (entry === undefined) return;
    this.#parts.outbox.together(() => {
      this.#parts.members.remove(entry);
      this.#rooms.leaveAll(entry);
    });
  }

  /** Told to all who share a room with the drone; what is unchanged is left out. Unknown drones: nothing. */
  setDroneVariables(id: string, values: Values): void {
    const entry = this.#drone(id);
    if (entry !== undefined) this.#parts.outbox.together(() => this.#variables.setOf(entry, values, 0));
  }

  /** Of a room of the fleet, each told by itself; what is unchanged is left out. Unknown rooms: nothing. */
  setRoomVariables(name: string, values: Values): void {
    const room = this.#parts.rooms.findFleets(name);
    if (room === undefined) return;
    const { outbox } = this.#parts;
    outbox.together(() => {
      for (const [variable, value] of Object.entries(values)) {
        if (room.variables.holds(variable, value)) continue;
        const change = applied(room.variables, { kind: 'set', name: variable, value }, 0);
        const told = { room: room.info, from: undefined, correlation: undefined, change };
        outbox.post({ type: 'roomVariable', ...told }, room.hearers);
      }
    });
  }

  /** From the server to all in a room of the fleet. */
  sendToRoom(name: string, content: Content): void {
    const room = this.#parts.rooms.findFleets(name);
    if (room === undefined) return;
    const message = { room: room.info, from: undefined, content, correlation: undefined };
    this.#parts.outbox.together(() => {
      this.#parts.outbox.post({ type: 'roomMessage', ...message }, room.hearers);
      this.#parts.outbox.tell({ type: 'message', to: undefined, ...message });
    });
  }

  /** From the server to one member; `correlation`: its own token, when this answers it. */
  sendTo(memberId: string, content: Content, correlation?: HubValue): void {
    const to = this.#parts.members.get(memberId)?.info;
    if (to === undefined) return;
    const message = { room: undefined, from: undefined, to, content, correlation };
    this.#parts.outbox.together(() => {
      this.#parts.outbox.post({ type: 'privateMessage', ...message }, [memberId]);
      this.#parts.outbox.tell({ type: 'message', ...message });
    });
  }

  #open(name: string): Room {
    const { rooms } = this.#parts;
    const there = rooms.findFleets(name);
    if (there !== undefined) return there;
    for (const room of rooms.visitorsRooms(name)) this.#rooms.close(room, 'the fleet has taken its name');
    return rooms.openFleets(name);
  }

  #drone(id: string): MemberEntry | undefined {
    const entry = this.#parts.members.get(id);
    return entry?.door === undefined ? entry : undefined;
  }

  #droneOf({ id, name }: { readonly id: string; readonly name: string }): MemberEntry {
    const { members } = this.#parts;
    const there = this.#drone(id);
    if (there === undefined) {
      if (members.get(id) !== undefined)
        throw new RefusedError(
          'id_taken',
          `drone ${id}: a visitor of the hub has this id; gateways must make others`,
        );
      const entry = droneEntry({ id, name, role: 'drone', gateway: fleetGateway, latencyMs: undefined });
      members.add(entry);
      return entry;
    }
    const before = there.info.name;
    if (before === name) return there;
    members.change(there, { name });
    this.#rooms.tellRooms(there, 'renamed', before);
    return there;
  }
}

function droneEntry(info: Member): MemberEntry {
  return {
    info,
    door: undefined,
    address: '',
    rooms: new Set(),
    variables: undefined,
    deadline: undefined,
    isIdentified: true,
    isLoggedIn: true,
    messages: new TokenBucket(unlimited, 0),
    bytes: new TokenBucket(unlimited, 0),
  };
}
