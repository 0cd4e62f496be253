/** Motors that start after their launch was given up: an order to arm may be carried out late. Knows states; stops nothing. */
import type { VehicleState } from '../vehicle/vehicle.js';
import type { Launch } from './launch.js';

/** One player's. */
export class LateMotors {
  #abandoned: Launch | undefined;

  /** A launch that was given up, for whatever reason. */
  abandon(launch: Launch | undefined): void {
    if (launch?.mayStillArm) this.#abandoned = launch;
  }

  /** True once when they run: they are nobody's then, unless a pilot holds the sticks. `isBusy`: another flight is on. */
  haveStarted({ connected, armed, role }: VehicleState, isBusy: boolean): boolean {
    const launch = this.#abandoned;
    if (!launch || !connected || !armed) return false;
    this.#abandoned = undefined;
    return !isBusy && role !== 'manual' && launch.mayStillArm;
  }
}
