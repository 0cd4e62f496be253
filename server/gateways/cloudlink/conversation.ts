/** What one connection says from its first message on: finds out which protocol it speaks. Knows no socket. */
import { Buffer } from 'node:buffer';
import { type Packet, readCl4Message, readPacket } from '../../../lib/protocols/cloudlink/index.js';
import { isScratchMessage } from '../../../lib/protocols/scratch-cloud/index.js';
import type { Delivery } from '../../hub/deliveries.js';
import { retryAfterMs } from '../inlet.js';
import { Cl4Session } from './cl4-session.js';
import { ScratchSession } from './scratch-session.js';
import { cloudlinkName, scratchName, type Visit } from './visit.js';

/** One message as it came. */
export type Incoming = {
  readonly text: string;
  readonly isBinary: boolean;
  readonly sizeBytes: number;
};

/** A connection whose protocol is known. */
export interface Session {
  /** A message that was charged already. */
  take(packet: Packet, incoming: Omit<Incoming, 'text'>): void;
  hear(delivery: Delivery): void;
  /** Larger than the hub takes, though the port did. */
  tooLarge(reason: string): void;
  /** Something of the server's own went wrong with a message. */
  failed(): void;
  /** The hub wants it to leave. */
  end(reason: string): void;
}

export class Conversation {
  readonly #visit: Visit;
  #session: Session | undefined;

  constructor(visit: Visit) {
    this.#visit = visit;
  }

  /** Answers first, then what follows for others. Above 0: nothing was done, and it shall come again after so many ms. */
  take(incoming: Incoming): number {
    return this.#visit.hub.together(() => this.#take(incoming));
  }

  hear(delivery: Delivery): void {
    this.#session?.hear(delivery);
  }

  /** A message could not be dealt with, by no fault of the client. */
  failed(): void {
    if (this.#session === undefined) this.#visit.wire.close(1011, 'internal server error');
    else this.#session.failed();
  }

  /** Its time is over. */
  end(reason: string): void {
    if (this.#session === undefined) this.#turnAway(reason);
    else this.#session.end(reason);
  }

  #take(incoming: Incoming): number {
    const { hub, ask } = this.#visit;
    if (this.#session === undefined) return this.#identify(incoming);
    const denied = hub.charge(ask(incoming.sizeBytes));
    const waitMs = retryAfterMs(denied);
    if (waitMs > 0) return waitMs;
    if (denied === undefined) this.#session.take(readPacket(incoming.text), incoming);
    else this.#session.tooLarge(denied.denied.reason);
    return 0;
  }

  /** By the strict rules a binary frame is nothing, so that it is no first message either. */
  #identify(incoming: Incoming): number {
    const { hub, ask, settings } = this.#visit;
    const packet = readPacket(incoming.text);
    const gateway = this.#gatewayOf(packet);
    if (gateway === undefined) return 0;
    if (gateway === scratchName && incoming.isBinary && settings.scratch === 'strict')
      return retryAfterMs(hub.charge(ask(incoming.sizeBytes)));
    const identified = hub.identify(ask(incoming.sizeBytes), gateway);
    const waitMs = retryAfterMs(identified);
    if (waitMs > 0) return waitMs;
    if (identified.denied) this.#turnAway(identified.denied.reason);
    else {
      this.#session =
        gateway === scratchName
          ? new ScratchSession(this.#visit)
          : new Cl4Session(this.#visit, identified.motd);
      this.#session.take(packet, incoming);
    }
    return 0;
  }

  /** Undefined: it is none, and was told so. CL4 is tried first. */
  #gatewayOf(packet: Packet): string | undefined {
    switch (packet.kind) {
      case 'empty':
        return this.#turnAway('Empty message');
      case 'noJson':
        return this.#turnAway('Invalid JSON');
      case 'noObject':
        return this.#turnAway(undefined, '');
      case 'object':
        if (readCl4Message(packet.object).errors === undefined) return cloudlinkName;
        if (this.#isScratch(packet)) return scratchName;
        return this.#turnAway('Unable to identify protocol');
    }
  }

  /** The strict rules have a close code of their own for what is wrong with the rest of the message. */
  #isScratch({ object }: Extract<Packet, { readonly kind: 'object' }>): boolean {
    const { method } = object;
    return this.#visit.settings.scratch === 'strict' ? typeof method === 'string' : isScratchMessage(object);
  }

  #turnAway(text: string | undefined, reason = text ?? ''): undefined {
    const { wire } = this.#visit;
    if (text !== undefined) wire.send(Buffer.from(text));
    wire.close(1000, reason);
    return undefined;
  }
}
