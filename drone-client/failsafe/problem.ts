/** What speaks against a start, and what it is judged by. Types alone; judges nothing. */
import type { VehicleState } from '../vehicle/vehicle.js';
import type { HostHealth } from './host-health.js';
import type { StartLimits } from './settings.js';

/** `blocking`: a start is refused. `text`: what is wrong, its number and limit, and what to do. */
export type Problem = {
  readonly id: string;
  readonly severity: 'blocking' | 'warning';
  readonly text: string;
};

export type CheckInput = {
  /** Monotonic. */
  readonly nowMs: number;
  readonly vehicle: VehicleState;
  readonly limits: StartLimits;
  /** The show is flown in a frame that stands on GPS. */
  readonly isGpsNeeded: boolean;
  /** Undefined until it was read. */
  readonly host: HostHealth | undefined;
  /** What is wrong with the parameters by which the autopilot ends a flight alone; `unread` until they are known. */
  readonly lastResort: readonly Problem[] | 'unread';
  /** How late this process' timers came lately; undefined while unknown. */
  readonly loopLagMs: number | undefined;
  /** What other parts have found, such as `Failsafe.problems`. */
  readonly others?: readonly Problem[];
};

export function isBlocking({ severity }: Problem): boolean {
  return severity === 'blocking';
}
