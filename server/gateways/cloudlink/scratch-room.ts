/** The one room of a Scratch client: entering it, its last values, changing variables. Knows no message of the client. */
import { Buffer } from 'node:buffer';
import { type ScratchUpdate, scratchCloseCodes } from '../../../lib/protocols/scratch-cloud/index.js';
import type { Delivery } from '../../hub/deliveries.js';
import type { Ask, Denial, DenialCode, HubValue, Member, RoomInfo } from '../../hub/hub-types.js';
import type { Joined } from '../../hub/room-desk.js';
import type { VariablePost } from '../../hub/variable-desk.js';
import { fleetName, fleetUpdate, linesFor, writeUpdate } from './scratch-ear.js';
import { jsonOf } from './values.js';
import { scratchName, type Visit } from './visit.js';

/** About so many bytes of a fleet's last values are in one frame. */
const chunkBytes = 16 * 1024;

/** With what a client is turned away from a room; for all else the project is not to be had. */
const closeCodes: { readonly [code in DenialCode]?: number } = {
  bad_name: scratchCloseCodes.generic,
  room_full: scratchCloseCodes.generic,
  rooms_full: scratchCloseCodes.overloaded,
};

export class ScratchRoom {
  readonly #visit: Visit;
  #info: RoomInfo | undefined;
  #sizeBytes = 0;

  constructor(visit: Visit) {
    this.#visit = visit;
  }

  /** Undefined: its handshake is still to come. */
  get name(): string | undefined {
    return this.#info?.name;
  }

  /** A message of this size is being obeyed. */
  begin(sizeBytes: number): void {
    this.#sizeBytes = sizeBytes;
  }

  /** Tells the last values, or closes. */
  enter(user: string, room: string): void {
    const { hub, wire } = this.#visit;
    const login = hub.login(this.#ask(), { name: user, role: 'guest' });
    if (login.denied) {
      wire.close(scratchCloseCodes.username, login.denied.reason);
      return;
    }
    const joined = hub.join(this.#ask(), room);
    if (joined.denied) {
      const { code, reason } = joined.denied;
      wire.close(closeCodes[code] ?? scratchCloseCodes.unavailable, reason);
      return;
    }
    this.#info = joined.room;
    if (joined.room.isFleets) wire.sendSlowly(this.#fleetFrames(joined));
    else this.#tell(joined.variables.map(([name, value]) => ({ method: 'set', name, value: jsonOf(value) })));
  }

  /** In a room of the fleet, a cue is all that can be set: what it is set to is its name. */
  fireCue(name: string, value: string | number): void {
    if (fleetName(name) === 'cue') void this.#fire(String(value));
  }

  get isFleets(): boolean {
    return this.#info?.isFleets ?? false;
  }

  change(post: Omit<VariablePost, 'room'>, correlation?: HubValue): Denial | undefined {
    if (this.#info === undefined) return undefined;
    const ask = this.#ask(correlation);
    return this.#visit.hub.changeRoomVariable(ask, { ...post, room: this.#info.name }).denied;
  }

  /** What nobody at the other end could be told. */
  report(text: string): void {
    this.#visit.hub.reportError(scratchName, text, this.#visit.memberId);
  }

  hear(delivery: Delivery): void {
    const { wire, settings, batch } = this.#visit;
    if (delivery.type === 'removed') wire.close(scratchCloseCodes.unavailable, delivery.reason);
    const lines = linesFor(this.#visit, delivery);
    if (lines.length === 0) return;
    if (settings.scratch === 'strict') batch.add(wire, lines);
    else for (const line of lines) wire.send(line);
  }

  #ask(correlation?: HubValue): Ask {
    return { ...this.#visit.ask(this.#sizeBytes, correlation), isCounted: true };
  }

  async #fire(name: string): Promise<void> {
    const { denied } = await this.#visit.hub.run(this.#ask(), 'cue', { name });
    if (denied) this.report(`cue "${name}": ${denied.reason}`);
  }

  /** By the strict rules all in one frame, else each in its own. */
  #tell(updates: readonly ScratchUpdate[]): void {
    const { settings, wire } = this.#visit;
    const lines = updates.map((update) => writeUpdate(settings.scratch, update));
    const frames = settings.scratch === 'strict' && lines.length > 0 ? [lines.join('\n')] : lines;
    for (const frame of frames) wire.send(Buffer.from(frame));
  }

  /** Thousands of drones take a while to be told; each is told as it is then. */
  *#fleetFrames({ roster, variables }: Joined): Iterator<Uint8Array> {
    const { settings } = this.#visit;
    let chunk: string[] = [];
    let bytes = 0;
    for (const update of this.#fleetUpdates(roster, variables)) {
      const line = writeUpdate(settings.scratch, update);
      chunk.push(line);
      bytes += line.length;
      if (settings.scratch === 'strict' && bytes < chunkBytes) continue;
      yield Buffer.from(chunk.join('\n'));
      chunk = [];
      bytes = 0;
    }
    if (chunk.length > 0) yield Buffer.from(chunk.join('\n'));
  }

  *#fleetUpdates(roster: readonly Member[], variables: Joined['variables']): Iterable<ScratchUpdate> {
    const { hub, memberId } = this.#visit;
    for (const [name, value] of variables) yield fleetUpdate(name, value);
    for (const { id, name: member } of roster)
      if (member !== undefined)
        for (const [name, value] of hub.variablesOf(memberId, id))
          yield fleetUpdate(`${member}.${name}`, value);
  }
}
