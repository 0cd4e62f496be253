/** A calibration that takes its time and wants the drone to stand still. Knows no messages and no parameters. */
import { distance, type Vec3 } from '../../lib/geo/frames.js';

export type CalibratedSensor = 'gyro' | 'level';

const durationMs = 2000;
const stillM = 1e-3;

/** How one ended. */
export type CalibrationEnd = { readonly sensor: CalibratedSensor; readonly hasFailed: boolean };

export class Calibration {
  #running: { readonly sensor: CalibratedSensor; readonly fromMs: number; readonly atM: Vec3 } | undefined;
  #hasMoved = false;

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  begin(sensor: CalibratedSensor, atM: Vec3, nowMs: number): void {
    this.#running = { sensor, fromMs: nowMs, atM };
    this.#hasMoved = false;
  }

  /** To be called at every step with where it truly stands; says so once when it has ended. */
  step(positionM: Vec3, nowMs: number): CalibrationEnd | undefined {
    const running = this.#running;
    if (!running) return undefined;
    this.#hasMoved ||= distance(positionM, running.atM) > stillM;
    if (nowMs - running.fromMs < durationMs) return undefined;
    this.#running = undefined;
    // The level is an average over all that time: it ends somehow.
    return { sensor: running.sensor, hasFailed: this.#hasMoved && running.sensor === 'gyro' };
  }
}
