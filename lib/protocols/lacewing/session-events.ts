/** What a Lacewing session on the server's side tells and what it is told. Knows no socket. */
import type { Clock } from '../../time/clock.js';
import type { LacewingContent, LacewingServerMessage } from './messages.js';

/** Where a session's bytes and news go. None of the methods may throw. */
export interface LacewingLine {
  /** Bytes for the client's stream, in order; the caller owns the limit on what a slow reader leaves behind. */
  send(bytes: Uint8Array): void;
  /** One datagram to the client's address, at this port; it may get lost. */
  sendDatagram(bytes: Uint8Array, port: number): void;
  /** Ends the stream behind what was sent, and cuts it when that does not go. Called once; nothing is sent after it. */
  end(): void;
  /** Orders may be given from within. `closed` comes once and last. */
  tell(event: LacewingEvent): void;
}

/** A question of the client that waits for `approve…` or `deny`; the session reads nothing on before that. */
export type LacewingAsk =
  /** Revision and limits are checked; the id is the one that the client will have. */
  | { readonly type: 'connectAsked'; readonly clientId: number }
  /** The first name, or another one; the name is well-formed. */
  | { readonly type: 'nameAsked'; readonly name: string }
  | {
      readonly type: 'joinAsked';
      readonly name: string;
      readonly isHidden: boolean;
      readonly isAutoClose: boolean;
    }
  /** The client is in the channel. */
  | { readonly type: 'leaveAsked'; readonly channelId: number }
  | { readonly type: 'listAsked' };

export type LacewingEvent =
  | LacewingAsk
  /** The protocol has no answer to it. Whether the client is the channel's master is for the listener to know. */
  | { readonly type: 'kickAsked'; readonly channelId: number; readonly peerId: number }
  | { readonly type: 'serverMessage'; readonly content: LacewingContent; readonly isBlasted: boolean }
  /** The client is in the channel. */
  | {
      readonly type: 'channelMessage';
      readonly channelId: number;
      readonly content: LacewingContent;
      readonly isBlasted: boolean;
    }
  /** The client is in the channel; whether the peer is in it too is for the listener to know. */
  | {
      readonly type: 'peerMessage';
      readonly channelId: number;
      readonly peerId: number;
      readonly content: LacewingContent;
      readonly isBlasted: boolean;
    }
  /** The first datagram came: from now on the client can be blasted to. */
  | { readonly type: 'udpReady' }
  | { readonly type: 'latency'; readonly latencyMs: number }
  /** What the client says that it is; control characters are still in it. */
  | { readonly type: 'implementation'; readonly text: string }
  /** Something that was left alone, and why: a line for people. */
  | { readonly type: 'ignored'; readonly what: string }
  /** The session is over and its id is free; why, for people. */
  | { readonly type: 'closed'; readonly reason: string };

/** What can be delivered to a client unasked. */
export type LacewingDelivery = Extract<
  LacewingServerMessage,
  {
    readonly type:
      | 'serverMessage'
      | 'channelMessage'
      | 'peerMessage'
      | 'serverChannelMessage'
      | 'peer'
      | 'peerLeft'
      | 'channelLeft'
      | 'nameAccepted';
  }
>;

export type LacewingLimits = {
  /** How many clients are granted Connect; more than 65,536 have no ids. */
  readonly maxClients: number;
  /** From the connection to Connect, ms. */
  readonly connectTimeoutMs: number;
  /** From Connect to the first name, ms; undefined: a client may stay without one. */
  readonly nameTimeoutMs: number | undefined;
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  /** Body of one message, bytes; before Connect 256 at most. */
  readonly maxMessageBytes: number;
  /** The highest variant that is sent on: real clients leave on one that they do not know. 15 lets all through. */
  readonly maxVariant: number;
  /** The client's datagrams come from one port for good, which its first one tells: nobody else can take it over. */
  readonly isUdpPortFixed: boolean;
};

export type SessionOptions = {
  readonly clock: Clock;
  readonly line: LacewingLine;
  readonly limits: LacewingLimits;
  /** Takes an id for this session, undefined when none is left. */
  readonly enrol: () => number | undefined;
  /** The session is over. */
  readonly dismiss: () => void;
};
