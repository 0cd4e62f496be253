/** What of all that happens in the fleet is worth a line in the log: who comes, who is lost, what watchdogs did. */

import type { FleetEvent } from './fleet/fleet.js';
import type { FleetTable } from './fleet/fleet-table.js';
import { SilenceWatch } from './fleet/silence-watch.js';
import { lastFailsafe, type Telemetry } from './fleet/telemetry.js';
import { WarningLimits } from './links/warning-limit.js';
import type { LogLine } from './snapshot.js';

export type FleetNewsOptions = {
  readonly table: FleetTable;
  readonly monotonicMs: () => number;
  readonly log: (level: LogLine['level'], text: string) => void;
  /** How often `silent` is asked, ms. */
  readonly intervalMs: number;
};

/** A drone that comes and goes fills no log. */
export class FleetNews {
  readonly #options: FleetNewsOptions;
  readonly #limits = new WarningLimits();
  readonly #silence: SilenceWatch;

  constructor(options: FleetNewsOptions) {
    this.#options = options;
    this.#silence = new SilenceWatch(options.intervalMs);
  }

  /** To be told after the table was. `before`: the drone's telemetry before this event. */
  tell(event: FleetEvent, before: Telemetry | undefined): void {
    if (event.type === 'telemetryReceived') this.#watchFailsafe(event.id, before);
    if (event.type === 'droneJoined')
      this.#log(event.id, 'info', `${event.id} connected from ${event.address}`);
    if (event.type !== 'droneLost') return;
    const isArmed = this.#options.table.isArmed(event.id);
    const state = isArmed ? ' while armed: it follows its own link-loss rule' : '';
    this.#log(event.id, 'warning', `${event.id} lost${state} (${event.reason})`);
  }

  /** Those that are connected and have just been found to send nothing any more. */
  silent(): string[] {
    const { table, monotonicMs } = this.#options;
    const found = this.#silence.look(table.records, monotonicMs());
    for (const id of found) this.#log(id, 'warning', `${id} is connected, and sends no telemetry any more`);
    return found;
  }

  /** What a drone's own watchdog did is news for the operator. */
  #watchFailsafe(id: string, before: Telemetry | undefined): void {
    const record = this.#options.table.record(id);
    const last = record && lastFailsafe(record.telemetry);
    if (last === undefined || (before && last === lastFailsafe(before))) return;
    this.#log(id, 'warning', `${id}: ${last}`);
  }

  #log(id: string, level: LogLine['level'], text: string): void {
    const line = this.#limits.pass(id, text, this.#options.monotonicMs());
    if (line !== undefined) this.#options.log(level, line);
  }
}
