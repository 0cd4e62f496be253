/** Where the datagrams of a Lacewing client come from, and go to. Knows its port; not what is in them. */
import { encodeServerDatagram, maxDatagramBytes } from './datagrams.js';
import type { LacewingPacket } from './packet.js';
import type { SessionOptions } from './session-events.js';

export class UdpPeer {
  readonly #options: Pick<SessionOptions, 'line' | 'limits'>;
  #port: number | undefined;

  constructor(options: Pick<SessionOptions, 'line' | 'limits'>) {
    this.#options = options;
  }

  /** Undefined before the first datagram. */
  get port(): number | undefined {
    return this.#port;
  }

  /** Whether a datagram from this port may be the client's. */
  mayUse(port: number): boolean {
    return this.#port === undefined || this.#port === port || !this.#options.limits.isUdpPortFixed;
  }

  /** It is where the client is now; a hello is answered. True: for the first time. */
  learn(port: number, isHello: boolean): boolean {
    const isFirst = this.#port === undefined;
    this.#port = port;
    if (isHello) this.#options.line.sendDatagram(encodeServerDatagram({ type: 'udpWelcome' }), port);
    return isFirst;
  }

  /** False when it did not go: no port is known, it is too large, or none that anybody says. */
  blast({ message, datagram }: LacewingPacket): boolean {
    if (this.#port === undefined || !('content' in message)) return false;
    if (datagram().length > maxDatagramBytes) return false;
    this.#options.line.sendDatagram(datagram(), this.#port);
    return true;
  }
}
