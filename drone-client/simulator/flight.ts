/**
 * One simulated flight: body, estimator, controller, land detector and battery, stepped together.
 * Knows the commander's decisions, not its reasons, and no messages.
 */
import { type Vec3, wrapAngleRad } from '../../lib/geo/frames.js';
import { Battery } from './battery.js';
import { Body } from './body.js';
import type { Commander } from './commander.js';
import { Estimator } from './estimator.js';
import { FlightMode } from './flight-mode.js';
import { LandDetector } from './land-detector.js';
import type { OffboardStream } from './offboard-stream.js';
import type { Parameters } from './parameters.js';
import { type Demand, PositionControl } from './position-control.js';
import type { Random } from './random.js';

/** Wanting to climb faster than this from the ground is a take-off, not noise. */
const liftOffMPerS = 0.15;
/** Source: PX4 MPC_YAWRAUTO_MAX's default, 45 °/s. */
const maxYawRateRadPerS = Math.PI / 4;
const yawGainPerS = 2;

export type FlightOptions = {
  readonly startPositionM: Vec3;
  readonly startYawRad: number;
  readonly parameters: Parameters;
  readonly random: Random;
};

export class Flight {
  readonly body: Body;
  readonly estimator: Estimator;
  readonly battery: Battery;
  readonly landDetector = new LandDetector();
  readonly mode: FlightMode;
  readonly #control: PositionControl;
  readonly #parameters: Parameters;

  constructor(options: FlightOptions) {
    const { parameters, random } = options;
    this.#parameters = parameters;
    this.body = new Body(options.startPositionM, options.startYawRad);
    this.estimator = new Estimator(random);
    this.battery = new Battery(parameters.number('BAT1_N_CELLS'), random.between(0.9, 1));
    this.mode = new FlightMode(parameters);
    this.#control = new PositionControl(parameters);
  }

  /** Moves on by `dtS`, which ends at `nowMs`. */
  step(
    commander: Commander,
    stream: OffboardStream,
    time: { readonly nowMs: number; readonly dtS: number },
  ): void {
    const { nowMs, dtS } = time;
    this.estimator.update(this.body, dtS);
    const { positionM, velocityMPerS } = this.estimator;
    const { mode, isFailsafe, armed } = commander;
    const input = { mode, isFailsafe, positionM, velocityMPerS, stream };
    const demand = this.mode.demand(input);
    const canLift =
      armed && commander.armedForMs(nowMs) >= this.#parameters.number('COM_SPOOLUP_TIME') * 1000;
    const isClimbing = canLift && this.#control.climbRate(demand.z, positionM.z) > liftOffMPerS;
    this.#move(demand, { armed, isThrusting: canLift && (!this.landDetector.isLanded || isClimbing), dtS });
    this.landDetector.update({ heightM: this.body.z - this.body.groundZM, isClimbing, nowMs });
    this.battery.drain(this.#load(armed), dtS);
    if (armed && this.mode.isTakeoffDone(input)) commander.takeoffCompleted();
  }

  #move(
    demand: Demand,
    how: { readonly armed: boolean; readonly isThrusting: boolean; readonly dtS: number },
  ): void {
    const { body } = this;
    if (!how.isThrusting) {
      body.turn(0, how.dtS);
      body.fall(how.dtS);
      return;
    }
    const { positionM, velocityMPerS } = this.estimator;
    const accel = this.#control.accelerate(demand, positionM, velocityMPerS);
    const yawErrorRad = demand.yawRad === undefined ? 0 : wrapAngleRad(demand.yawRad - body.yawRad);
    const rate = Math.min(maxYawRateRadPerS, Math.max(-maxYawRateRadPerS, yawErrorRad * yawGainPerS));
    body.turn(rate, how.dtS);
    body.fly(accel.x, accel.y, accel.z, how.dtS);
  }

  #load(armed: boolean): 'off' | 'idle' | 'flying' {
    if (!armed) return 'off';
    return this.landDetector.isLanded ? 'idle' : 'flying';
  }
}
