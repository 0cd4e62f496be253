/** One show on its time line: which step, point and colour belong to a moment, paused or not. Knows no vehicle. */
import type { FlightPlan, PlanStep, Rgb, TrajectoryPoint } from '../../lib/show/model.js';
import { colorAt, stepAt, trajectoryAt } from '../../lib/show/trajectory.js';
import type { TaskQueue } from './task-queue.js';

/** A flight plan and the moment on the monotonic clock at which it starts; each pause moves that moment on. */
export class ShowRun {
  readonly plan: FlightPlan;
  readonly #queue: TaskQueue;
  #startAtMs: number;
  /** Show time that is not undershot: where the show goes on after a pause, ms. */
  #floorMs = Number.NEGATIVE_INFINITY;

  constructor(plan: FlightPlan, startAtMs: number, queue: TaskQueue) {
    this.plan = plan;
    this.#startAtMs = startAtMs;
    this.#queue = queue;
  }

  get startAtMs(): number {
    return this.#startAtMs;
  }

  /** The first step that starts the motors. */
  get launchStep(): PlanStep | undefined {
    return this.plan.steps.find(({ kind }) => kind === 'arm' || kind === 'takeoff');
  }

  /** When a step's moment comes, monotonic ms. */
  atMs(showS: number): number {
    return this.#startAtMs + showS * 1000;
  }

  /** Seconds of the show that have passed; negative before its start. */
  showS(nowMs: number): number {
    const heldSinceMs = this.#queue.heldSinceMs ?? Number.POSITIVE_INFINITY;
    const runningMs = Math.min(nowMs, heldSinceMs) - this.#startAtMs;
    return roundS(Math.max(this.#floorMs, runningMs));
  }

  /** The show stands still at this moment: paused, or resumed for a moment still to come. */
  isHeld(nowMs: number): boolean {
    const { heldSinceMs } = this.#queue;
    return (heldSinceMs !== undefined && nowMs >= heldSinceMs) || nowMs - this.#startAtMs < this.#floorMs;
  }

  stepAt(nowMs: number): PlanStep | undefined {
    return stepAt(this.plan, this.showS(nowMs));
  }

  /** Where the drone should be; while the show is held it stands there. */
  pointAt(nowMs: number): TrajectoryPoint | undefined {
    const point = trajectoryAt(this.plan, this.showS(nowMs));
    return point && this.isHeld(nowMs) ? { ...point, velocityMPerS: { x: 0, y: 0, z: 0 } } : point;
  }

  colorAt(nowMs: number): Rgb {
    return colorAt(this.plan, this.showS(nowMs));
  }

  isOver(nowMs: number): boolean {
    return this.showS(nowMs) >= this.plan.durationS;
  }

  /**
   * Goes on at `atMs`. A show that had begun continues from the show time at which it was held; before that, the
   * next task runs at `atMs`, and a moment before the task's own changes nothing.
   */
  resume(atMs: number): void {
    const { heldSinceMs } = this.#queue;
    if (heldSinceMs === undefined) return;
    const heldShowMs = heldSinceMs - this.#startAtMs;
    if (heldShowMs >= 0) this.#floorMs = Math.max(this.#floorMs, heldShowMs);
    this.#startAtMs += heldShowMs < 0 ? this.#queue.resume(atMs) : this.#queue.continueAt(atMs);
  }
}

/** ms to s, to whole nanoseconds, so that the tick of a step's moment is not before it. */
function roundS(ms: number): number {
  return Number.isFinite(ms) ? Math.round(ms * 1e6) / 1e9 : ms / 1000;
}
