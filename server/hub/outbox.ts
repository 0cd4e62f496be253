/**
 * Everything that leaves the hub, in the order it happened, after the hub has settled: whoever is told may ask the hub
 * again at once. Knows no protocol, room or rule.
 */

import { errorText } from '../../lib/errors.js';
import { contain } from './contain.js';
import type { Deliver, Delivery } from './deliveries.js';
import type { HubEvent, HubListener } from './hub-events.js';

type Posted =
  | { readonly delivery: Delivery; readonly to: readonly string[]; readonly except: string | undefined }
  | { readonly event: HubEvent };

type Listener = { readonly name: string; readonly hear: HubListener };

export class Outbox {
  readonly #deliver: Deliver;
  readonly #isThere: (memberId: string) => boolean;
  readonly #listeners: Listener[] = [];
  #queue: Posted[] = [];
  #depth = 0;

  /** `isThere`: a member that left in the meantime gets nothing more. */
  constructor(deliver: Deliver, isThere: (memberId: string) => boolean) {
    this.#deliver = deliver;
    this.#isThere = isThere;
  }

  /** Several may listen. One that throws is named to the others. */
  listen(name: string, hear: HubListener): void {
    this.#listeners.push({ name, hear });
  }

  /** `to` must not change any more. */
  post(delivery: Delivery, to: readonly string[], except?: string): void {
    if (to.length > 0) this.#queue.push({ delivery, to, except });
  }

  tell(event: HubEvent): void {
    if (this.#listeners.length > 0) this.#queue.push({ event });
  }

  /** Runs `work`; what it posts goes out when the outermost `work` is done. */
  together<Result>(work: () => Result): Result {
    this.#depth += 1;
    try {
      return work();
    } finally {
      try {
        if (this.#depth === 1) this.#drain();
      } finally {
        this.#depth -= 1;
      }
    }
  }

  /** What is posted meanwhile joins the end. */
  #drain(): void {
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      for (const posted of queue)
        if ('event' in posted) this.#announce(posted.event);
        else this.#fanOut(posted);
    }
  }

  #fanOut(posted: Extract<Posted, { delivery: Delivery }>): void {
    for (const memberId of posted.to) {
      if (memberId === posted.except || !this.#isThere(memberId)) continue;
      try {
        this.#deliver(memberId, posted.delivery);
      } catch (error) {
        const text = `could not deliver "${posted.delivery.type}": ${errorText(error)}`;
        this.tell({ type: 'error', source: 'delivery', text, memberId });
      }
    }
  }

  #announce(event: HubEvent): void {
    for (const { name, hear } of this.#listeners) {
      const late = (text: string) => this.#blame(name, text);
      const heard = contain<unknown>(() => hear(event), late);
      if ('fault' in heard) this.#blame(name, heard.fault);
    }
  }

  /** Told to the other listeners at once: to queue it for all would go round for ever. */
  #blame(culprit: string, text: string): void {
    const event: HubEvent = { type: 'error', source: `listener of ${culprit}`, text, memberId: undefined };
    for (const { name, hear } of this.#listeners)
      if (name !== culprit)
        contain<unknown>(
          () => hear(event),
          () => undefined,
        );
  }
}
