/** The fleet with everything derived from its records, kept until one of them changes. Knows no connection and no log. */
import type { DroneView } from '../snapshot.js';
import type { CheckSettings } from './checks.js';
import type { DroneRecord } from './drone-record.js';
import { viewOf } from './drone-view.js';
import { Fleet, type FleetEvent } from './fleet.js';
import { type Expected, proofOf } from './proof.js';
import { isArmed } from './telemetry.js';

export type FleetTableOptions = {
  /** Asked again and again: `forgetViews` tells that they are others now. */
  readonly checks: () => CheckSettings;
  /** Of this software: drones of ours should have the same. */
  readonly version: string;
  /** Which slot a drone flies, and what it is to hold. */
  readonly slotOf: (id: string) => string | undefined;
  readonly expectedOf: (id: string) => Expected | null | undefined;
};

/** After these the table has other rows, and who flies which slot may be another. */
const comingAndGoing: ReadonlySet<FleetEvent['type']> = new Set([
  'droneJoined',
  'droneRestored',
  'droneRemoved',
]);

export class FleetTable {
  readonly #options: FleetTableOptions;
  readonly #fleet = new Fleet();
  #views = new WeakMap<DroneRecord, DroneView>();
  /** Every drone, in the table's order, until one comes or goes. */
  #ids: readonly string[] | undefined;

  constructor(options: FleetTableOptions) {
    this.#options = options;
  }

  /** True when the table has other rows now. */
  apply(event: FleetEvent): boolean {
    this.#fleet.apply(event);
    if (!comingAndGoing.has(event.type)) return false;
    this.#ids = undefined;
    this.forgetViews();
    return true;
  }

  /** What views are made of beside the records has changed. */
  forgetViews(): void {
    this.#views = new WeakMap();
  }

  get size(): number {
    return this.#fleet.size;
  }

  get ids(): readonly string[] {
    this.#ids ??= this.#fleet.list().map(({ id }) => id);
    return this.#ids;
  }

  get records(): readonly DroneRecord[] {
    return this.#fleet.list();
  }

  get views(): DroneView[] {
    return this.#fleet.list().map((record) => this.#view(record));
  }

  record(id: string): DroneRecord | undefined {
    return this.#fleet.get(id);
  }

  view(id: string): DroneView | undefined {
    const record = this.#fleet.get(id);
    return record && this.#view(record);
  }

  /** The drones that are connected now. */
  get connectedIds(): string[] {
    return this.#fleet
      .list()
      .filter(({ isConnected }) => isConnected)
      .map(({ id }) => id);
  }

  /** How many drones are connected from an address. */
  connectionsFrom(address: string): number {
    return this.#fleet
      .list()
      .filter((record) => record.isConnected && record.address.startsWith(`${address}:`)).length;
  }

  /** By its last word. */
  isArmed(id: string): boolean {
    const record = this.#fleet.get(id);
    return record !== undefined && isArmed(record.telemetry);
  }

  #view(record: DroneRecord): DroneView {
    const known = this.#views.get(record);
    if (known) return known;
    const { version, slotOf, expectedOf } = this.#options;
    const slot = slotOf(record.id);
    const proof = proofOf(record, expectedOf(record.id));
    const view = viewOf(record, { checks: this.#options.checks(), version, slot, proof });
    this.#views.set(record, view);
    return view;
  }
}
