/** Lets the faults of a plan happen when their time has come, and says so. Knows a plan and who is meant; no wire. */
import { everyDrone } from '../../drone-client/simulator/fault-file.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import {
  isComputerFault,
  type OperatorAct,
  type PlannedFault,
  theOperator,
  theServer,
} from './fault-plan.js';
import type { Journal } from './journal.js';
import type { NetworkFault } from './network-faults.js';
import type { RehearsedDrone } from './rehearsed-drone.js';

/** What may befall the server. */
export type ServerFault =
  | NetworkFault
  | Extract<PlannedFault['fault'], { readonly kind: 'clock-step' | 'hang' }>;

export type FaultRunnerOptions = {
  /** The true time, at the beginning. */
  readonly clock: Clock;
  readonly plan: readonly PlannedFault[];
  readonly drones: readonly RehearsedDrone[];
  readonly journal: Journal;
  readonly onServer: (fault: ServerFault) => void;
  readonly onOperator: (act: OperatorAct) => void;
};

/** How soon it is seen that motors run, ms. */
const lookMs = 10;

/** From now on; the returned function ends it. */
export function runFaults(options: FaultRunnerOptions): Cancel {
  const { clock, plan, drones } = options;
  let isOver = false;
  const begin = (since: PlannedFault['since'], drone: RehearsedDrone | undefined) => {
    for (const planned of plan)
      if (planned.since === since && isMeant(planned, drone))
        clock.after(planned.atS * 1000, () => !isOver && happen(options, planned, drone));
  };
  // Undefined: whatever is no drone's own.
  const waiting = new Set<RehearsedDrone | undefined>([...drones, undefined]);
  for (const drone of waiting) begin('beginning', drone);
  const stop = every(clock, lookMs, () => {
    for (const drone of waiting) {
      if (drone ? !drone.truth.armed : waiting.size > drones.length) continue;
      waiting.delete(drone);
      begin('motors', drone);
    }
    if (waiting.size === 0) stop();
  });
  return () => {
    isOver = true;
    stop();
  };
}

function isMeant({ who }: PlannedFault, drone: RehearsedDrone | undefined): boolean {
  return drone ? who === drone.id || who === everyDrone : who === theServer || who === theOperator;
}

function happen(
  { journal, onServer, onOperator }: FaultRunnerOptions,
  { who, fault }: PlannedFault,
  drone: RehearsedDrone | undefined,
): void {
  journal.note('field', `${drone?.id ?? who}: ${textOf(fault)}`);
  if (fault.kind === 'command') onOperator(fault);
  else if (!drone) {
    if (isServerFault(fault)) onServer(fault);
  } else if (isComputerFault(fault)) drone.befall(fault);
  else drone.applyFault(fault);
}

function isServerFault(fault: PlannedFault['fault']): fault is ServerFault {
  return fault.kind.startsWith('net-') || fault.kind === 'clock-step' || fault.kind === 'hang';
}

function textOf(fault: PlannedFault['fault']): string {
  return Object.values(fault)
    .filter((value) => value !== undefined)
    .join(' ');
}
