/** What each mode of the simulated Copter wants of the controller, in the local ENU frame. Knows no messages. */
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
import { type AttitudeDemand, type Demand, isAttitude, type PositionDemand } from '../position-control.js';
import { ReturnHome } from '../return-home.js';
import { guidedPosition } from './guided-position.js';

/** Bit 3 of GUID_OPTIONS: thrust as thrust. Source: ArduPilot parameter list. */
const thrustAsThrust = 8;
const takeoffReachedM = 0.15;
/** RTL climbs at least this much above home. Source: ArduPilot, RTL_ALT_MIN. */
const leastReturnM = 2;
const heightGainPerS = 1;
/** Stays on the ground. */
const standing: PositionDemand = {
  x: { velocityMPerS: 0 },
  y: { velocityMPerS: 0 },
  z: { velocityMPerS: 0 },
};

export class ArdupilotFlightMode implements FlightMode {
  homeM: Vec3 | undefined;
  readonly #parameters: Parameters;
  #mode = '';
  #holdM: Vec3 = { x: 0, y: 0, z: 0 };
  /** Set while GUIDED's take-off sub-mode is on. */
  #takeoffZM: number | undefined;
  #return: ReturnHome | undefined;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  get isTakingOff(): boolean {
    return this.#takeoffZM !== undefined;
  }

  takeOffTo(zM: number | undefined): void {
    this.#takeoffZM = zM;
  }

  /** GUIDED ends its take-off by itself. */
  isTakeoffDone(): boolean {
    return false;
  }

  reset(): void {
    this.homeM = undefined;
    this.#mode = '';
    this.#takeoffZM = undefined;
    this.#return = undefined;
  }

  demand(input: ModeInput): Demand {
    if (input.mode !== this.#mode) this.#enter(input);
    switch (input.mode) {
      case 'GUIDED':
        return this.#guided(input);
      case 'GUIDED_NOGPS':
        return this.#guidedByAttitude(input);
      case 'LAND':
        return this.#land(input);
      case 'RTL':
        return this.#goHome(input);
      // A pilot with sticks would keep the height; nobody else gets it into the air like this.
      case 'STABILIZE':
      case 'ALT_HOLD':
        return this.#holdHeight(input);
      default:
        return input.isLanded ? standing : holdAt(this.#holdM);
    }
  }

  /**
   * A setpoint ends the take-off: one that comes while it still stands keeps it on the ground. Without a setpoint it
   * goes to the take-off's height and stays. Source: ArduPilot, mode_guided.
   */
  #guided(input: ModeInput): Demand {
    const { demand } = input.stream;
    if (demand !== undefined) this.#takeoffZM = undefined;
    if (this.#takeoffZM !== undefined) return this.#takeOff(this.#takeoffZM, input);
    if (demand !== undefined && isAttitude(demand)) return this.#byAttitude(demand, input);
    if (input.isLanded) return standing;
    if (!demand) return holdAt(this.#holdM);
    return guidedPosition(demand, input.stream.silenceMs(input.nowMs), this.#timeoutMs);
  }

  #takeOff(zM: number, input: ModeInput): Demand {
    this.#holdM = { ...(input.isLanded ? input.positionM : this.#holdM), z: zM };
    if (input.positionM.z >= zM - takeoffReachedM) this.#takeoffZM = undefined;
    return holdAt(this.#holdM);
  }

  #guidedByAttitude(input: ModeInput): Demand {
    const { demand } = input.stream;
    if (demand && isAttitude(demand)) return this.#byAttitude(demand, input);
    return input.isLanded ? standing : this.#level(input, 0);
  }

  /** After GUID_TIMEOUT it flies level at its height. Source: ArduPilot, mode_guided, angle control. */
  #byAttitude(demand: AttitudeDemand, input: ModeInput): Demand {
    const isStale = input.stream.silenceMs(input.nowMs) > this.#timeoutMs;
    if (isStale) return input.isLanded ? standing : this.#level(input, 0);
    const isThrust = (this.#parameters.number('GUID_OPTIONS') & thrustAsThrust) !== 0;
    if (isThrust) return demand;
    const { thrust, ...attitude } = demand;
    const climbMPerS = this.#climbOf(thrust);
    if (input.isLanded && climbMPerS <= 0) return standing;
    return levelClimb(climbMPerS, this.#nowOf(input), attitude);
  }

  /** 0.5 keeps the height; 0 and 1 are the full speeds of WPNAV. */
  #climbOf(thrust: number): number {
    const share = (thrust - 0.5) * 2;
    const id = share > 0 ? 'WPNAV_SPEED_UP' : 'WPNAV_SPEED_DN';
    return (share * this.#parameters.number(id)) / 100;
  }

  #land(input: ModeInput): Demand {
    const sinkMPerS = this.#sinkMPerS(input);
    return input.hasPosition ? climbAt(this.#holdM, -sinkMPerS) : this.#level(input, -sinkMPerS);
  }

  /** LAND_SPEED below LAND_ALT_LOW, faster above. */
  #sinkMPerS({ positionM }: ModeInput): number {
    const heightM = positionM.z - (this.homeM?.z ?? positionM.z);
    const isLow = heightM <= this.#parameters.number('LAND_ALT_LOW') / 100;
    return this.#parameters.number(isLow ? 'LAND_SPEED' : 'WPNAV_SPEED_DN') / 100;
  }

  #goHome(input: ModeInput): Demand {
    if (input.isLanded) return standing;
    return this.#return ? this.#return.demand(input, this.#sinkMPerS(input)) : this.#land(input);
  }

  #holdHeight(input: ModeInput): Demand {
    if (input.isLanded) return standing;
    return this.#level(input, (this.#holdM.z - input.positionM.z) * heightGainPerS);
  }

  #level(input: ModeInput, climbMPerS: number): Demand {
    return levelClimb(climbMPerS, this.#nowOf(input));
  }

  #nowOf({ velocityMPerS }: ModeInput): { velocityMPerS: Vec3; hoverThrust: number } {
    return { velocityMPerS, hoverThrust: this.#parameters.number('MOT_THST_HOVER') };
  }

  get #timeoutMs(): number {
    return this.#parameters.number('GUID_TIMEOUT') * 1000;
  }

  /** RTL_ALT, but less near home. Source: ArduPilot, RTL_ALT, RTL_CONE_SLOPE. */
  #startReturn(): void {
    const { homeM } = this;
    if (!homeM) return;
    const slope = this.#parameters.number('RTL_CONE_SLOPE');
    const awayM = Math.hypot(this.#holdM.x - homeM.x, this.#holdM.y - homeM.y);
    const coneM = slope > 0 ? Math.max(leastReturnM, awayM * slope) : Number.POSITIVE_INFINITY;
    const heightM = Math.min(this.#parameters.number('RTL_ALT') / 100, coneM);
    this.#return = new ReturnHome(this.#holdM, homeM, {
      cruiseZM: homeM.z + heightM,
      waitMs: this.#parameters.number('RTL_LOIT_TIME'),
    });
  }

  #enter(input: ModeInput): void {
    this.#mode = input.mode;
    this.#holdM = stoppingPoint(input);
    this.#return = undefined;
    if (input.mode !== 'GUIDED') this.#takeoffZM = undefined;
    if (input.mode === 'RTL') this.#startReturn();
  }
}
