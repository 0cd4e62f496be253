/** The nouns of rooms: members, rooms, what may be told about them. Knows no wire, no connection and no rule. */
import type { MessageValue } from '../definitions/message-value.js';

/** Never changed: what changes is a new object. */
export type RoomMember = {
  readonly id: string;
  /** Unknown until it has said who it is. Need not be unique. */
  readonly name: string | undefined;
  /** `guest`, `operator` or `drone`. */
  readonly role: string;
  /** Which way it came in. */
  readonly gateway: string;
  /** Round trip, as the server measured it last. */
  readonly latencyMs: number | undefined;
};

/** Never changed: what changes is a new object. */
export type RoomInfo = {
  /** Unique on the server. */
  readonly id: string;
  /** Unique among the rooms that one can join. */
  readonly name: string;
  /** Who made it, as long as it stays. */
  readonly ownerId: string | undefined;
  readonly isHidden: boolean;
  readonly closesWithOwner: boolean;
  /** Kept while empty; only the fleet sets its variables. */
  readonly isFleets: boolean;
};

/** What a room shall be like if it is made by joining it. */
export type RoomWish = { readonly isHidden?: boolean; readonly closesWithOwner?: boolean };

export type ListedRoom = { readonly room: RoomInfo; readonly memberCount: number };

/** Last values by name. */
export type Values = Readonly<Record<string, MessageValue>>;

export type RosterEntry = { readonly member: RoomMember; readonly variables: Values };

/** What shall happen to a variable of a room. `set` makes it where there is none. */
export type VariableWish =
  | { readonly kind: 'set'; readonly name: string; readonly value: MessageValue }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  | { readonly kind: 'delete'; readonly name: string };

/** What happened to a variable of a room. */
export type VariableChange =
  | { readonly kind: 'created' | 'set'; readonly name: string; readonly value: MessageValue }
  | { readonly kind: 'renamed'; readonly name: string; readonly to: string }
  | { readonly kind: 'deleted'; readonly name: string };

/** A command of the server: what it is called with. */
export type CommandInfo = {
  readonly name: string;
  /** For people, one sentence. */
  readonly about: string;
  /** The least role that may. */
  readonly role: string;
  /** Types by argument, those of typed messages; all are needed. */
  readonly args: Readonly<Record<string, string>>;
};

/** What is told to one member, in the order it happened. */
export type RoomEvent =
  /** It is in the room now; who else is follows in `roster`. */
  | { readonly type: 'entered'; readonly room: RoomInfo; readonly variables: Values }
  | { readonly type: 'roster'; readonly room: string; readonly members: readonly RosterEntry[] }
  | {
      readonly type: 'joined';
      readonly room: RoomInfo;
      readonly member: RoomMember;
      readonly variables: Values;
    }
  | { readonly type: 'left'; readonly room: RoomInfo; readonly member: RoomMember; readonly cause: string }
  | {
      readonly type: 'renamed';
      readonly room: RoomInfo;
      readonly member: RoomMember;
      readonly before: string | undefined;
    }
  /** Another role. */
  | { readonly type: 'changed'; readonly room: RoomInfo; readonly member: RoomMember }
  /** It is in the room no longer: it left, was put out, or the room was closed. */
  | { readonly type: 'removed'; readonly room: RoomInfo; readonly cause: string; readonly reason: string }
  | {
      readonly type: 'message';
      /** Undefined: directly, through no room. */
      readonly room: string | undefined;
      readonly isPrivate: boolean;
      /** Undefined: the server. */
      readonly from: RoomMember | undefined;
      readonly name: string | undefined;
      readonly value: MessageValue;
      readonly correlation: MessageValue | undefined;
    }
  /** The last: the server ends the connection, and why. */
  | { readonly type: 'ended'; readonly code: string; readonly reason: string }
  | {
      readonly type: 'variable';
      readonly room: string;
      readonly from: RoomMember | undefined;
      readonly change: VariableChange;
    };
