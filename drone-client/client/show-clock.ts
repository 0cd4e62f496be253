/** Turns moments of the server's clock into moments of the own monotonic clock. Knows no show and no messages. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';

type Link = Pick<ConnectionManager, 'isConnected' | 'peer' | 'clockOffset'>;

/**
 * A server of ours is measured by its heartbeats, and the last measurement is kept when the link is lost. An old
 * server is taken to have the same UTC as this machine.
 */
export class ShowClock {
  readonly #clock: Clock;
  readonly #link: Link;
  #offsetMs: number | undefined;

  constructor(clock: Clock, link: Link) {
    this.#clock = clock;
    this.#link = link;
  }

  /** A server of ours is connected, and no heartbeat has told its clock yet. */
  get isUnknown(): boolean {
    return this.#link.isConnected && this.#link.peer !== undefined && this.#offset() === undefined;
  }

  /** Another server, another clock: to be called when a link begins. */
  forget(): void {
    this.#offsetMs = undefined;
  }

  /** Own monotonic ms of a moment in the server's UTC ms. */
  toMonotonicMs(serverUtcMs: number): number {
    return serverUtcMs - this.#utcMinusMonotonicMs();
  }

  /** The server's UTC ms of a moment on the own monotonic clock. */
  toServerMs(monotonicMs: number): number {
    return monotonicMs + this.#utcMinusMonotonicMs();
  }

  #utcMinusMonotonicMs(): number {
    return this.#offset() ?? this.#clock.utcMs() - this.#clock.monotonicMs();
  }

  #offset(): number | undefined {
    const { isConnected, peer, clockOffset } = this.#link;
    if (isConnected && peer && clockOffset) this.#offsetMs = clockOffset.offsetMs;
    return this.#offsetMs;
  }
}
