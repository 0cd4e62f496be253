/** Turns moments of the show's clock into moments of the own monotonic clock. Knows no show and no messages. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import type { ClockEstimate } from '../../lib/time/filter/clock-sample.js';

type Link = Pick<ConnectionManager, 'isConnected' | 'isOldPeer' | 'peer' | 'clockOffset'>;

/** How well the show's clock is known: ± ms at 95 %, and from what. `hosts`: the foreign ones of `[NTP]`. */
export type ClockQuality = {
  readonly uncertaintyMs: number;
  readonly by: 'exchanges' | 'heartbeats' | 'hosts';
  readonly isHoldover: boolean;
};

/** What heartbeat and exchanges may differ by beyond what both say of themselves, ms, and per ms since the last beat. */
const slackMs = 10;
const driftRate = 500e-6;

/** Estimates of clocks against the own monotonic one. */
export type ClockSources = {
  /** What exchanges with the present server make of its clock. */
  readonly server?: () => ClockEstimate | undefined;
  /** Exchanges and heartbeat exclude each other from now on, by so much; the heartbeat is believed. */
  readonly onDispute?: (apartMs: number) => void;
  /** UTC as foreign hosts have it. */
  readonly hosts?: { readonly isWanted: boolean; readonly estimate: ClockEstimate | undefined };
};

/**
 * A server of ours is measured by exchanges of NTP, or by its heartbeats where it serves no time, and its clock is the
 * fleet's, whatever else is known; the last measurement is kept when the link is lost. An old server is taken to have
 * UTC: as the foreign hosts have it where they are to be asked, as this machine has it where not or where none answers.
 */
export class ShowClock {
  readonly #clock: Clock;
  readonly #link: Link;
  readonly #sources: ClockSources;
  #heartbeat: { readonly offsetMs: number; readonly uncertaintyMs: number } | undefined;
  /** When it was last heard, monotonic ms. */
  #heardMs = 0;
  #isDisputed = false;

  constructor(clock: Clock, link: Link, sources: ClockSources = {}) {
    this.#clock = clock;
    this.#link = link;
    this.#sources = sources;
  }

  /** A server of ours is connected, or may be, and nothing has told its clock yet. */
  get isUnknown(): boolean {
    return this.#link.isConnected && !this.#link.isOldPeer && this.#offset() === undefined;
  }

  /** An old server is connected, foreign hosts are to tell the time instead, and none does. */
  get lacksHosts(): boolean {
    return this.#link.isOldPeer && this.#sources.hosts?.isWanted === true && !this.#foreign();
  }

  /** It is this machine's own clock: nobody else tells the time, and whoever sets that one sets this. */
  get isOsClock(): boolean {
    return (this.#offset() ?? this.#foreign()) === undefined;
  }

  /** Undefined while nothing is measured, and under an old server without foreign hosts. */
  get quality(): ClockQuality | undefined {
    const estimate = this.#measured();
    if (estimate) {
      const { uncertaintyMs, isHoldover } = estimate;
      return { uncertaintyMs, isHoldover, by: 'exchanges' };
    }
    const heartbeat = this.#beaten();
    if (heartbeat) {
      const { uncertaintyMs } = heartbeat;
      return { uncertaintyMs, isHoldover: !this.#link.isConnected, by: 'heartbeats' };
    }
    const foreign = this.#foreign();
    return foreign && { uncertaintyMs: foreign.uncertaintyMs, isHoldover: foreign.isHoldover, by: 'hosts' };
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

  /** UTC ms as the server of ours has said it over the link itself; undefined while it has not. */
  get serverUtcMs(): number | undefined {
    const offsetMs = this.#beaten()?.offsetMs;
    return offsetMs === undefined ? undefined : this.#clock.monotonicMs() + offsetMs;
  }

  #utcMinusMonotonicMs(): number {
    return this.#offset() ?? this.#foreign()?.offsetMs ?? this.#clock.utcMs() - this.#clock.monotonicMs();
  }

  /** Never of a server of ours, not even one whose clock is not known yet. */
  #foreign(): ClockEstimate | undefined {
    const { isConnected, peer } = this.#link;
    return isConnected && peer ? undefined : this.#sources.hosts?.estimate;
  }

  #offset(): number | undefined {
    return this.#measured()?.offsetMs ?? this.#beaten()?.offsetMs;
  }

  /** An old server that is connected has nothing to do with what was measured of another one. */
  #measured(): ClockEstimate | undefined {
    const estimate = this.#link.isOldPeer ? undefined : this.#sources.server?.();
    return estimate && this.#isBorneOut(estimate) ? estimate : undefined;
  }

  /**
   * NTP is finer than the heartbeat, and anybody on the network can forge it; the heartbeat comes through the link, which
   * proves whose it is. Where they exclude each other, the link is believed.
   */
  #isBorneOut({ offsetMs, uncertaintyMs }: ClockEstimate): boolean {
    const beaten = this.#beaten();
    if (!beaten) return true;
    const sinceMs = this.#clock.monotonicMs() - this.#heardMs;
    const apartMs = Math.abs(offsetMs - beaten.offsetMs);
    const isSo = apartMs <= uncertaintyMs + beaten.uncertaintyMs + slackMs + sinceMs * driftRate;
    if (!isSo && !this.#isDisputed) this.#sources.onDispute?.(apartMs);
    this.#isDisputed = !isSo;
    return isSo;
  }

  #beaten() {
    const { isConnected, peer, clockOffset } = this.#link;
    if (isConnected && peer && clockOffset) {
      this.#heartbeat = clockOffset;
      this.#heardMs = this.#clock.monotonicMs();
    }
    return this.#heartbeat;
  }
}
