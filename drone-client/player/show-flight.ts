/** Flies one plan: its steps as tasks, its trajectory at each tick. Knows the vehicle's port; decides no landing. */
import { RefusedError } from '../../lib/errors.js';
import { distance } from '../../lib/geo/frames.js';
import type { FlightPlan, PlanStep } from '../../lib/show/model.js';
import { firstMotionS } from '../../lib/show/path.js';
import type { Clock } from '../../lib/time/clock.js';
import type { Setpoint } from '../vehicle/vehicle.js';
import { Climb } from './climb.js';
import { Launch, type LaunchVehicle } from './launch.js';
import { holdAt, type SetpointGuide } from './setpoint-guide.js';
import { ShowRun } from './show-run.js';

/** How long before the motors start setpoints begin, and the offboard mode is entered, ms. */
const streamLeadMs = 3200;
const offboardLeadMs = 1700;

/** Motors that start later than this after their moment are stopped again, ms: heartbeats tell of them once a second. */
const lateLaunchMs = 1500;

/** Speeds of the drone's own manoeuvres, m/s. */
const climbMPerS = 1;
const reachMaxMPerS = 3;
const minMPerS = 0.2;

/** A show to fly. `startAtMs`: monotonic; `floorZM`: never commanded lower, m (`start` = where it took off). */
export type ShowOrder = {
  readonly plan: FlightPlan;
  readonly startAtMs: number;
  /** The same by what is known of the server's clock now; without it the show keeps to the own clock. */
  readonly startAtNowMs?: () => number;
  /** As the server told it: UTC s, and the digest that it named; an old one names none. */
  readonly told?: { readonly startS: number; readonly digest: string | undefined };
  /** So long before its moment, ms, the start is kept only if this says yes; without it, it is kept. */
  readonly confirmation?: { readonly beforeMs: number; readonly isGiven: () => boolean };
  readonly floorZM: number | 'start' | undefined;
};

export type ShowFlightOptions = {
  readonly order: ShowOrder;
  readonly clock: Clock;
  readonly vehicle: LaunchVehicle;
  readonly guide: SetpointGuide;
  /** The drone hovers by our setpoints already: it is not armed again. */
  readonly isHovering: boolean;
  /** Of a drone that hovers: the height at which it left the ground, m. */
  readonly groundZM: number | undefined;
  /** The plan says: land now. */
  readonly onLand: () => void;
  readonly onLaunchFailed: (error: unknown) => void;
};

/** One flight of a show, from its order until the player drops it. */
export class ShowFlight {
  readonly run: ShowRun;
  readonly launch: Launch;
  readonly #options: ShowFlightOptions;
  #step: PlanStep | undefined;
  #joined: PlanStep | undefined;
  #climb: Climb | undefined;
  #isLaunching = false;
  #isConfirmed = false;
  #isDown = false;

  constructor(options: ShowFlightOptions) {
    const { order, clock, vehicle, guide } = options;
    this.#options = options;
    this.run = new ShowRun(order.plan, order.startAtMs);
    this.launch = new Launch({ clock, vehicle });
    if (options.isHovering && guide.last) this.launch.prepare(guide.last);
  }

  get isPaused(): boolean {
    return this.run.pausedSinceMs !== undefined;
  }

  /** The next step that waits, and when it is due, monotonic ms. */
  get nextTask(): { readonly name: string; readonly atMs: number } | undefined {
    const { nextStep } = this.run;
    return nextStep && { name: nextStep.kind, atMs: this.run.atMs(nextStep.startS) };
  }

  get step(): PlanStep | undefined {
    return this.#step;
  }

  /** Setpoints above the ground were sent to running motors. */
  get hasLifted(): boolean {
    if (this.#isDown || this.#options.isHovering) return !this.#isDown;
    return this.launch.hasBeenArmed && (this.#climb !== undefined || this.#joined !== undefined);
  }

  /** The start as it was told. */
  get told(): ShowOrder['told'] {
    return this.#options.order.told;
  }

  /** True when the last moment has come at which the start could be taken back, and nobody is there who could. */
  isForsaken(nowMs: number): boolean {
    const { confirmation } = this.#options.order;
    if (!confirmation || this.#isConfirmed || this.#step || this.run.isHeld(nowMs)) return false;
    if (nowMs < this.run.startAtMs - confirmation.beforeMs) return false;
    this.#isConfirmed = confirmation.isGiven();
    return !this.#isConfirmed;
  }

  /** Follows the server's clock. */
  steer(nowMs: number): void {
    const { startAtNowMs } = this.#options.order;
    if (startAtNowMs) this.run.steer(startAtNowMs(), nowMs);
  }

  /** By how much its clock is late by what is known of the server's now, ms; 0 where nobody tells. */
  get clockOffsetMs(): number {
    const { startAtNowMs } = this.#options.order;
    return startAtNowMs ? this.run.offsetMs(startAtNowMs()) : 0;
  }

  /** Runs what has fallen due and gives the setpoint of this moment; undefined when none is to be sent. */
  tick(nowMs: number): Setpoint | undefined {
    this.#prepareLaunch(nowMs);
    for (let step = this.run.enterDue(nowMs); step; step = this.run.enterDue(nowMs)) this.#enter(step);
    return this.#setpointAt(nowMs);
  }

  /** The setpoint given last belongs to the show itself, not to the way to it. */
  get isOnShow(): boolean {
    return this.#joined !== undefined && this.#joined === this.#step;
  }

  /** It has landed: only its colours play on. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** Ends the flying part; the motors are not started again. */
  landed(): void {
    this.#isDown = true;
    this.launch.cancel();
  }

  /** Forgets what is still to be done. */
  cancel(): void {
    this.run.cancel();
    this.launch.cancel();
  }

  #enter(step: PlanStep): void {
    this.#step = step;
    if (step.kind === 'land') this.#options.onLand();
    else if (step === this.run.launchStep && !this.#options.isHovering) this.#startMotors();
  }

  #startMotors(): void {
    this.#isLaunching = true;
    this.#launchInTime().catch((error: unknown) => this.#options.onLaunchFailed(error));
  }

  /** One that takes off late would cross the others' ways while it makes good what it missed: it stays on the ground. */
  async #launchInTime(): Promise<void> {
    const { clock } = this.#options;
    const dueMs = this.run.atMs(this.run.launchStep?.startS ?? 0);
    await this.launch.arm();
    const lateMs = clock.monotonicMs() - dueMs;
    if (lateMs <= lateLaunchMs || this.run.isHeld(clock.monotonicMs())) return;
    this.#options.onLaunchFailed(
      new RefusedError('refused', `the motors started ${(lateMs / 1000).toFixed(1)} s late`),
    );
  }

