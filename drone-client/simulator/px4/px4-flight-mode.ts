/** What each mode of the simulated PX4 wants of the controller, in the local ENU frame. Knows no messages. */
import type { Vec3 } from '../../../lib/geo/frames.js';
import {
  climbAt,
  type FlightMode,
  holdAt,
  levelClimb,
  type ModeInput,
  stoppingPoint,
} from '../flight-mode.js';
import type { Parameters } from '../parameters.js';
import type { Demand } from '../position-control.js';
import { ReturnHome } from '../return-home.js';

/** How fast POSCTL without a pilot sinks after the setpoints stopped. Source: observed on PX4. */
const failsafeSinkMPerS = 0.6;
const takeoffReachedM = 0.15;
const leastClimbMPerS = 0.2;
/** Above this it comes down from a return at full speed. Source: PX4 MPC_LAND_ALT1, MPC_LAND_ALT2. */
const slowBelowM = 5;

export class Px4FlightMode implements FlightMode {
  homeM: Vec3 | undefined;
  readonly #parameters: Parameters;
  #mode = '';
  #isFailsafe = false;
  #holdM: Vec3 = { x: 0, y: 0, z: 0 };
  #takeoffZM: number | undefined;
  #return: ReturnHome | undefined;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  get isTakingOff(): boolean {
    return this.#mode === 'AUTO.TAKEOFF';
  }

  /** The height (local ENU z) of the next AUTO.TAKEOFF, at least MIS_TAKEOFF_ALT above where it starts. */
  takeOffTo(zM: number | undefined): void {
    this.#takeoffZM = zM;
  }

  isTakeoffDone(input: ModeInput): boolean {
    return input.mode === 'AUTO.TAKEOFF' && input.positionM.z >= this.#targetZM() - takeoffReachedM;
  }

  reset(): void {
    this.homeM = undefined;
    this.#mode = '';
    this.#takeoffZM = undefined;
    this.#return = undefined;
  }

  demand(input: ModeInput): Demand {
    if (input.mode !== this.#mode || input.isFailsafe !== this.#isFailsafe) this.#enter(input);
    switch (input.mode) {
      case 'OFFBOARD':
        return input.stream.demand ?? climbAt(this.#holdM, 0);
      case 'AUTO.TAKEOFF':
        return this.#climb(input);
      case 'AUTO.LAND':
        return this.#sink(input, this.#landSpeedMPerS);
      case 'AUTO.RTL':
        return this.#goHome(input);
      case 'POSCTL':
        return input.isFailsafe ? this.#sink(input, failsafeSinkMPerS) : holdAt(this.#holdM);
      case 'ALTCTL':
        return this.#level(input, this.#holdM.z - input.positionM.z);
      default:
        return holdAt(this.#holdM);
    }
  }

  /** At MPC_TKO_SPEED, slower near the top. */
  #climb({ positionM }: ModeInput): Demand {
    const leftM = this.#targetZM() - positionM.z;
    const slowedMPerS = Math.max(leastClimbMPerS, leftM * this.#parameters.number('MPC_Z_P'));
    return climbAt(this.#holdM, Math.min(this.#parameters.number('MPC_TKO_SPEED'), slowedMPerS));
  }

  get #landSpeedMPerS(): number {
    return this.#parameters.number('MPC_LAND_SPEED');
  }

  #sink(input: ModeInput, speedMPerS: number): Demand {
    return input.hasPosition ? climbAt(this.#holdM, -speedMPerS) : this.#level(input, -speedMPerS);
  }

  #level(input: ModeInput, climbMPerS: number): Demand {
    const { velocityMPerS } = input;
    return levelClimb(climbMPerS, { velocityMPerS, hoverThrust: this.#parameters.number('MPC_THR_HOVER') });
  }

  #goHome(input: ModeInput): Demand {
    if (!this.#return || !this.homeM) return this.#sink(input, this.#landSpeedMPerS);
    const heightM = input.positionM.z - this.homeM.z;
    const fastMPerS = this.#parameters.number('MPC_Z_VEL_MAX_DN');
    return this.#return.demand(input, heightM > slowBelowM ? fastMPerS : this.#landSpeedMPerS);
  }

  /**
   * RTL_RETURN_ALT, but less near home, by the cone. Source: PX4, "Return mode", cone; the flat part of its rim
   * (RTL_DESCEND_ALT, RTL_MIN_DIST) is left out.
   */
  #startReturn(): void {
    const { homeM } = this;
    if (!homeM) return;
    const coneRad = (this.#parameters.number('RTL_CONE_ANG') * Math.PI) / 180;
    const awayM = Math.hypot(this.#holdM.x - homeM.x, this.#holdM.y - homeM.y);
    const coneM = coneRad > 0 ? awayM / Math.tan(coneRad) : Number.POSITIVE_INFINITY;
    const heightM = Math.min(this.#parameters.number('RTL_RETURN_ALT'), coneM);
    this.#return = new ReturnHome(this.#holdM, homeM, { cruiseZM: homeM.z + heightM, waitMs: 0 });
  }

  #targetZM(): number {
    const leastZM = this.#holdM.z + this.#parameters.number('MIS_TAKEOFF_ALT');
    return Math.max(leastZM, this.#takeoffZM ?? leastZM);
  }

  #enter(input: ModeInput): void {
    this.#mode = input.mode;
    this.#isFailsafe = input.isFailsafe;
    this.#holdM = stoppingPoint(input);
    this.#return = undefined;
    if (input.mode === 'AUTO.RTL') this.#startReturn();
  }
}
