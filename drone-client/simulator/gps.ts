/** The satellite receiver of a simulated drone: where it says it is, how well, and when it says nothing. Knows no estimator. */
import type { Vec3 } from '../../lib/geo/frames.js';
import { type Geodetic, globalOf } from './geodetic.js';
import type { Random } from './random.js';

/** A meadow beside Zürich's Irchel campus. Source: the home position of PX4's simulations. */
export const defaultOrigin: Geodetic = { latDeg: 47.397742, lonDeg: 8.545594, amslM: 488 };

/** Source: GPS_FIX_TYPE. */
const gpsFixTypes = { none: 1, rtkFixed: 6 } as const;

const periodMs = 100;
/** As good as the show is flown with: corrections from a base station. */
const noiseHorizontalM = 0.015;
const noiseVerticalM = 0.03;
const noiseKeep = 0.97;
/** What a receiver without a fix says of its accuracy. */
const lostAccuracyM = 100;

/** Ten measurements a second. Positions are true ENU of the field with `origin` at its zero. */
export class Gps {
  readonly origin: Geodetic;
  readonly #random: Random;
  readonly #fixedSatellites: number;
  readonly #noiseM = { x: 0, y: 0, z: 0 };
  readonly #measuredM = { x: 0, y: 0, z: 0 };
  readonly #velocityMPerS = { x: 0, y: 0, z: 0 };
  #nextMs = Number.NEGATIVE_INFINITY;
  #lostUntilMs = Number.NEGATIVE_INFINITY;
  #hasFix = false;

  constructor(random: Random, origin: Geodetic = defaultOrigin) {
    this.#random = random;
    this.origin = origin;
    this.#fixedSatellites = Math.floor(random.between(14, 22));
  }

  get hasFix(): boolean {
    return this.#hasFix;
  }

  /** GPS_FIX_TYPE. */
  get fixType(): number {
    return this.#hasFix ? gpsFixTypes.rtkFixed : gpsFixTypes.none;
  }

  /** How many are used; 0 without a fix. */
  get satellites(): number {
    return this.#hasFix ? this.#fixedSatellites : 0;
  }

  /** One standard deviation, m. */
  get horizontalAccuracyM(): number {
    return this.#hasFix ? noiseHorizontalM : lostAccuracyM;
  }

  get verticalAccuracyM(): number {
    return this.#hasFix ? noiseVerticalM : lostAccuracyM;
  }

  /** The latest measurement; the last one before the fix was lost. */
  get global(): Geodetic {
    return globalOf(this.#measuredM, this.origin);
  }

  get latDeg(): number {
    return this.global.latDeg;
  }

  get lonDeg(): number {
    return this.global.lonDeg;
  }

  get amslM(): number {
    return this.global.amslM;
  }

  /** Of the latest measurement, ENU. */
  get velocityMPerS(): Vec3 {
    const { x, y, z } = this.#velocityMPerS;
    return { x, y, z };
  }

  /** No satellites from now on, for `durationS`; for good without it. */
  lose(nowMs: number, durationS = Number.POSITIVE_INFINITY): void {
    this.#lostUntilMs = nowMs + durationS * 1000;
    this.#hasFix = false;
  }

  /** Measures when it is time to; `nowMs` is when `truth` holds. */
  step(truth: { readonly positionM: Vec3; readonly velocityMPerS: Vec3 }, nowMs: number): void {
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + periodMs;
    this.#hasFix = nowMs >= this.#lostUntilMs;
    if (!this.#hasFix) return;
    this.#measure('x', truth, noiseHorizontalM);
    this.#measure('y', truth, noiseHorizontalM);
    this.#measure('z', truth, noiseVerticalM);
  }

  #measure(
    axis: 'x' | 'y' | 'z',
    truth: { readonly positionM: Vec3; readonly velocityMPerS: Vec3 },
    sigmaM: number,
  ): void {
    const fresh = this.#random.bell() * sigmaM * Math.sqrt(1 - noiseKeep * noiseKeep);
    this.#noiseM[axis] = this.#noiseM[axis] * noiseKeep + fresh;
    this.#measuredM[axis] = truth.positionM[axis] + this.#noiseM[axis];
    this.#velocityMPerS[axis] = truth.velocityMPerS[axis];
  }
}
