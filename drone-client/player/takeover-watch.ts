/** Notices that the pilot (or the autopilot's own failsafe) flies instead of us. Knows heartbeats, no player. */
import type { ModeRole, VehicleState } from '../vehicle/vehicle.js';
import type { EndingKind } from './ending.js';

type WatchedTask = 'flying' | EndingKind;

/** What the autopilot may be at in each task. PX4 may show OFFBOARD again after a landing. */
const expectedRoles: Readonly<Record<WatchedTask, ReadonlySet<ModeRole>>> = {
  flying: new Set(['offboard']),
  land: new Set(['land', 'offboard']),
  return: new Set(['return', 'land', 'offboard']),
  'emergency land': new Set(['offboard', 'land']),
};

/** Heartbeats in a row that must show another mode. Source: clever-show's rule. */
const heartbeatsInARow = 3;

/** Counts; one watch a flight. */
export class TakeoverWatch {
  #count = 0;
  #beganIn: ModeRole | undefined;

  /** `beganIn`: the mode in which the drone was when the present task was ordered. */
  reset(beganIn?: ModeRole): void {
    this.#count = 0;
    this.#beganIn = beganIn;
  }

  /** A pilot's hands are in it that were not when the task was ordered. */
  isPilots({ role }: VehicleState): boolean {
    if (role !== this.#beganIn) this.#beganIn = undefined;
    return role === 'manual' && this.#beganIn !== 'manual';
  }

  /** Takes a heartbeat's state; true when the drone is flown by somebody else now. */
  heartbeat(state: VehicleState, task: WatchedTask): boolean {
    const { armed, role } = state;
    const isForeign = armed && role !== undefined && !expectedRoles[task].has(role);
    this.#count = isForeign ? this.#count + 1 : 0;
    return this.#count >= heartbeatsInARow;
  }
}
