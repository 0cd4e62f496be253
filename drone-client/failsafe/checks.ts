/** The drone's own look at itself before a flight: what is wrong, and what to do about it. Pure; acts on nothing. */
import type { VehicleState } from '../vehicle/vehicle.js';
import { hostProblems } from './checks-host.js';
import { motionProblems } from './checks-motion.js';
import { vehicleProblems } from './checks-vehicle.js';
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

/** Everything that is wrong; blocking ones first. Without an autopilot nothing of the vehicle is judged but that. */
export function findProblems(input: CheckInput): Problem[] {
  const { vehicle } = input;
  const problems = [
    ...(input.others ?? []),
    ...(vehicle.connected ? [...motionProblems(vehicle), ...vehicleProblems(input)] : [notConnected]),
    ...(vehicle.connected ? lastResortProblems(input.lastResort) : []),
    ...hostProblems(input),
  ];
  return [...problems.filter(isBlocking), ...problems.filter((problem) => !isBlocking(problem))];
}

export function isBlocking({ severity }: Problem): boolean {
  return severity === 'blocking';
}

const notConnected: Problem = {
  id: 'autopilot',
  severity: 'blocking',
  text: 'the autopilot is not connected: check its power and the cable, and the address of the link',
};

/** Unread blocks: when this computer dies in the air, these parameters are all that is left. */
function lastResortProblems(lastResort: CheckInput['lastResort']): readonly Problem[] {
  if (lastResort !== 'unread') return lastResort;
  const text =
    "the autopilot's last-resort parameters are not read yet: wait some seconds; if it stays, check the link";
  return [{ id: 'last_resort', severity: 'blocking', text }];
}
