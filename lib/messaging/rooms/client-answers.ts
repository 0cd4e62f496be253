/** Lists that a client is answered, read. Knows the wire; no request. */
import type { KwargsReader } from './kwargs-reader.js';
import type { CommandInfo, ListedRoom } from './room-types.js';
import { readRoom } from './wire.js';

export function readListedRoom(reader: KwargsReader): ListedRoom {
  return { room: readRoom(reader.object('room')), memberCount: reader.optionalNumber('members') ?? 0 };
}

export function readCommandInfo(reader: KwargsReader): CommandInfo {
  const args = reader.object('args');
  return {
    name: reader.text('name'),
    about: reader.text('about'),
    role: reader.text('role'),
    args: Object.fromEntries(args.keys.map((key) => [key, args.text(key)])),
  };
}
