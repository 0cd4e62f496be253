/**
 * Shows the fleet in the hub: drones as members, groups as rooms, what changed as variables, at most five times a second;
 * nothing while there are no visitors. Knows the server's facade and the hub; no protocol.
 */
import type { Cancel, Clock } from '../../../lib/time/clock.js';
import { showRoom } from '../../hub/fleet-side.js';
import type { Hub } from '../../hub/hub.js';
import type { DroneView, ServerFacade, ServerSnapshot } from '../../snapshot.js';
import { droneVariables } from './drone-variables.js';
import { showVariables } from './show-variables.js';

/** Changes within this time are told together, ms. */
const paceMs = 200;

/** So long at a stretch, ms: to tell thousands of visitors takes a while, and the fleet's own messages do not wait for it. */
const stretchMs = 10;

/** Rooms that visitors of a protocol are put in without asking: no group can take these names. */
const reservedRooms: ReadonlySet<string> = new Set([showRoom, 'default']);

/** The member that a drone is. */
function memberIdOf(drone: string): string {
  return `drone:${drone}`;
}

export type FleetFeedOptions = {
  readonly hub: Hub;
  readonly facade: Pick<ServerFacade, 'snapshot' | 'onChange' | 'log'>;
  readonly clock: Clock;
  /** Names of the cues that there are. */
  readonly cues: readonly string[];
};

export class FleetFeed {
  readonly #options: FleetFeedOptions;
  readonly #drones = new Map<string, string>();
  readonly #rooms = new Set<string>();
  readonly #named = new Set<string>();
  readonly #unsubscribe: () => void;
  #visitors = 0;
  #cancelTimer: Cancel | undefined;
  /** The rest of the drones, while they are told in several stretches. */
  #cancelRest: Cancel | undefined;
  #hasChanged = false;
  #isClosed = false;

  constructor(options: FleetFeedOptions) {
    this.#options = options;
    this.#unsubscribe = options.facade.onChange(() => this.#schedule(paceMs));
    options.hub.listen('fleet feed', ({ type }) => {
      if (type === 'connected') this.#visitors++;
      else if (type === 'disconnected') this.#visitors--;
      // The first of them is to find a fleet when it looks.
      if (type === 'connected' && this.#visitors === 1) this.#tell(Number.POSITIVE_INFINITY);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#cancelTimer?.();
    this.#cancelRest?.();
  }

  #schedule(delayMs: number): void {
    this.#hasChanged = true;
    if (this.#cancelRest !== undefined) return;
    if (this.#cancelTimer !== undefined || this.#visitors === 0 || this.#isClosed) return;
    this.#cancelTimer = this.#options.clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      this.#tell();
    });
  }

  #tell(longestMs = stretchMs): void {
    if (this.#isClosed) return;
    this.#cancelRest?.();
    this.#cancelRest = undefined;
    this.#hasChanged = false;
    const { hub, facade, cues } = this.#options;
    const snapshot = facade.snapshot();
    const rooms = this.#roomsOf(snapshot);
    hub.together(() => {
      for (const name of this.#rooms) if (!rooms.has(name)) this.#close(name);
      for (const name of rooms.keys()) this.#open(name);
      this.#forget(snapshot);
      hub.fleet.setRoomVariables(showRoom, showVariables(snapshot, cues));
    });
    this.#showAll(snapshot.drones, rooms, longestMs);
  }

  #showAll(
    drones: readonly DroneView[],
    rooms: ReadonlyMap<string, ReadonlySet<string>>,
    longestMs: number,
  ): void {
    const { hub, clock } = this.#options;
    const sinceMs = clock.monotonicMs();
    for (const [index, drone] of drones.entries()) {
      if (clock.monotonicMs() - sinceMs >= longestMs) {
        this.#cancelRest = clock.after(0, () => {
          this.#cancelRest = undefined;
          this.#showAll(drones.slice(index), rooms, longestMs);
        });
        return;
      }
      hub.together(() => this.#show(drone, rooms));
    }
    if (this.#hasChanged) this.#schedule(paceMs);
  }

  /** Which drones are in which room. A group without any drone of the table is a room too. */
  #roomsOf({ groups }: ServerSnapshot): ReadonlyMap<string, ReadonlySet<string>> {
    const rooms = new Map<string, ReadonlySet<string>>();
    for (const [name, ids] of groups)
      if (reservedRooms.has(name)) this.#say(name);
      else rooms.set(name, new Set(ids));
    return rooms;
  }

  #say(name: string): void {
    if (this.#named.has(name)) return;
    this.#named.add(name);
    const text = `group ${name} is no room of the hub: that name has a use of its own there; name the group otherwise`;
    this.#options.facade.log('warning', text);
  }

  #open(name: string): void {
    if (this.#rooms.has(name)) return;
    this.#rooms.add(name);
    this.#options.hub.fleet.openRoom(name);
  }

  #close(name: string): void {
    this.#rooms.delete(name);
    this.#options.hub.fleet.closeRoom(name);
  }

  #forget({ drones }: ServerSnapshot): void {
    const present = new Set(drones.map(({ record }) => record.id));
    for (const id of this.#drones.keys()) {
      if (present.has(id)) continue;
      this.#drones.delete(id);
      this.#options.hub.fleet.removeDrone(memberIdOf(id));
    }
  }

  #show(drone: DroneView, groups: ReadonlyMap<string, ReadonlySet<string>>): void {
    const { fleet } = this.#options.hub;
    const { id } = drone.record;
    const memberId = memberIdOf(id);
    const rooms = [showRoom, ...[...groups].filter(([, ids]) => ids.has(id)).map(([name]) => name)];
    const key = rooms.join('\n');
    if (this.#drones.get(id) !== key) fleet.setDrone({ id: memberId, name: id, rooms });
    this.#drones.set(id, key);
    fleet.setDroneVariables(memberId, droneVariables(drone));
    if (drone.record.latencyMs !== undefined) this.#options.hub.setLatency(memberId, drone.record.latencyMs);
  }
}
