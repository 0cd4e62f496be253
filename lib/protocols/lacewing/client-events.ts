/** What a Lacewing client tells its user, and what the user sees of a channel. Knows no stream. */
import type { LacewingValue } from './content.js';
import type { LacewingContent, LacewingPeer } from './messages.js';

/** A message of somebody: the value as its variant has it, and the content as it came. */
type Said = {
  readonly value: LacewingValue;
  readonly content: LacewingContent;
  readonly isBlasted: boolean;
};

type SaidByPeer = Said & { readonly channelId: number; readonly senderId: number };

export type LacewingClientEvent =
  /** The server speaks to this client. */
  | ({ readonly type: 'serverMessage' } & Said)
  /** A peer speaks to the channel. */
  | ({ readonly type: 'channelMessage' } & SaidByPeer)
  /** A peer speaks to this client alone. */
  | ({ readonly type: 'peerMessage' } & SaidByPeer)
  /** The server speaks to the channel. */
  | ({ readonly type: 'serverChannelMessage'; readonly channelId: number } & Said)
  | { readonly type: 'peerJoined'; readonly channelId: number; readonly peer: LacewingPeer }
  /** It has another name, or is master now. */
  | { readonly type: 'peerChanged'; readonly channelId: number; readonly peer: LacewingPeer }
  | { readonly type: 'peerLeft'; readonly channelId: number; readonly peerId: number }
  /** This client is out of the channel without having asked: kicked, or the channel closed. */
  | { readonly type: 'channelClosed'; readonly channelId: number }
  /** The server calls this client otherwise, unasked. */
  | { readonly type: 'renamed'; readonly name: string }
  /** The last one. The error says why, undefined after `close()`. */
  | { readonly type: 'disconnected'; readonly error: Error | undefined };

/** A channel that this client is in, kept up to date while it is. */
export type LacewingChannel = {
  readonly id: number;
  readonly name: string;
  /** This client is its master. */
  readonly isMaster: boolean;
  /** The others in it, by id. */
  readonly peers: ReadonlyMap<number, LacewingPeer>;
};
