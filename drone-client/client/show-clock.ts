/** Turns moments of the server's clock into moments of the own monotonic clock. Knows no show and no messages. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import type { ClockEstimate } from '../../lib/time/filter/clock-sample.js';

type Link = Pick<ConnectionManager, 'isConnected' | 'peer' | 'clockOffset'>;

/** How well the server's clock is known: ± ms at 95 %, and from what. */
export type ClockQuality = {
  readonly uncertaintyMs: number;
  readonly by: 'exchanges' | 'heartbeats';
  readonly isHoldover: boolean;
};

/**
 * A server of ours is measured by exchanges of NTP, or by its heartbeats where it serves no time; the last measurement
 * is kept when the link is lost. An old server is taken to have the same UTC as this machine.
 */
export class ShowClock {
  readonly #clock: Clock;
  readonly #link: Link;
  readonly #estimate: () => ClockEstimate | undefined;
  #heartbeat: { readonly offsetMs: number; readonly uncertaintyMs: number } | undefined;

  /** `estimate`: what exchanges with the present server make of its clock. */
  constructor(clock: Clock, link: Link, estimate: () => ClockEstimate | undefined = () => undefined) {
    this.#clock = clock;
    this.#link = link;
    this.#estimate = estimate;
  }

  /** A server of ours is connected, and nothing has told its clock yet. */
  get isUnknown(): boolean {
    return this.#link.isConnected && this.#link.peer !== undefined && this.#offset() === undefined;
  }

  /** Undefined under an old server, and while nothing is measured. */
  get quality(): ClockQuality | undefined {
    const estimate = this.#measured();
    if (estimate) {
      const { uncertaintyMs, isHoldover } = estimate;
      return { uncertaintyMs, isHoldover, by: 'exchanges' };
    }
    const heartbeat = this.#beaten();
    return (
      heartbeat && {
        uncertaintyMs: heartbeat.uncertaintyMs,
        isHoldover: !this.#link.isConnected,
        by: 'heartbeats',
      }
    );
  }

  /** Another server, another clock: to be called when a link begins. */
  forget(): void {
    this.#heartbeat = undefined;
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
    return this.#measured()?.offsetMs ?? this.#beaten()?.offsetMs;
  }

  /** An old server that is connected has nothing to do with what was measured of another one. */
  #measured(): ClockEstimate | undefined {
    const { isConnected, peer } = this.#link;
    return isConnected && !peer ? undefined : this.#estimate();
  }

  #beaten() {
    const { isConnected, peer, clockOffset } = this.#link;
    if (isConnected && peer && clockOffset) this.#heartbeat = clockOffset;
    return this.#heartbeat;
  }
}
