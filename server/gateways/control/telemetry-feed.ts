/**
 * Telemetry for one reader of the control port: what changed since it was last told, at a pace it can follow.
 * Holds no queue: a reader that is slow gets the newest values later. Knows the facade and a clock; no socket.
 */
import type { Cancel, Clock } from '../../../lib/time/clock.js';
import type { Telemetry } from '../../fleet/telemetry.js';
import type { DroneView, ServerFacade } from '../../snapshot.js';

/** Changes within this time are told together, ms. */
const paceMs = 50;

export type TelemetryFeedOptions = {
  readonly facade: ServerFacade;
  readonly clock: Clock;
  /** Whose telemetry; undefined: everybody's, those included who come later. */
  readonly ids: ReadonlySet<string> | undefined;
  /** Hands one drone's telemetry over; false: full, tell nothing until `resume`. */
  readonly push: (view: DroneView) => boolean;
};

/** Starts with what is known of every drone. */
export class TelemetryFeed {
  readonly #options: TelemetryFeedOptions;
  readonly #told = new Map<string, Telemetry>();
  readonly #unsubscribe: () => void;
  #cancelTimer: Cancel | undefined;
  #isFull = false;

  constructor(options: TelemetryFeedOptions) {
    this.#options = options;
    this.#unsubscribe = options.facade.onChange(() => this.#schedule());
    this.#tell();
  }

  /** The reader has taken everything: go on. */
  resume(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#tell();
  }

  close(): void {
    this.#unsubscribe();
    this.#cancelTimer?.();
  }

  #schedule(): void {
    if (this.#cancelTimer || this.#isFull) return;
    this.#cancelTimer = this.#options.clock.after(paceMs, () => {
      this.#cancelTimer = undefined;
      this.#tell();
    });
  }

  #tell(): void {
    const { drones } = this.#options.facade.snapshot();
    this.#forgetAllBut(drones);
    for (const view of drones) {
      if (!this.#isNews(view)) continue;
      this.#told.set(view.record.id, view.record.telemetry);
      if (this.#options.push(view)) continue;
      this.#isFull = true;
      return;
    }
  }

  #isNews({ record }: DroneView): boolean {
    const { ids } = this.#options;
    if (ids && !ids.has(record.id)) return false;
    return record.telemetryAtMs !== undefined && this.#told.get(record.id) !== record.telemetry;
  }

  #forgetAllBut(drones: readonly DroneView[]): void {
    if (this.#told.size === 0) return;
    const present = new Set(drones.map(({ record }) => record.id));
    for (const id of this.#told.keys()) if (!present.has(id)) this.#told.delete(id);
  }
}
