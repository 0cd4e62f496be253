/**
 * The wind that one drone feels, from how it leans, how it moves and where it was to be. Knows what autopilots tell, not
 * how they fly; no clock, no server.
 *
 * A multicopter's thrust points along its own up axis b. Where it flies level it balances gravity, so that each kilogram
 * is pushed sideways with (g + dvz/dt) · (bx, by) / bz. What it does not speed up by, dv/dt, the air takes away: the
 * drag for each kilogram is d = dv/dt − push. The air moves past it with the airspeed that drags so hard, in the
 * direction of d, and over the ground with wind = v + airspeed: leaning in a hover, drifting while level, and both are
 * the same wind. Source: Newton's second law with the drag of `drag.ts`; Neumann and Bartholmai, "Real-time wind
 * estimation on a micro unmanned aerial vehicle using its inertial measurement unit", 2015, for hovering by tilt.
 */
import { type Airframe, airspeedOf, unmeasuredAirframe } from './drag.js';
import { RecentPeak } from './recent-peak.js';
import {
  type Filtered,
  type Flat,
  filter,
  sampleOf,
  staleMs,
  towards,
  type WindInput,
} from './wind-sample.js';

/** Source: the standard acceleration of gravity, ISO 80000-3. */
const gravityMPerS2 = 9.80665;

/** Horizontal, in the frame of the vehicle's position, whose z has to point up. */
export type WindEstimate = {
  /** Where the air moves to, m/s, over `meanS`. */
  readonly meanMPerS: Flat;
  /** Length of that. */
  readonly speedMPerS: number;
  /** Where it comes from: 0 = from where x points, counter-clockwise, (−π, π]. */
  readonly fromRad: number;
  /** Speed as it is now, over `responseS`. */
  readonly nowMPerS: number;
  /** The highest such speed within `gustWindowS`. */
  readonly gustMPerS: number;
  /** How far it stands downwind of where it was to be, m; undefined where that is not known. */
  readonly downwindM: number | undefined;
};

export type WindSettings = {
  readonly airframe: Airframe;
  /**
   * Time constant of the low pass on tilt and velocity. A first-order one of 1 s averages noise as a mean of 2 s does;
   * meteorologists call the mean of 3 s a gust. Source: WMO-No. 8, guide to instruments.
   */
  readonly responseS: number;
  /** Time constant of the mean wind; until it has flown so long, the mean since it knows. */
  readonly meanS: number;
  readonly gustWindowS: number;
  /** In the air so long before anything is said: the take-off is over, and the filters have forgotten it. */
  readonly settleS: number;
};

export const defaultWindSettings: WindSettings = {
  airframe: unmeasuredAirframe,
  responseS: 1,
  meanS: 15,
  gustWindowS: 60,
  settleS: 5,
};

export class WindEstimator {
  readonly #settings: WindSettings;
  readonly #gusts: RecentPeak;
  #filtered: Filtered | undefined;
  #sinceMs = 0;
  #mean: Flat | undefined;
  #estimate: WindEstimate | undefined;

  constructor(settings: WindSettings = defaultWindSettings) {
    this.#settings = settings;
    this.#gusts = new RecentPeak(settings.gustWindowS);
  }

  /** Call it several times a second. Undefined while it can not know: on the ground, just off it, without an estimate. */
  take(input: WindInput): WindEstimate | undefined {
    const sample = sampleOf(input);
    const before = this.#filtered;
    if (!sample || (before && Math.abs(sample.atMs - before.atMs) > staleMs)) this.#forget();
    if (!sample || sample.atMs <= (this.#filtered?.atMs ?? Number.NEGATIVE_INFINITY)) return this.#estimate;
    if (!this.#filtered) {
      this.#filtered = { ...sample, accelerationMPerS2: { x: 0, y: 0, z: 0 } };
      this.#sinceMs = sample.atMs;
      return undefined;
    }
    const dtS = (sample.atMs - this.#filtered.atMs) / 1000;
    this.#filtered = filter(this.#filtered, sample, 1 - Math.exp(-dtS / this.#settings.responseS));
    const knownS = (sample.atMs - this.#sinceMs) / 1000 - this.#settings.settleS;
    if (knownS >= 0) this.#estimate = this.#judge(this.#filtered, knownS, dtS);
    return this.#estimate;
  }

  #judge({ atMs, velocityMPerS, accelerationMPerS2, lean, offM }: Filtered, knownS: number, dtS: number) {
    const upMPerS2 = gravityMPerS2 + accelerationMPerS2.z;
    const drag = {
      x: accelerationMPerS2.x - upMPerS2 * lean.x,
      y: accelerationMPerS2.y - upMPerS2 * lean.y,
    };
    const dragMPerS2 = Math.hypot(drag.x, drag.y);
    const perDrag = dragMPerS2 === 0 ? 0 : airspeedOf(dragMPerS2, this.#settings.airframe) / dragMPerS2;
    const wind = { x: velocityMPerS.x + drag.x * perDrag, y: velocityMPerS.y + drag.y * perDrag };
    const part = dtS / (Math.min(knownS, this.#settings.meanS) + dtS);
    this.#mean = this.#mean ? towards(this.#mean, wind, part) : wind;
    const nowMPerS = Math.hypot(wind.x, wind.y);
    this.#gusts.add(nowMPerS, atMs);
    return {
      meanMPerS: this.#mean,
      speedMPerS: Math.hypot(this.#mean.x, this.#mean.y),
      fromRad: Math.atan2(-this.#mean.y, -this.#mean.x),
      nowMPerS,
      gustMPerS: this.#gusts.peak ?? nowMPerS,
      downwindM: offM && nowMPerS > 0 ? (offM.x * wind.x + offM.y * wind.y) / nowMPerS : undefined,
    };
  }

  #forget(): void {
    this.#filtered = undefined;
    this.#mean = undefined;
    this.#estimate = undefined;
    this.#gusts.clear();
  }
}
