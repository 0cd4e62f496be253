/**
 * Takes from the running server what is kept over a crash, and gives a server that was started anew what still holds of
 * it. Knows the parts of the server by what they can do; no file, no connection.
 */
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { DroneRecord } from '../fleet/drone-record.js';
import type { FleetEvent } from '../fleet/fleet.js';
import type { EmergencyLine } from '../links/emergency-line.js';
import type { FleetOperations } from '../show-control/fleet-operations.js';
import { comeBackMs, type ShowRun } from '../show-control/show-run.js';
import type { Stage } from '../show-control/stage.js';
import type { LogLine } from '../snapshot.js';
import type { RestorePlan } from './restore-plan.js';
import type { KeptRun, ServerState } from './server-state.js';

export type RecallOptions = {
  readonly clock: Clock;
  readonly records: () => readonly DroneRecord[];
  readonly stage: Pick<Stage, 'decidedSlots' | 'authorizer' | 'restore'>;
  readonly operations: Pick<FleetOperations, 'run' | 'restoreRun'>;
  /** Where drones hear datagrams; undefined where nothing is sent so. */
  readonly line: Pick<EmergencyLine, 'target' | 'restore'> | undefined;
  /** Lost drones do not stay in the table. */
  readonly isRemovingDisconnected: boolean;
  readonly onFleetEvent: (event: FleetEvent) => void;
  readonly log: (level: LogLine['level'], text: string) => void;
};

export class Recall {
  readonly #options: RecallOptions;
  #cancel: Cancel = () => undefined;

  constructor(options: RecallOptions) {
    this.#options = options;
  }

  kept(): Omit<ServerState, 'show' | 'at'> {
    const { records, stage, operations, line } = this.#options;
    return {
      drones: records().map(({ id, address, isAnswering }) => ({
        ...{ id, address, isOurs: isAnswering, hears: line?.target(id) },
      })),
      slots: stage.decidedSlots,
      authorization: stage.authorizer.given,
      run: operations.run && keptRun(operations.run),
    };
  }

  restore({ drones, slots, authorization, run, notes }: RestorePlan): void {
    const { clock, stage, operations, onFleetEvent, log, line } = this.#options;
    for (const { id, address, isOurs, hears } of drones) {
      onFleetEvent({ type: 'droneRestored', id, address, isAnswering: isOurs });
      if (hears) line?.restore(id, hears);
    }
    for (const note of notes) log('warning', note);
    if (run) operations.restoreRun({ ...run, restoredUtcMs: clock.utcMs(), holding: new Set(run.holding) });
    // What is authorized may have to be withdrawn at once: then the countdown goes with it.
    stage.restore(slots, authorization);
    if (operations.run) log('warning', 'a show is on: this server was started anew in it');
    if (this.#options.isRemovingDisconnected)
      this.#cancel = clock.after(comeBackMs, () => this.#removeUnseen());
  }

  close(): void {
    this.#cancel();
  }

  /** Drones of before that have not come back are no more in the table than any other lost one. */
  #removeUnseen(): void {
    const { records, operations, onFleetEvent } = this.#options;
    for (const { id, isConnected, telemetryAtMs } of records()) {
      if (isConnected || telemetryAtMs !== undefined || operations.run?.ids.includes(id)) continue;
      onFleetEvent({ type: 'droneRemoved', id });
    }
  }
}

function keptRun({ restoredUtcMs: _, holding, ...run }: ShowRun): KeptRun {
  return { ...run, holding: [...holding] };
}
