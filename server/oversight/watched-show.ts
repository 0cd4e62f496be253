/** The loaded show as far as it is watched: its parts, read bit by bit, and what it wants of each drone. Knows records, no alert. */
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { ReadingExtras } from '../alerts/drone-reading.js';
import type { DroneRecord } from '../fleet/drone-record.js';
import type { ShowRun } from '../show-control/show-run.js';
import { FlightBook } from './flight-book.js';
import { whyOutOfShow } from './lost-drone.js';
import { PlannedFlights } from './planned-flights.js';
import { showSecondsAt } from './show-seconds.js';

/** So many parts of a show are read at once, some ms each; what is urgent comes in between. */
const partsAtOnce = 10;

/** Between two of these, ms. */
const readPauseMs = 10;

export type ShowToWatch = {
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly slots: readonly string[];
  readonly durationS: number;
  /** From its start to its own zero, which its gates are counted from. */
  readonly leadS: number;
};

export type WatchedShowOptions = {
  readonly clock: Clock;
  /** How long a show takes to slow down to a pause, s. */
  readonly pauseRampS: number;
  readonly slotOf: (id: string) => string | undefined;
  readonly warn: (text: string) => void;
};

export class WatchedShow {
  readonly #options: WatchedShowOptions;
  readonly #book = new FlightBook();
  #show: ShowToWatch = { parts: new Map(), slots: [], durationS: 0, leadS: 0 };
  #flights = new PlannedFlights(new Map(), () => undefined);
  #stopReading: Cancel = () => undefined;

  constructor(options: WatchedShowOptions) {
    this.#options = options;
  }

  get slots(): readonly string[] {
    return this.#show.slots;
  }

  get leadS(): number {
    return this.#show.leadS;
  }

  get flights(): PlannedFlights {
    return this.#flights;
  }

  load(show: ShowToWatch): void {
    this.#show = show;
    this.#flights = new PlannedFlights(show.parts, this.#options.warn);
    this.#readOn();
  }

  close(): void {
    this.#stopReading();
  }

  forget(id: string): void {
    this.#book.forget(id);
  }

  /** Notes who is in the air. `nowMs` monotonic. */
  look(records: readonly DroneRecord[], nowMs: number): void {
    this.#book.look(records, nowMs);
  }

  /** What the record of a drone of the run does not hold: where its show wanted it, and what its battery was to hold. */
  extrasOf(record: DroneRecord, run: ShowRun, batteryReserve: number): ReadingExtras {
    const { id, telemetryAtMs, latencyMs } = record;
    const { slotOf, clock, pauseRampS } = this.#options;
    const slot = slotOf(id);
    if (slot === undefined || telemetryAtMs === undefined || !this.#flights.isRead) return {};
    const saidUtcMs = clock.utcMs() - (clock.monotonicMs() - telemetryAtMs) - (latencyMs ?? 0) / 2;
    const saidS = showSecondsAt(run, saidUtcMs, pauseRampS);
    const span = this.#flights.spanOf(slot);
    // Who is out of the show is lost, and no longer off its place: the others fly on, or not, as losses have it.
    const isApart = whyOutOfShow(record, span, saidS) !== undefined || this.#flights.standsAt(slot, saidS);
    const plannedM = isApart ? undefined : this.#flights.placeAt(slot, saidS);
    const plan = { reserve: batteryReserve, atMs: telemetryAtMs };
    const battery = span && this.#book.batteryOf(id, { ...plan, flightS: span.endS - span.startS });
    return { ...(isApart && { isApart }), ...(plannedM && { plannedM }), ...(battery && { battery }) };
  }

  /** How long these drones are to fly, s, by id; without those that do not. */
  flightS(ids: readonly string[]): Readonly<Record<string, number>> {
    const flights = ids.flatMap((id) => {
      const slot = this.#options.slotOf(id);
      const span = slot === undefined ? undefined : this.#flights.spanOf(slot);
      return span ? [[id, span.endS - span.startS] as const] : [];
    });
    return Object.fromEntries(flights);
  }

  #readOn(): void {
    this.#stopReading();
    this.#stopReading = this.#options.clock.after(readPauseMs, () => {
      this.#flights.readAhead(partsAtOnce);
      if (!this.#flights.isRead) this.#readOn();
    });
  }
}
