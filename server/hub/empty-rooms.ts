/** Visitors' rooms that all have left and that stay a while with their variables. Knows the time it is given alone. */

import type { Policies } from './policies.js';
import type { Room } from './room.js';
import type { RoomBook } from './room-book.js';

export class EmptyRooms {
  readonly #rooms: RoomBook;
  readonly #policies: Policies;
  /** Since when, monotonic, the one empty for longest first; undefined: nobody has looked at the clock since. */
  readonly #sinceMs = new Map<Room, number | undefined>();

  constructor(rooms: RoomBook, policies: Policies) {
    this.#rooms = rooms;
    this.#policies = policies;
  }

  /** The last has left. */
  emptied(room: Room): void {
    if (this.#keepMs(room) > 0) this.#sinceMs.set(room, undefined);
    else this.#rooms.destroy(room);
  }

  /** Somebody is in it. */
  entered(room: Room): void {
    this.#sinceMs.delete(room);
  }

  destroy(room: Room): void {
    this.#sinceMs.delete(room);
    this.#rooms.destroy(room);
  }

  /** Those whose time is over are no more. */
  look(nowMs: number): void {
    for (const [room, sinceMs] of this.#sinceMs)
      if (sinceMs === undefined) this.#sinceMs.set(room, nowMs);
      else if (nowMs - sinceMs >= this.#keepMs(room)) this.destroy(room);
  }

  /** Gives up the one empty for longest, of one gateway or of all. False: there is none. */
  giveWay(home?: string): boolean {
    for (const room of this.#sinceMs.keys())
      if (home === undefined || room.home === home) {
        this.destroy(room);
        return true;
      }
    return false;
  }

  #keepMs({ home }: Room): number {
    return home === undefined ? 0 : this.#policies.of(home).limits.keepEmptyMs;
  }
}
