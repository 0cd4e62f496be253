/**
 * One simulated flight: body, wind, satellites, estimator, controller, land detector and battery, stepped together.
 * Knows the commander's decisions, not its reasons, and no messages.
 */
import { type Vec3, wrapAngleRad } from '../../lib/geo/frames.js';
import { AttitudeControl } from './attitude-control.js';
import { Battery } from './battery.js';
import { Body, gravityMPerS2 } from './body.js';
import { Estimator } from './estimator.js';
import type { Fault } from './faults.js';
import type { FlightMode } from './flight-mode.js';
import type { Geodetic } from './geodetic.js';
import { Gps } from './gps.js';
import { LandDetector } from './land-detector.js';
import type { OffboardStream } from './offboard-stream.js';
import type { Parameters } from './parameters.js';
import { type Demand, isAttitude, PositionControl } from './position-control.js';
import { Random } from './random.js';
import { parameterOr } from './tuning.js';
import { calm, Wind, type WindOptions } from './wind.js';

/** Wanting to climb faster than this from the ground is a take-off, not noise. */
const liftOffMPerS = 0.15;
const yawGainPerS = 2;
const maxSeed = 2 ** 31;

/** What it flies in, and what it knows its place by. */
export type FieldOptions = {
  /** Default: none. */
  readonly wind?: WindOptions;
  /** Where the field's zero is on the globe. */
  readonly origin?: Geodetic;
  /** False: positioned by something else; see `EstimatorOptions`. */
  readonly dependsOnGps?: boolean;
  /** Where its local frame has its zero, true ENU; see `EstimatorOptions`. */
  readonly localOriginM?: Vec3;
};

export type FlightOptions = FieldOptions & {
  /** True ENU of the field. */
  readonly startPositionM: Vec3;
  readonly startYawRad: number;
  readonly parameters: Parameters;
  readonly random: Random;
  /** What the firmware's modes do. */
  readonly mode: FlightMode;
};

/** The commander's decisions, as far as they matter for how it moves. */
export type FlightOrders = {
  readonly mode: string;
  readonly isFailsafe: boolean;
  readonly armed: boolean;
  armedForMs(nowMs: number): number;
  takeoffCompleted(): void;
};

export class Flight {
  readonly body: Body;
  readonly wind: Wind;
  readonly gps: Gps;
  readonly estimator: Estimator;
  readonly battery: Battery;
  readonly landDetector = new LandDetector();
  readonly mode: FlightMode;
  readonly #position: PositionControl;
  readonly #attitude = new AttitudeControl();
  #spoolUpMs: number;
  #hasLostMotor = false;

  constructor(options: FlightOptions) {
    const { parameters, random, wind = calm, origin, dependsOnGps, localOriginM } = options;
    this.body = new Body(options.startPositionM, options.startYawRad);
    this.wind = new Wind(wind, new Random(random.between(0, maxSeed)));
    this.gps = new Gps(new Random(random.between(0, maxSeed)), origin);
    this.estimator = new Estimator({
      random,
      gps: this.gps,
      ...(dependsOnGps !== undefined && { dependsOnGps }),
      ...(localOriginM && { localOriginM }),
    });
    this.battery = new Battery(parameterOr(parameters, 'BAT1_N_CELLS', 4), random.between(0.9, 1));
    this.mode = options.mode;
    this.#position = new PositionControl(parameters);
    this.#spoolUpMs = spoolUpMsOf(parameters);
    parameters.onChange(() => {
      this.#spoolUpMs = spoolUpMsOf(parameters);
    });
  }

  /** A motor is gone, the battery is empty, or it lies broken on the ground: it does not fly. */
  get canThrust(): boolean {
    return !this.#hasLostMotor && !this.battery.isEmpty && !this.body.isBroken;
  }

  /** What the motors give, as a multiple of hovering. */
  get thrust(): number {
    const { ax, ay, az, isOnGround } = this.body;
    return isOnGround ? 0 : Math.hypot(ax, ay, az + gravityMPerS2) / gravityMPerS2;
  }

