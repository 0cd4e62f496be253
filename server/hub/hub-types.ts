/** The nouns of the hub: members, rooms, contents, questions and denials. Knows no protocol, socket or clock. */

/** What an outsider may be: who watches, who acts. Drones come from the fleet alone. */
export type VisitorRole = 'guest' | 'operator';

type MemberRole = VisitorRole | 'drone';

/** What a message or a variable may hold: JSON, or bytes where a protocol has them. Never changed once given. */
export type HubValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly HubValue[]
  | { readonly [key: string]: HubValue };

/** A member as others may see it. Never changed: what changes is a new object. */
export type Member = {
  readonly id: string;
  /** Unknown until it has logged in. */
  readonly name: string | undefined;
  readonly role: MemberRole;
  readonly gateway: string;
  /** Round trip, as the gateway measured it last. */
  readonly latencyMs: number | undefined;
};

/** A room as others may see it. Never changed: what changes is a new object. */
export type RoomInfo = {
  /** Unique among all gateways; the name is unique only in reach of one. */
  readonly id: string;
  readonly name: string;
  /** Who made it, as long as it stays. The fleet's rooms have none. */
  readonly ownerId: string | undefined;
  readonly isHidden: boolean;
  readonly closesWithOwner: boolean;
  /** In all gateways, kept while empty: `show` and the rooms of the fleet. */
  readonly isFleets: boolean;
};

/** What is sent. The hub looks into none of it. */
export type Content = {
  /** The message's name or subchannel, where the protocol has one. */
  readonly topic?: string | number;
  readonly value: HubValue;
  /** The protocol's own marks (variant, object): of use to members of the same gateway. */
  readonly marks?: Readonly<Record<string, string | number | boolean>>;
  /** May be lost on the way: a datagram will do. */
  readonly isLossy?: boolean;
};

/** Who asks, when, and with how large a message: part of every question to the hub. */
export type Ask = {
  /** The member's id. */
  readonly by: string;
  /** Monotonic. */
  readonly nowMs: number;
  /** What came over the wire for this question. */
  readonly sizeBytes: number;
  /** The asker's own token. Carried by the delivery; meant for the asker's copy, and for a direct message's target. */
  readonly correlation?: HubValue;
  /** Above 0: the server has no time for guests now, and will have in so many ms. Operators are not asked to wait. */
  readonly busyMs?: number;
  /** Part of a message that was charged already: not counted again, so that none is stopped half-way. */
  readonly isCounted?: boolean;
};

/** Why not, for machines. */
export type DenialCode =
  | 'address_full'
  | 'already_identified'
  | 'already_in_room'
  | 'already_logged_in'
  | 'bad_arguments'
  | 'bad_name'
  | 'command_disabled'
  | 'command_failed'
  | 'command_unknown'
  | 'denied'
  | 'hook_failed'
  | 'hub_full'
  | 'id_taken'
  | 'login_required'
  | 'member_unknown'
  | 'name_full'
  | 'name_taken'
  | 'not_allowed'
  | 'not_connected'
  | 'not_identified'
  | 'not_in_room'
  | 'not_owner'
  | 'refused'
  | 'room_full'
  | 'rooms_full'
  | 'too_fast'
  | 'too_large'
  | 'variable_unknown'
  | 'variables_full';

/** Why not, for machines and for people. */
export type Denial = {
  readonly code: DenialCode;
  readonly reason: string;
  /** When the same question would pass: only with `too_fast`. */
  readonly retryAfterMs?: number;
};

export type Denied = { readonly denied: Denial };

/** A result, or why there is none: `if (outcome.denied) …`. */
export type Outcome<Result extends object> = Denied | (Result & { readonly denied?: undefined });

/** A denial as an outcome. */
export function deny(code: DenialCode, reason: string): Denied {
  return { denied: { code, reason } };
}