  /** Streams and enters the offboard mode ahead of the moment at which the motors start; paused, it streams on. */
  #prepareLaunch(nowMs: number): void {
    const step = this.run.launchStep;
    if (!step || this.#isLaunching || this.#options.isHovering) return;
    const aheadMs = this.run.atMs(step.startS) - nowMs;
    if (aheadMs <= streamLeadMs) this.launch.prepare();
    if (aheadMs > offboardLeadMs || this.run.isHeld(nowMs)) return;
    this.launch.enterOffboard().catch((error: unknown) => this.#options.onLaunchFailed(error));
  }

  #setpointAt(nowMs: number): Setpoint | undefined {
    const { guide } = this.#options;
    const step = this.#step;
    if (!this.launch.isStreaming) return undefined;
    if (!step || step.kind === 'stand' || step.kind === 'arm' || !this.#isReleased(step)) {
      if (this.#joined || step?.kind === 'land') return undefined;
      const ground = this.launch.groundSetpoint();
      return ground && guide.reset(ground, nowMs);
    }
    if (step.kind === 'takeoff') return this.#climbAt(step, nowMs);
    return step.kind === 'land' ? undefined : this.#showAt(step, nowMs);
  }

  #isReleased(step: PlanStep): boolean {
    if (this.#options.isHovering || this.launch.hasBeenArmed) return true;
    return step.kind === 'fly' && this.launch.isTrusted;
  }

  #climbAt(step: Extract<PlanStep, { kind: 'takeoff' }>, nowMs: number): Setpoint | undefined {
    const { guide } = this.#options;
    const availableS = Math.max(0.1, (step.endS - step.startS) / 2);
    const speedMPerS = Math.min(climbMPerS, Math.max(minMPerS, step.heightM / availableS));
    this.#climb ??= new Climb({ guide, order: { aboveM: step.heightM }, speedMPerS });
    if (!this.run.isHeld(nowMs)) return this.#climb.setpointAt(nowMs);
    this.#climb.pause();
    return this.#holdLast(nowMs);
  }

  #showAt(step: PlanStep, nowMs: number): Setpoint | undefined {
    const { guide } = this.#options;
    if (step.kind === 'reach' && this.run.isHeld(nowMs)) {
      this.#joined = undefined;
      return this.#holdLast(nowMs);
    }
    const target = this.#targetAt(nowMs);
    if (!target) return undefined;
    if (this.#joined !== step) guide.approach(target, this.#joinSpeed(step, target, nowMs));
    this.#joined = step;
    return guide.next(target, nowMs, this.#floorM);
  }

  /** How fast the setpoint moves onto the show, m/s: `reach` takes its time, `fly` makes good what it is off. */
  #joinSpeed(step: PlanStep, target: Setpoint, nowMs: number): number {
    const { last } = this.#options.guide;
    if (step.kind !== 'reach' || !last) return climbMPerS;
    const movesS = firstMotionS(this.run.plan.path, step) ?? step.endS;
    const leftS = Math.max(0.1, movesS - this.run.showS(nowMs));
    const speed = distance(last.positionM, target.positionM) / leftS;
    return Math.min(reachMaxMPerS, Math.max(minMPerS, speed));
  }

  #targetAt(nowMs: number): Setpoint | undefined {
    const point = this.run.pointAt(nowMs);
    const floorM = this.#floorM;
    if (!point || floorM === undefined || point.positionM.z >= floorM) return point;
    return { ...point, positionM: { ...point.positionM, z: floorM } };
  }

  get #floorM(): number | undefined {
    const { isHovering, groundZM, order } = this.#options;
    if (order.floorZM !== 'start') return order.floorZM;
    return isHovering ? groundZM : this.launch.startSetpoint?.positionM.z;
  }

  #holdLast(nowMs: number): Setpoint | undefined {
    const { guide } = this.#options;
    return guide.last && guide.reset(holdAt(guide.last.positionM), nowMs);
  }
}
