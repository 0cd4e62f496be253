/** The port behind a served connection: what one member asks of the rooms, each with a result or a denial. Knows no wire. */
import type { MessageValue } from '../definitions/message-value.js';
import type {
  CommandInfo,
  ListedRoom,
  RoomInfo,
  RoomMember,
  RoomWish,
  RosterEntry,
  Values,
  VariableWish,
} from './room-types.js';

/** Why not: the code for machines, the reason for people. Both reach who asked. */
export type RoomDenial = {
  readonly code: string;
  readonly reason: string;
  /** With `too_fast`: when the same question would pass, and is asked again. */
  readonly retryAfterMs?: number;
};

/** A result, or why there is none: `if (outcome.denied) …`. */
export type HostOutcome<Result extends object> =
  | { readonly denied: RoomDenial }
  | (Result & { readonly denied?: undefined });

/** What belongs to every question. */
export type Asked = {
  /** What came over the wire for it, about. */
  readonly sizeBytes: number;
  /** The asker's own token: given back in its copy, and to whom a private message goes. */
  readonly correlation?: MessageValue;
};

export type Content = { readonly name: string | undefined; readonly value: MessageValue };

export type JoinedRoom = {
  readonly room: RoomInfo;
  readonly roster: readonly RosterEntry[];
  readonly variables: Values;
};

/** One member's way to the rooms. No method throws for what was asked. */
export interface RoomHost {
  /** What is pushed because of `work` is pushed after it. */
  together<Result>(work: () => Result): Result;
  /** Says who it is; nothing else is served before. */
  enter(
    asked: Asked,
    token: string,
  ): HostOutcome<{ readonly you: RoomMember; readonly motd: string | undefined }>;
  /** Makes the room where there is none. */
  join(asked: Asked, room: string, wish: RoomWish): HostOutcome<JoinedRoom>;
  leave(asked: Asked, room: string): HostOutcome<{ readonly room: RoomInfo }>;
  list(asked: Asked): HostOutcome<{ readonly rooms: readonly ListedRoom[] }>;
  kick(asked: Asked, room: string, memberId: string): HostOutcome<object>;
  /** `echo`: the sender gets its own copy too. */
  sendToRoom(asked: Asked, room: string, content: Content & { readonly echo: boolean }): HostOutcome<object>;
  /** Through a room, or directly. */
  sendPrivate(
    asked: Asked,
    to: string,
    content: Content & { readonly room: string | undefined },
  ): HostOutcome<object>;
  changeVariable(asked: Asked, room: string, wish: VariableWish): HostOutcome<object>;
  setOwnVariables(asked: Asked, values: Values): HostOutcome<object>;
  rename(asked: Asked, name: string): HostOutcome<{ readonly member: RoomMember }>;
  commands(asked: Asked): HostOutcome<{ readonly commands: readonly CommandInfo[] }>;
  /** Never rejects. */
  run(asked: Asked, name: string, args: Values): Promise<HostOutcome<{ readonly answer: MessageValue }>>;
  /** Counts a question that could not be read. */
  charge(asked: Asked): HostOutcome<object>;
}
