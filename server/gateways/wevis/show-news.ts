/** What is known of the show, told whole and once when several things of it change together. Knows no connection. */
import type { Delivery } from '../../hub/deliveries.js';
import type { HubValue } from '../../hub/hub-types.js';

type RoomVariable = Extract<Delivery, { type: 'roomVariable' }>;

/** Whoever is to hear of a change: bytes for all of them. */
export type ShowListener = { hearShow(bytes: Uint8Array): void };

export class ShowNews {
  readonly #encode: (values: ReadonlyMap<string, HubValue>) => Uint8Array;
  #values = new Map<string, HubValue>();
  #last: RoomVariable | undefined;
  readonly #owed = new Set<ShowListener>();

  constructor(encode: (values: ReadonlyMap<string, HubValue>) => Uint8Array) {
    this.#encode = encode;
  }

  /** All values as they are now: from then on every change must come by `hear`. */
  reset(values: readonly (readonly [string, HubValue])[]): ReadonlyMap<string, HubValue> {
    this.#values = new Map(values);
    return this.#values;
  }

  /** A change for one listener; called with the same delivery for each of them. They are told at the end of the turn. */
  hear(delivery: RoomVariable, listener: ShowListener): void {
    if (this.#last !== delivery) this.#apply(delivery);
    this.#last = delivery;
    if (this.#owed.size === 0) queueMicrotask(() => this.#tell());
    this.#owed.add(listener);
  }

  #apply({ change }: RoomVariable): void {
    if (change.kind === 'renamed') {
      const value = this.#values.get(change.name);
      this.#values.delete(change.name);
      if (value !== undefined) this.#values.set(change.to, value);
    } else if (change.kind === 'deleted') this.#values.delete(change.name);
    else this.#values.set(change.name, change.value);
  }

  #tell(): void {
    const owed = [...this.#owed];
    this.#owed.clear();
    const bytes = this.#encode(this.#values);
    for (const listener of owed) listener.hearShow(bytes);
  }
}
