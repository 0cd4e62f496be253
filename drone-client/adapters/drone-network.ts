/** The drone's way to servers: TCP connections, and ears for their announcements. Knows no commands and no shows. */
import { findServer } from '../../lib/discovery/index.js';
import { connectTcp } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import type { Network, OpenStream, ServerAddress } from '../client/server-session.js';

/** A server that does not accept within this time is not there, ms. */
const connectTimeoutMs = 4000;

export type DroneNetworkOptions = {
  readonly clock: Clock;
  /** UDP port on which servers announce themselves. */
  readonly discoveryPort: () => number;
  /** Own addresses on which mDNS is asked; default: all. */
  readonly mdnsInterfaces?: readonly string[] | undefined;
  readonly onWarning: (text: string) => void;
};

export class DroneNetwork implements Network {
  readonly #options: DroneNetworkOptions;

  constructor(options: DroneNetworkOptions) {
    this.#options = options;
  }

  async connect({ host, port }: ServerAddress, signal: AbortSignal): Promise<OpenStream> {
    const stream = await connectTcp({ host, port, signal, timeoutMs: connectTimeoutMs });
    return { stream, remoteAddress: stream.remoteAddress ?? host, remotePort: stream.remotePort ?? port };
  }

  async findServer(timeoutMs: number, signal: AbortSignal): Promise<ServerAddress | undefined> {
    const { clock, discoveryPort, mdnsInterfaces, onWarning } = this.#options;
    return findServer({
      clock,
      timeoutMs,
      signal,
      port: discoveryPort(),
      onEvent: ({ text }) => onWarning(text),
      ...(mdnsInterfaces && { interfaces: mdnsInterfaces }),
    });
  }
}
