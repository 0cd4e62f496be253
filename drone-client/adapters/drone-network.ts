/** The drone's way to servers: connections that prove a key, and ears for announcements. Knows no commands and no shows. */
import { type AcceptDatagram, findServer, listenForServers } from '../../lib/discovery/index.js';
import { errorText } from '../../lib/errors.js';
import { connectTcp } from '../../lib/messaging/index.js';
import { connectPsk } from '../../lib/security/adapters/tls-psk.js';
import { DatagramGuard } from '../../lib/security/datagram-signature.js';
import { VerifyBudget } from '../../lib/security/verify-budget.js';
import type { Clock } from '../../lib/time/clock.js';
import type { Announcements } from '../client/charge-watch.js';
import type { Network, OpenStream, ServerAddress } from '../client/server-session.js';
import type { DroneSecurity } from '../composition/drone-edges.js';

/** A server that does not accept within this time is not there, ms. */
const connectTimeoutMs = 4000;

/** Announcements that are ignored are told of this often at most, ms. */
const ignoredTextMs = 60_000;

export type DroneNetworkOptions = {
  readonly clock: Clock;
  readonly security: DroneSecurity;
  /** UDP port on which servers announce themselves. */
  readonly discoveryPort: () => number;
  /** Own addresses on which mDNS is asked; default: all. */
  readonly mdnsInterfaces?: readonly string[] | undefined;
  readonly onWarning: (text: string) => void;
  /** Whether a server of that epoch may command; undefined where epochs are not kept. */
  readonly isInCharge?: ((epoch: number | undefined) => boolean) | undefined;
};

export class DroneNetwork implements Network, Announcements {
  readonly #options: DroneNetworkOptions;
  readonly #guard: DatagramGuard | undefined;
  /** Of announcements. */
  readonly #budget: VerifyBudget;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(options: DroneNetworkOptions) {
    this.#options = options;
    const { key } = options.security;
    this.#guard = key && new DatagramGuard(key.serverPublicKey);
    this.#budget = new VerifyBudget(() => options.clock.monotonicMs());
  }

  /**
   * With a key, the server has to prove the same key. Where the drone obeys open servers too, one that can not is talked
   * to without.
   */
  async connect(address: ServerAddress, signal: AbortSignal): Promise<OpenStream> {
    const { key, isOpen } = this.#options.security;
    const socket = await this.#connectTcp(address, signal);
    if (!key) return openStream(socket, socket, address);
    try {
      return openStream(await connectPsk(socket, { ...key, signal }), socket, address);
    } catch (error) {
      if (!isOpen || signal.aborted) throw error;
      this.#options.onWarning(
        `${errorText(error)}; talking to it without a key, for [SECURITY] open says so`,
      );
      const plain = await this.#connectTcp(address, signal);
      return openStream(plain, plain, address);
    }
  }

  async findServer(timeoutMs: number, signal: AbortSignal): Promise<ServerAddress | undefined> {
    const { clock, discoveryPort, mdnsInterfaces, onWarning, security } = this.#options;
    const accept: AcceptDatagram = (action, kwargs, from) => this.#accept(action, kwargs, from);
    return findServer({
      clock,
      timeoutMs,
      signal,
      port: discoveryPort(),
      onEvent: ({ text }) => onWarning(text),
      ...(mdnsInterfaces && { interfaces: mdnsInterfaces }),
      ...(!security.isOpen && { accept }),
    });
  }

  listen(hear: Parameters<Announcements['listen']>[0]): Promise<{ close(): void }> {
    return listenForServers({
      port: this.#options.discoveryPort(),
      onServer: () => undefined,
      accept: (_action, kwargs, from) => {
        hear(kwargs, () => this.#budget.take(from));
        return false;
      },
    });
  }

  #connectTcp({ host, port }: ServerAddress, signal: AbortSignal) {
    return connectTcp({ host, port, signal, timeoutMs: connectTimeoutMs });
  }

  #accept(...[action, kwargs, from]: Parameters<AcceptDatagram>): boolean {
    const { clock, onWarning, isInCharge } = this.#options;
    const epoch = kwargs.epoch === undefined ? undefined : Number(kwargs.epoch);
    const mayVerify = () => this.#budget.take(from);
    if (!this.#guard || this.#guard.judge(action, kwargs, mayVerify) === 'accepted')
      return isInCharge?.(epoch) ?? true;
    if (clock.monotonicMs() - this.#toldMs >= ignoredTextMs) {
      this.#toldMs = clock.monotonicMs();
      const { unsigned, forged, repeated, flood } = this.#guard.ignored;
      onWarning(
        `announcements that this fleet's server has not made are ignored: ${unsigned} unsigned, ${forged} forged, ${repeated} repeated, ${flood} not looked at so far`,
      );
    }
    return false;
  }
}

function openStream(
  stream: OpenStream['stream'],
  socket: { readonly remoteAddress?: string | undefined; readonly remotePort?: number | undefined },
  { host, port }: ServerAddress,
): OpenStream {
  return {
    stream,
    remoteAddress: socket.remoteAddress ?? host,
    remotePort: socket.remotePort ?? port,
  };
}
