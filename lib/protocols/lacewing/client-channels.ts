/** The channels of one Lacewing client and who is in them, kept from what the server says. Knows no stream. */
import type { LacewingChannel, LacewingClientEvent } from './client-events.js';
import type { LacewingJoined, LacewingPeer, LacewingServerMessage } from './messages.js';

type Known = LacewingChannel & { readonly peers: Map<number, LacewingPeer> };

type PeerNews = Extract<LacewingServerMessage, { readonly type: 'peer' | 'peerLeft' }>;

export class ClientChannels {
  readonly #known = new Map<number, Known>();

  get all(): ReadonlyMap<number, LacewingChannel> {
    return this.#known;
  }

  joined({ channelId, name, isMaster, peers }: LacewingJoined): LacewingChannel {
    const roster = new Map(peers.map((peer) => [peer.id, peer]));
    const channel: Known = { id: channelId, name, isMaster, peers: roster };
    this.#known.set(channelId, channel);
    return channel;
  }

  left(channelId: number): void {
    this.#known.delete(channelId);
  }

  /** What a peer's coming, going or change means; undefined for a channel that this client is not in. */
  news(message: PeerNews): LacewingClientEvent | undefined {
    const { channelId } = message;
    const peers = this.#known.get(channelId)?.peers;
    if (!peers) return undefined;
    if (message.type === 'peerLeft') {
      peers.delete(message.peerId);
      return { type: 'peerLeft', channelId, peerId: message.peerId };
    }
    const { peer } = message;
    const type = peers.has(peer.id) ? 'peerChanged' : 'peerJoined';
    peers.set(peer.id, peer);
    return { type, channelId, peer };
  }
}
