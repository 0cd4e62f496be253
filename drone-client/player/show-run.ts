/** One show on its time line: which step, point and colour belong to a moment, paused or not. Knows no vehicle. */
import type { FlightPlan, PlanStep, Rgb, TrajectoryPoint } from '../../lib/show/model.js';
import { colorAt, stepAt, trajectoryAt } from '../../lib/show/trajectory.js';
import { ShowTime } from './show-time.js';

/** A tick that comes so little before a step's moment counts as on it, s: it would be a whole beat late else. */
const earlyS = 0.001;

/** A flight plan and the moment on the monotonic clock at which it starts; each pause moves that moment on. */
export class ShowRun {
  readonly plan: FlightPlan;
  readonly #time: ShowTime;
  /** How many steps have been entered. */
  #entered = 0;

  constructor(plan: FlightPlan, startAtMs: number) {
    this.plan = plan;
    this.#time = new ShowTime(startAtMs);
  }

  get startAtMs(): number {
    return this.#time.startAtMs;
  }

  /** Since when it is paused, monotonic ms; undefined while it runs, or once somebody said when it goes on. */
  get pausedSinceMs(): number | undefined {
    return this.#time.pausedSinceMs;
  }

  /** When the first setpoint of the show itself is due, monotonic ms; the start of one that does not fly. */
  get firstSetpointAtMs(): number {
    const first = this.plan.steps.find(({ kind }) => kind === 'reach' || kind === 'fly');
    return this.startAtMs + (first?.startS ?? 0) * 1000;
  }

  /** The first step that starts the motors. */
  get launchStep(): PlanStep | undefined {
    return this.plan.steps.find(({ kind }) => kind === 'arm' || kind === 'takeoff');
  }

  /** The step that is entered next; undefined when all have been. */
  get nextStep(): PlanStep | undefined {
    return this.plan.steps[this.#entered];
  }

  /** Gives the next step once, when its moment has come; while the show is held nothing that is not past is due. */
  enterDue(nowMs: number): PlanStep | undefined {
    const { nextStep } = this;
    const showS = this.showS(nowMs);
    if (!nextStep || nextStep.startS > showS + earlyS) return undefined;
    if (this.isHeld(nowMs) && nextStep.startS >= showS) return undefined;
    this.#entered += 1;
    return nextStep;
  }

  /** Enters nothing any more. */
  cancel(): void {
    this.#entered = this.plan.steps.length;
  }

  /** When a step's moment comes, monotonic ms; infinite while it is paused before that. */
  atMs(showS: number): number {
    return this.#time.momentOf(showS * 1000);
  }

  /** Seconds of the show that have passed; negative before its start. */
  showS(nowMs: number): number {
    return roundS(this.#time.showMs(nowMs));
  }

  /** The show slows down, stands, or gathers speed again. */
  isHeld(nowMs: number): boolean {
    return this.#time.rateAt(nowMs) < 1;
  }

  stepAt(nowMs: number): PlanStep | undefined {
    return stepAt(this.plan, this.showS(nowMs));
  }

  /** Where the drone should be, and how fast: as fast as the show itself is at this moment. */
  pointAt(nowMs: number): TrajectoryPoint | undefined {
    const point = trajectoryAt(this.plan, this.showS(nowMs));
    const rate = this.#time.rateAt(nowMs);
    if (!point || rate === 1) return point;
    const { x, y, z } = point.velocityMPerS;
    return { ...point, velocityMPerS: { x: x * rate, y: y * rate, z: z * rate } };
  }

  colorAt(nowMs: number): Rgb {
    return colorAt(this.plan, this.showS(nowMs));
  }

  isOver(nowMs: number): boolean {
    return this.showS(nowMs) >= this.plan.durationS;
  }

  /** Follows the server's clock: the start lies at `plannedAtMs` by now. */
  steer(plannedAtMs: number, nowMs: number): void {
    this.#time.steer(plannedAtMs, nowMs);
  }

  /** By how much it runs late by a clock that says that it was planned to start at `plannedAtMs`, ms. */
  offsetMs(plannedAtMs: number): number {
    return this.#time.offsetMs(plannedAtMs);
  }

  /** Slows down to a stand from `atMs` on, over `rampMs`; the others of the show do so at `meantMs`. */
  pause(atMs: number, rampMs: number, meantMs = atMs): void {
    this.#time.pause(atMs, rampMs, meantMs);
  }

  /** Goes on at `atMs`; in the countdown as planned, or then if that is over. */
  resume(atMs: number): void {
    this.#time.resume(atMs);
  }
}

/** ms to s, to whole nanoseconds, so that the tick of a step's moment is not before it. */
function roundS(ms: number): number {
  return Number.isFinite(ms) ? Math.round(ms * 1e6) / 1e9 : ms / 1000;
}
