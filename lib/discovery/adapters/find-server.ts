/** Finds a server on the network by both ways at once: its broadcasts and mDNS. Knows no configuration. */
import { errorText } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import type { OnDiscoveryEvent } from '../events.js';
import type { AcceptDatagram } from '../server-ip.js';
import { mdnsAddresses } from '../targets.js';
import { ipv4Interfaces } from './interfaces.js';
import { hearServer } from './listener.js';
import { browseServers } from './mdns.js';

export type FoundServer = {
  readonly host: string;
  readonly port: number;
  readonly id: string;
  readonly via: 'broadcast' | 'mdns';
};

export type FindServerOptions = {
  readonly clock: Clock;
  /** UDP port on which servers announce themselves. */
  readonly port: number;
  readonly timeoutMs: number;
  /** Addresses of this machine on which mDNS is asked; loopback and every interface when absent, none when empty. */
  readonly interfaces?: readonly string[];
  readonly signal?: AbortSignal;
  /** Told when one of the ways does not work; the other one goes on. */
  readonly onEvent?: OnDiscoveryEvent;
  readonly mdnsPort?: number;
  /**
   * Believes announcements, or not. mDNS can not be signed: with this, what it finds is a hint, taken when no announcement
   * was believed within the time, and only of a server that demands keys (`sec`).
   */
  readonly accept?: AcceptDatagram;
};

/** The first server found; undefined when none is within the time, or when the signal ends the search. Never throws. */
export async function findServer(options: FindServerOptions): Promise<FoundServer | undefined> {
  const { clock, timeoutMs, signal } = options;
  if (signal?.aborted) return undefined;
  const search = new AbortController();
  const end = () => search.abort();
  signal?.addEventListener('abort', end, { once: true });
  const cancel = clock.after(timeoutMs, end);
  try {
    const heard = byBroadcast(options, search.signal);
    const seen = byMdns(options, search.signal);
    return await (options.accept ? heard.then((server) => server ?? seen) : firstFound([heard, seen]));
  } finally {
    cancel();
    end();
    signal?.removeEventListener('abort', end);
  }
}

/** The first that found something; undefined once all have given up. */
function firstFound(searches: readonly Promise<FoundServer | undefined>[]): Promise<FoundServer | undefined> {
  return new Promise((resolve, reject) => {
    const tell = (found: FoundServer | undefined) => {
      if (found) resolve(found);
    };
    Promise.all(searches.map((search) => search.then(tell))).then(() => resolve(undefined), reject);
  });
}

async function byBroadcast(
  { clock, port, timeoutMs, onEvent, accept }: FindServerOptions,
  signal: AbortSignal,
): Promise<FoundServer | undefined> {
  try {
    const server = await hearServer({ clock, port, timeoutMs, signal, ...(accept && { accept }) });
    return server && { host: server.host, port: server.port, id: server.id, via: 'broadcast' };
  } catch (error) {
    onEvent?.({ type: 'listenFailed', text: errorText(error) });
    return undefined;
  }
}

async function byMdns(options: FindServerOptions, signal: AbortSignal): Promise<FoundServer | undefined> {
  const { clock, mdnsPort, onEvent = () => undefined } = options;
  const addresses = options.interfaces ?? ['127.0.0.1', ...mdnsAddresses('0.0.0.0', ipv4Interfaces())];
  let browsing: { close(): Promise<void> } | undefined;
  const found = await new Promise<FoundServer | undefined>((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    browsing = browseServers({
      clock,
      addresses,
      onEvent,
      ...(mdnsPort !== undefined && { mdnsPort }),
      onServer: ({ host, port, id, security }) => {
        if (!options.accept || security === 'psk') resolve({ host, port, id, via: 'mdns' });
      },
    });
  });
  await browsing?.close();
  return found;
}