  /** Of the full thrust, 0…1, as autopilots count it. */
  get throttle(): number {
    return Math.min(1, this.thrust * this.#position.hoverThrust);
  }

  /** Lets a fault of the drone's body or surroundings happen; false for one that is the autopilot's own. */
  applyFault(fault: Fault, nowMs: number): boolean {
    switch (fault.kind) {
      case 'motor-loss':
        this.#hasLostMotor = true;
        return true;
      case 'gps-loss':
        this.gps.lose(nowMs, fault.durationS);
        return true;
      case 'battery-sag':
        this.battery.fraction = fault.fraction;
        return true;
      case 'lying-battery':
        this.battery.claim(fault.fraction);
        return true;
      case 'battery-heat':
        this.battery.heat(fault.temperatureC);
        return true;
      case 'gust':
        this.wind.gust(fault.mPerS, fault.durationS, nowMs);
        return true;
      case 'wind':
        this.wind.turnTo(fault, nowMs);
        return true;
      default:
        return false;
    }
  }

  /** Moves on by `dtS`, which ends at `nowMs`. */
  step(
    orders: FlightOrders,
    stream: OffboardStream,
    time: { readonly nowMs: number; readonly dtS: number },
  ): void {
    const { nowMs, dtS } = time;
    this.wind.step(nowMs, dtS);
    this.gps.step(this.body, nowMs);
    this.estimator.update(this.body, dtS);
    const { positionM, velocityMPerS } = this.estimator;
    const { mode, isFailsafe, armed } = orders;
    const { isLanded } = this.landDetector;
    const hasPosition = this.estimator.isHorizontalValid;
    const input = { mode, isFailsafe, nowMs, isLanded, hasPosition, positionM, velocityMPerS, stream };
    const demand = this.mode.demand(input);
    const canLift = armed && this.canThrust && orders.armedForMs(nowMs) >= this.#spoolUpMs;
    const isClimbing = canLift && this.#wantsUp(demand, positionM.z);
    if (canLift && (!isLanded || isClimbing)) this.#fly(demand, input, dtS);
    else this.#drop(armed, dtS);
    this.landDetector.update({ heightM: this.body.z - this.body.groundZM, isClimbing, nowMs });
    this.battery.drain({ thrust: armed ? this.thrust : undefined }, dtS);
    if (armed && this.mode.isTakeoffDone(input)) orders.takeoffCompleted();
  }

  #wantsUp(demand: Demand, zM: number): boolean {
    if (isAttitude(demand)) return demand.thrust > this.#position.hoverThrust;
    return this.#position.climbRate(demand.z, zM) > liftOffMPerS;
  }

  #fly(demand: Demand, now: { readonly positionM: Vec3; readonly velocityMPerS: Vec3 }, dtS: number): void {
    if (isAttitude(demand)) {
      this.#position.reset();
      this.#turn(demand.yawRad, demand.yawRateRadPerS, dtS);
      const accel = this.#attitude.accelerate(demand, this.body, this.#position.hoverThrust, dtS);
      this.body.fly(accel, this.wind, dtS);
      return;
    }
    this.#attitude.reset();
    this.#turn(demand.yawRad, undefined, dtS);
    this.body.fly(this.#position.accelerate(demand, now, dtS), this.wind, dtS);
  }

  /** Nothing holds it up: it stands, falls, or tumbles with the motors that are left. */
  #drop(armed: boolean, dtS: number): void {
    this.#position.reset();
    this.#attitude.reset();
    this.body.turn(0, dtS);
    const isTumbling = this.#hasLostMotor && !this.landDetector.isLanded && !this.body.isBroken;
    if (isTumbling && (armed || !this.body.isOnGround)) this.body.tumble(this.wind, dtS);
    else this.body.fall(this.wind, dtS);
  }

  #turn(yawRad: number | undefined, yawRateRadPerS: number | undefined, dtS: number): void {
    const { body } = this;
    const wanted = yawRad === undefined ? yawRateRadPerS : wrapAngleRad(yawRad - body.yawRad) * yawGainPerS;
    const most = this.#position.yawRateRadPerS;
    body.turn(Math.min(most, Math.max(-most, wanted ?? 0)), dtS);
  }
}

/** Source: PX4 COM_SPOOLUP_TIME, ArduPilot MOT_SPOOL_TIME. */
function spoolUpMsOf(parameters: Parameters): number {
  return parameterOr(parameters, 'COM_SPOOLUP_TIME', parameterOr(parameters, 'MOT_SPOOL_TIME', 0.5)) * 1000;
}
