/** What the hub has for a member: gateways encode it. One object for all who get it; knows no encoding. */

import type { Content, HubValue, Member, RoomInfo } from './hub-types.js';

/** How somebody came to be outside of a room. */
export type LeaveCause = 'left' | 'kicked' | 'disconnected' | 'closed';

/** Presence in one room, told to its other members. */
export type PresenceDelivery =
  | { readonly type: 'joined'; readonly room: RoomInfo; readonly member: Member }
  | {
      readonly type: 'left';
      readonly room: RoomInfo;
      readonly member: Member;
      readonly cause: LeaveCause;
    }
  | {
      readonly type: 'renamed';
      readonly room: RoomInfo;
      readonly member: Member;
      /** Undefined: it had no name, this is its login. */
      readonly before: string | undefined;
    }
  /** Another role. Latency alone is no news. */
  | { readonly type: 'changed'; readonly room: RoomInfo; readonly member: Member };

/** Told to the one who is no longer in the room, and did not ask for it. */
type RemovedDelivery = {
  readonly type: 'removed';
  readonly room: RoomInfo;
  readonly cause: 'kicked' | 'closed';
  readonly reason: string;
};

type MessageDelivery =
  | {
      readonly type: 'roomMessage';
      readonly room: RoomInfo;
      /** Undefined: the server. */
      readonly from: Member | undefined;
      readonly content: Content;
      readonly correlation: HubValue | undefined;
    }
  | {
      readonly type: 'privateMessage';
      /** Undefined: direct, through no room. */
      readonly room: RoomInfo | undefined;
      readonly from: Member | undefined;
      readonly to: Member;
      readonly content: Content;
      readonly correlation: HubValue | undefined;
    };

/** What happened to one variable of a room. */
export type VariableChange =
  | { readonly kind: 'created' | 'set'; readonly name: string; readonly value: HubValue }
  | { readonly kind: 'renamed'; readonly name: string; readonly to: string }
  | { readonly kind: 'deleted'; readonly name: string };

type VariableDelivery =
  | {
      readonly type: 'roomVariable';
      readonly room: RoomInfo;
      readonly from: Member | undefined;
      readonly change: VariableChange;
      readonly correlation: HubValue | undefined;
    }
  /** To all who share a room with the member, once each. */
  | {
      readonly type: 'memberVariables';
      readonly member: Member;
      readonly changed: Readonly<Record<string, HubValue>>;
    };

export type Delivery = PresenceDelivery | RemovedDelivery | MessageDelivery | VariableDelivery;

/** Where deliveries go. One that throws is reported; the others get theirs. */
export type Deliver = (memberId: string, delivery: Delivery) => void;
