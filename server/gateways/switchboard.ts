/**
 * The hub as gateways use it: brings what the hub has for a member to that member's connection, stamps questions with the
 * time, and tells those who are late. Knows no protocol and no socket.
 */
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import type { Delivery } from '../hub/deliveries.js';
import type { Arrival } from '../hub/door.js';
import { Hub } from '../hub/hub.js';
import type { Ask, HubValue, Member, Outcome } from '../hub/hub-types.js';
import type { HubConfig } from '../hub/policies.js';
import { TurnShare } from './turn-share.js';

/** How often it is looked who is late, ms. */
const lookMs = 250;

/** Why the hub ends a connection: it did not say in time what it had to, or an operator has put it out. */
export type Ending = { readonly what: 'identify' | 'login' | 'expelled'; readonly reason: string };

/** One connection of a gateway, as the hub sees it. */
export type Visitor = {
  /** What the hub has for it, in order. A closed or slow connection is its gateway's affair: nothing waits for it. */
  readonly hear: (delivery: Delivery) => void;
  /** Its time here is over: the gateway tells it why, as the protocol can, and closes. */
  readonly end: (why: Ending) => void;
};

export type SwitchboardConfig = HubConfig & {
  /** What all visitors together may take of a turn of the event loop, ms; default: as `TurnShare` has it. */
  readonly shareMs?: number;
};

export class Switchboard {
  readonly hub: Hub;
  readonly #clock: Clock;
  readonly #share: TurnShare;
  readonly #visitors = new Map<string, Visitor>();
  readonly #stopLooking: Cancel;
  #isClosed = false;

  /** @throws ConfigError about limits or bridges that can not be. */
  constructor(clock: Clock, { shareMs, ...config }: SwitchboardConfig = {}) {
    this.#clock = clock;
    this.#share = new TurnShare(clock, shareMs);
    this.hub = new Hub((memberId, delivery) => this.#deliver(memberId, delivery), config);
    this.#stopLooking = every(clock, lookMs, () => this.#look());
  }

  /** A new member; what the hub has for it goes to `visitor` until `disconnect`. */
  connect(arrival: Omit<Arrival, 'nowMs'>, visitor: Visitor): Outcome<{ member: Member }> {
    const outcome = this.hub.connect({ ...arrival, nowMs: this.#clock.monotonicMs() });
    if (outcome.denied) return outcome;
    this.#visitors.set(arrival.id, visitor);
    return outcome;
  }

  /** Twice is once. */
  disconnect(id: string, reason: string): void {
    if (this.#visitors.delete(id)) this.hub.disconnect(id, reason);
  }

  /** A question of member `by`, now; `sizeBytes`: what came over the wire for it. */
  ask(by: string, sizeBytes: number, correlation?: HubValue): Ask {
    const nowMs = this.#clock.monotonicMs();
    const asked = { by, nowMs, sizeBytes, busyMs: this.#share.waitMs(nowMs) };
    return correlation === undefined ? asked : { ...asked, correlation };
  }

  /** Ends a visitor's connection; nothing happens where there is none. */
  expel(id: string, reason: string): void {
    this.#end(id, { what: 'expelled', reason });
  }

  /** The gateways close too: nobody is told of the others any more, of whom each leaves in turn. */
  close(): void {
    this.#isClosed = true;
    this.#stopLooking();
    this.#share.close();
  }

  #deliver(memberId: string, delivery: Delivery): void {
    if (!this.#isClosed) this.#visitors.get(memberId)?.hear(delivery);
  }

  #look(): void {
    for (const late of this.hub.due(this.#clock.monotonicMs())) this.#end(late.memberId, late);
  }

  /** It is out of the hub even where its gateway forgets to close: else it would be late for ever. */
  #end(id: string, { what, reason }: Ending): void {
    this.#visitors.get(id)?.end({ what, reason });
    this.disconnect(id, reason);
  }
}
