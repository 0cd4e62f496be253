/** Whom a drone asks for the time: the server that it is connected to. Knows addresses and the port; sends nothing. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { TimeSource } from '../../lib/time/ntp/time-source.js';
import type { KnownSource } from './time-keeper.js';

type Link = Pick<ConnectionManager, 'isConnected' | 'isOldPeer' | 'peer' | 'remoteAddress'>;

/**
 * The source of the server connected now, if it serves the time; of the last one while the link is down, or nobody has
 * spoken on it; none under an old server. `make`: a source for an address.
 */
export function serverTime(
  link: Link,
  make: (host: string, port: number) => TimeSource,
): () => KnownSource | undefined {
  let last: KnownSource | undefined;
  return () => {
    const { isConnected, isOldPeer, peer, remoteAddress } = link;
    if (!isConnected || (!peer && !isOldPeer)) return last;
    if (peer?.ntp === undefined || remoteAddress === '') {
      last = undefined;
      return undefined;
    }
    const id = `${peer.id} ${remoteAddress} ${peer.ntp}`;
    if (last?.id !== id) last = { id, source: make(remoteAddress, peer.ntp) };
    return last;
  };
}
