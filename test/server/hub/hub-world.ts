/** A hub with a notebook: what was delivered to whom, and what happened. Time stands still unless a test moves it. */

import type { Delivery } from '../../../server/hub/deliveries.js';
import { Hub } from '../../../server/hub/hub.js';
import type { HubEvent } from '../../../server/hub/hub-events.js';
import type { Ask, Denial, Denied, VisitorRole } from '../../../server/hub/hub-types.js';
import type { HubConfig } from '../../../server/hub/policies.js';

export type Delivered = { readonly to: string; readonly delivery: Delivery };

export class HubWorld {
  readonly hub: Hub;
  readonly events: HubEvent[] = [];
  #delivered: Delivered[] = [];
  nowMs = 1000;

  constructor(config: HubConfig = {}) {
    this.hub = new Hub((to, delivery) => this.#delivered.push({ to, delivery }), config);
    this.hub.listen('notebook', (event) => this.events.push(event));
  }

  ask(by: string, more: Partial<Omit<Ask, 'by'>> = {}): Ask {
    return { by, nowMs: this.nowMs, sizeBytes: 10, ...more };
  }

  /** Connected and identified, and logged in when it has a name. */
  arrive(id: string, name?: string, at: { gateway?: string; role?: VisitorRole } = {}): void {
    const { gateway = 'lace', role = 'guest' } = at;
    fine(this.hub.connect({ id, gateway, address: `address of ${id}`, nowMs: this.nowMs }));
    fine(this.hub.identify(this.ask(id), gateway));
    if (name !== undefined) fine(this.hub.login(this.ask(id), { name, role }));
  }

  /** In the room, and what that told others forgotten. */
  enter(room: string, ...ids: readonly string[]): void {
    for (const id of ids) fine(this.hub.join(this.ask(id), room));
    this.take();
  }

  /** What was delivered since the last time. */
  take(): readonly Delivered[] {
    const delivered = this.#delivered;
    this.#delivered = [];
    return delivered;
  }

  /** The same, as `member type` in the order it came. */
  told(): readonly string[] {
    return this.take().map(({ to, delivery }) => `${to} ${delivery.type}`);
  }
}

/** What must not have been denied. */
export function fine<Result extends object>(
  outcome: Denied | (Result & { readonly denied?: undefined }),
): Result {
  if (outcome.denied !== undefined)
    throw new Error(`denied: ${outcome.denied.code}: ${outcome.denied.reason}`);
  return outcome;
}

export function denialOf(outcome: { readonly denied?: Denial | undefined }): Denial | undefined {
  return outcome.denied;
}

export function codeOf(outcome: { readonly denied?: Denial | undefined }): string | undefined {
  return outcome.denied?.code;
}
