/** A vehicle of values that follows what it was sent last, and the true moment of each setpoint that was handed to it. */

import type { Setpoint } from '../../../drone-client/vehicle/vehicle.js';
import type { Vec3 } from '../../../lib/geo/frames.js';
import { type Clock, every } from '../../../lib/time/clock.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';
import { trueMs } from './true-time.js';

/** Setpoints further apart than this do not tell what was between them, ms. */
const maxGapMs = 250;

/** It follows, and tells where it is, by a beat of its own, as an autopilot does: not within the sending, ms. */
const followMs = 50;

export class RecordedVehicle extends FakeVehicle {
  readonly #moments: number[] = [];
  readonly #xM: number[] = [];
  #latest: Setpoint | undefined;
  readonly #stopFollowing: () => void;
  #firstOfShowMs: number | undefined;
  readonly #onFirstOfShow: () => void;

  /** `onFirstOfShow`: told once, when the first setpoint of the show itself has come. */
  constructor(clock: Clock, positionM: Vec3, onFirstOfShow: () => void) {
    super(clock, positionM);
    this.#onFirstOfShow = onFirstOfShow;
    this.#stopFollowing = every(clock, followMs, () => this.#follow());
  }

  override sendSetpoint(setpoint: Setpoint): void {
    const atMs = trueMs();
    this.#moments.push(atMs);
    this.#xM.push(setpoint.positionM.x);
    // Waiting on the ground it keeps its heading; the show's own setpoints name one.
    if (this.#firstOfShowMs === undefined && !Number.isNaN(setpoint.yawRad)) {
      this.#firstOfShowMs = atMs;
      this.#onFirstOfShow();
    }
    this.#latest = setpoint;
  }

  override async close(): Promise<void> {
    this.#stopFollowing();
    await super.close();
  }

  #follow(): void {
    if (!this.#latest) return;
    this.setpoints.length = 0;
    super.sendSetpoint(this.#latest);
    this.#latest = undefined;
  }

  /** True moment of the first setpoint of the show itself; undefined before. */
  get firstOfShowMs(): number | undefined {
    return this.#firstOfShowMs;
  }

  /** East at a true moment, by the setpoints before and after it, m; undefined where there are none. */
  eastAtM(atMs: number): number | undefined {
    const after = this.#moments.findIndex((ms) => ms > atMs);
    const [fromMs, toMs] = [this.#moments[after - 1], this.#moments[after]];
    const [fromM, toM] = [this.#xM[after - 1], this.#xM[after]];
    if (fromMs === undefined || toMs === undefined || fromM === undefined || toM === undefined)
      return undefined;
    if (toMs - fromMs > maxGapMs) return undefined;
    return fromM + ((toM - fromM) * (atMs - fromMs)) / (toMs - fromMs);
  }
}
