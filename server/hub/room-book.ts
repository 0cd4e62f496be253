/** Which rooms there are, and which of them a name means at a gateway. Knows no rule about who may do what. */

import { ConfigError } from '../../lib/errors.js';
import type { Bridge } from './policies.js';
import { Room } from './room.js';
import { Tally } from './variable-store.js';

/** No gateway may be called so: the scope of rooms that are in all of them. */
const everywhere = '*';

type Scope = { readonly name: string; readonly isReachableFrom: (gateway: string) => boolean };

export type RoomWish = {
  readonly name: string;
  /** Who asks for it. */
  readonly ownerId: string;
  readonly isHidden: boolean;
  readonly closesWithOwner: boolean;
};

/** Unambiguous: what is before the first NUL is never a client's text. */
function keyOf(scope: string, room: string): string {
  return `${scope}\0${room}`;
}

/** @throws ConfigError when a gateway would be on two bridges to rooms of one name. */
function checkBridges(bridges: readonly Bridge[]): void {
  for (const [index, bridge] of bridges.entries())
    for (const other of bridges.slice(0, index)) {
      if (other.room !== bridge.room) continue;
      const { gateways } = bridge;
      const both =
        gateways === 'all' ||
        other.gateways === 'all' ||
        gateways.some((name) => other.gateways.includes(name));
      if (both)
        throw new ConfigError(
          `bridge "${bridge.room}": a gateway is on two bridges to it; join them into one`,
        );
    }
}

export class RoomBook {
  /** What all variables are together. */
  readonly held = new Tally();
  readonly #rooms = new Map<string, Room>();
  readonly #homes = new Map<string, number>();
  readonly #scopes: readonly { readonly room: string; readonly scope: Scope }[];

  /** @throws ConfigError about bridges that contradict each other. */
  constructor(bridges: readonly Bridge[]) {
    checkBridges(bridges);
    this.#scopes = bridges.map(({ room, gateways }, index) => ({
      room,
      scope: {
        name: `bridge ${index}`,
        isReachableFrom: (gateway) => gateways === 'all' || gateways.includes(gateway),
      },
    }));
  }

  /** Visitors' rooms: all, or those that count for one gateway. */
  count(home?: string): number {
    if (home !== undefined) return this.#homes.get(home) ?? 0;
    return [...this.#homes.values()].reduce((sum, count) => sum + count, 0);
  }

  /** All rooms, the fleet's too. */
  get size(): number {
    return this.#rooms.size;
  }

  /** The room that `name` means at `gateway`, if there is one. */
  find(gateway: string, name: string): Room | undefined {
    return this.findFleets(name) ?? this.#rooms.get(keyOf(this.#scopeOf(gateway, name).name, name));
  }

  findFleets(name: string): Room | undefined {
    return this.#rooms.get(keyOf(everywhere, name));
  }

  /** Makes the room that `name` shall mean at `gateway`. There must be none. */
  open(gateway: string, wish: RoomWish): Room {
    const scope = this.#scopeOf(gateway, wish.name);
    const id = keyOf(scope.name, wish.name);
    const { isReachableFrom } = scope;
    this.#homes.set(gateway, this.count(gateway) + 1);
    const { held } = this;
    return this.#add(new Room({ ...wish, id, held, isFleets: false, home: gateway, isReachableFrom }));
  }

  /** Makes a room of the fleet. There must be none. */
  openFleets(name: string): Room {
    const id = keyOf(everywhere, name);
    const plain = { ownerId: undefined, isHidden: false, closesWithOwner: false };
    return this.#add(
      new Room({
        ...{ ...plain, id, name, held: this.held },
        ...{ isFleets: true, home: undefined, isReachableFrom: () => true },
      }),
    );
  }

  /** Visitors' rooms with this name, at whatever gateway. */
  visitorsRooms(name: string): readonly Room[] {
    return [...this.#rooms.values()].filter(({ info }) => info.name === name && !info.isFleets);
  }

  reachableFrom(gateway: string): readonly Room[] {
    return [...this.#rooms.values()].filter((room) => room.isReachableFrom(gateway));
  }

  destroy(room: Room): void {
    room.variables.clear();
    if (!this.#rooms.delete(room.info.id) || room.home === undefined) return;
    const left = this.count(room.home) - 1;
    if (left === 0) this.#homes.delete(room.home);
    else this.#homes.set(room.home, left);
  }

  #scopeOf(gateway: string, room: string): Scope {
    const bridged = this.#scopes.find(
      (bridge) => bridge.room === room && bridge.scope.isReachableFrom(gateway),
    );
    // A gateway's own name, with what no bridge begins with.
    return bridged?.scope ?? { name: `at ${gateway}`, isReachableFrom: (other) => other === gateway };
  }

  #add(room: Room): Room {
    this.#rooms.set(room.info.id, room);
    return room;
  }
}
