/** Notices that the pilot (or the autopilot's own failsafe) flies instead of us. Knows heartbeats, no player. */
import type { VehicleState } from '../vehicle/vehicle.js';

/** Modes in which the autopilot follows our setpoints: PX4's, ArduPilot's. */
const ourModes: ReadonlySet<string> = new Set(['OFFBOARD', 'GUIDED']);

/** Modes of a landing that we asked for. PX4 may show OFFBOARD again after it. */
const landingModes: ReadonlySet<string> = new Set(['AUTO.LAND', 'LAND', ...ourModes]);

/** Heartbeats in a row that must show another mode. Source: clever-show's rule. */
const heartbeatsInARow = 3;

export function isOurMode(mode: string | undefined): boolean {
  return mode !== undefined && ourModes.has(mode);
}

/** Counts; one watch a flight. */
export class TakeoverWatch {
  #count = 0;

  reset(): void {
    this.#count = 0;
  }

  /** Takes a heartbeat's state; true when the drone is flown by somebody else now. */
  heartbeat(state: VehicleState, task: 'flying' | 'landing'): boolean {
    const { armed, mode } = state;
    const expected = task === 'flying' ? ourModes : landingModes;
    const isForeign = armed && mode !== undefined && !expected.has(mode);
    this.#count = isForeign ? this.#count + 1 : 0;
    return this.#count >= heartbeatsInARow;
  }
}
