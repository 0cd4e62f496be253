/** What Lacewing peers say to each other, revision 3, as values. Knows no bytes. */

/** What a client says in its Connect request. */
export const lacewingRevision = 'revision 3';

/** Where a server listens unless told otherwise, TCP and UDP. */
export const lacewingPort = 6121;

/** What the data of a message is; the other 13 variants belong to applications. */
export const lacewingVariants = { text: 0, number: 1, binary: 2 } as const;

/** The kinds of a message that is sent on: `object` carries JSON text, `binary` anything. */
export type LacewingContent = {
  /** 0 to 15, see `lacewingVariants`. */
  readonly variant: number;
  /** 0 to 255, the application's. */
  readonly subchannel: number;
  /** It is an Object message: the data is JSON text. */
  readonly isObject: boolean;
  readonly data: Uint8Array;
};

/** A type that this revision does not know, or a request or response of an unknown kind: to be skipped. */
export type LacewingUnknown = {
  readonly type: 'unknown';
  readonly code: number;
  readonly variant: number;
  readonly body: Uint8Array;
};

/** Client → server. Ids are those of the server, 0 to 65535. */
export type LacewingClientMessage =
  | { readonly type: 'connect'; readonly revision: string }
  | { readonly type: 'setName'; readonly name: string }
  | {
      readonly type: 'joinChannel';
      readonly name: string;
      readonly isHidden: boolean;
      readonly isAutoClose: boolean;
    }
  | { readonly type: 'leaveChannel'; readonly channelId: number }
  | { readonly type: 'listChannels' }
  | { readonly type: 'serverMessage'; readonly content: LacewingContent }
  | { readonly type: 'channelMessage'; readonly channelId: number; readonly content: LacewingContent }
  | {
      readonly type: 'peerMessage';
      readonly channelId: number;
      readonly peerId: number;
      readonly content: LacewingContent;
    }
  /** In datagrams only. */
  | { readonly type: 'udpHello' }
  /** Action 0 is kick; there are no others. */
  | {
      readonly type: 'channelMaster';
      readonly channelId: number;
      readonly action: number;
      readonly peerId: number;
    }
  | { readonly type: 'pong' }
  /** What the client is, when the server asked with `implementationRequest`. */
  | { readonly type: 'implementation'; readonly text: string }
  | LacewingUnknown;

export type LacewingPeer = { readonly id: number; readonly name: string; readonly isMaster: boolean };

export type LacewingListedChannel = { readonly name: string; readonly peerCount: number };

/** The answer to a join that was granted. */
export type LacewingJoined = {
  readonly channelId: number;
  readonly name: string;
  /** Whether the client that joined is the channel's master. */
  readonly isMaster: boolean;
  /** Who was in it before. */
  readonly peers: readonly LacewingPeer[];
};

type FromPeer = {
  readonly channelId: number;
  readonly senderId: number;
  readonly content: LacewingContent;
};

/** Server → client. A reason is empty where the server gave none. */
export type LacewingServerMessage =
  | { readonly type: 'connectAccepted'; readonly clientId: number; readonly welcome: string }
  | { readonly type: 'connectDenied'; readonly reason: string }
  | { readonly type: 'nameAccepted'; readonly name: string }
  | { readonly type: 'nameDenied'; readonly name: string; readonly reason: string }
  | ({ readonly type: 'channelJoined' } & LacewingJoined)
  | { readonly type: 'joinDenied'; readonly name: string; readonly reason: string }
  /** Unasked as well: after a kick, and when an auto-closing channel ends. */
  | { readonly type: 'channelLeft'; readonly channelId: number }
  | { readonly type: 'leaveDenied'; readonly channelId: number; readonly reason: string }
  | { readonly type: 'channelList'; readonly channels: readonly LacewingListedChannel[] }
  | { readonly type: 'listDenied'; readonly reason: string }
  | { readonly type: 'serverMessage'; readonly content: LacewingContent }
  | ({ readonly type: 'channelMessage' } & FromPeer)
  | ({ readonly type: 'peerMessage' } & FromPeer)
  | { readonly type: 'serverChannelMessage'; readonly channelId: number; readonly content: LacewingContent }
  /** A peer has joined, or is called otherwise now. */
  | { readonly type: 'peer'; readonly channelId: number; readonly peer: LacewingPeer }
  | { readonly type: 'peerLeft'; readonly channelId: number; readonly peerId: number }
  /** In datagrams only. */
  | { readonly type: 'udpWelcome' }
  | { readonly type: 'ping' }
  /** Modern servers ask what the client is, directly behind `connectAccepted`. */
  | { readonly type: 'implementationRequest' }
  | LacewingUnknown;
