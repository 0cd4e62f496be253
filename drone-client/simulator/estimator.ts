/** What the autopilot believes of its position: the truth with slow noise, or what it drifts to without satellites. Knows no modes. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { Body } from './body.js';
import { type Geodetic, globalOf } from './geodetic.js';
import type { Gps } from './gps.js';
import type { Random } from './random.js';

const positionNoiseM = 0.02;
const velocityNoiseMPerS = 0.015;
/** How long the noise stays much the same. */
const noiseTimeS = 2;
/** What the accelerometers' bias makes of the velocity each second without satellites, m/s². */
const driftMPerS2 = 0.12;
/** Dead reckoning is trusted this long. Source: PX4 COM_POS_FS_DELAY, 1 s. */
const deadReckoningMs = 1000;
/** Satellites must be there this long before the estimate is set to them again. */
const recoveryMs = 1000;
const noAccuracyM = 100;

/** Source: ESTIMATOR_STATUS_FLAGS. */
const flagBits = {
  attitude: 1,
  velocityHorizontal: 2,
  velocityVertical: 4,
  positionRelative: 8,
  positionAbsolute: 16,
  height: 32,
  constantPosition: 128,
  predictedRelative: 256,
  predictedAbsolute: 512,
} as const;

/** What the estimate is worth. */
export type EstimatorHealth = {
  /** Horizontal position and velocity can be flown by. */
  readonly isHorizontalValid: boolean;
  /** A latitude and longitude are known: needs satellites at least once, and a valid horizontal position. */
  readonly isGlobalValid: boolean;
  /** Satellites are missing and it relies on its inertia. */
  readonly isDeadReckoning: boolean;
  /** One standard deviation, m. */
  readonly horizontalAccuracyM: number;
  readonly verticalAccuracyM: number;
  /** ESTIMATOR_STATUS_FLAGS. */
  readonly flags: number;
};

export type EstimatorOptions = {
  readonly random: Random;
  readonly gps: Gps;
  /** False: it is positioned by something else (cameras, beacons), and lost satellites do not matter. Default true. */
  readonly dependsOnGps?: boolean;
  /** Where its local frame has its zero, true ENU. Default 0, 0, 0: all drones share the field's frame. */
  readonly localOriginM?: Vec3;
};

/**
 * Local ENU estimate. A drone on ground at 0 believes itself 0.2…0.7 m up (local NED z −0.2…−0.7 m), each by another
 * amount and for the whole flight. Source: observed on PX4.
 *
 * Without satellites the estimate runs away from the truth ever faster, in a direction of its own; after 1 s it is
 * declared invalid (`health`), and LOCAL_POSITION_NED still comes, with that drift: PX4 sends what its estimator holds
 * and says in ESTIMATOR_STATUS that it is worth nothing. One second after the satellites are back it jumps to them.
 * Height and vertical velocity come from the barometer and stay good.
 */
export class Estimator {
  readonly zOffsetM: number;
  readonly #random: Random;
  readonly #gps: Gps;
  readonly #dependsOnGps: boolean;
  readonly #localOriginM: Vec3;
  readonly #noise = new Float64Array(6);
  readonly #driftX: number;
  readonly #driftY: number;
  readonly #positionM = { x: 0, y: 0, z: 0 };
  readonly #velocityMPerS = { x: 0, y: 0, z: 0 };
  #lostS = 0;
  #sinceFixMs = 0;
  #hasHadFix = false;

  constructor(options: EstimatorOptions) {
    const { random, gps, dependsOnGps = true, localOriginM = { x: 0, y: 0, z: 0 } } = options;
    this.#random = random;
    this.#gps = gps;
    this.#dependsOnGps = dependsOnGps;
    this.#localOriginM = localOriginM;
    this.zOffsetM = random.between(0.2, 0.7);
    const angleRad = random.between(0, 2 * Math.PI);
    this.#driftX = Math.cos(angleRad) * driftMPerS2;
    this.#driftY = Math.sin(angleRad) * driftMPerS2;
  }

  /** Local ENU. */
  get positionM(): Vec3 {
    const { x, y, z } = this.#positionM;
    return { x, y, z };
  }

  get velocityMPerS(): Vec3 {
    const { x, y, z } = this.#velocityMPerS;
    return { x, y, z };
  }

  /** Horizontal position and velocity can be flown by. */
  get isHorizontalValid(): boolean {
    return this.#lostS * 1000 <= deadReckoningMs;
  }

  get health(): EstimatorHealth {
    const isHorizontalValid = this.isHorizontalValid;
    const isGlobalValid = isHorizontalValid && this.#hasHadFix;
    const isDeadReckoning = this.#lostS > 0;
    const { attitude, velocityVertical, velocityHorizontal, height } = flagBits;
    const { positionRelative, positionAbsolute, predictedRelative, predictedAbsolute } = flagBits;
    const relative = isHorizontalValid ? velocityHorizontal | positionRelative | predictedRelative : 0;
    const absolute = isGlobalValid ? positionAbsolute | predictedAbsolute : 0;
    return {
      isHorizontalValid,
      isGlobalValid,
      isDeadReckoning,
      horizontalAccuracyM: Math.min(noAccuracyM, positionNoiseM + (driftMPerS2 * this.#lostS ** 2) / 2),
      verticalAccuracyM: positionNoiseM,
      flags:
        attitude |
        velocityVertical |
        height |
        relative |
        absolute |
        (isHorizontalValid ? 0 : flagBits.constantPosition),
    };
  }

  /** The estimate on the globe; undefined while there is none (`health.isGlobalValid`). */
  get global(): Geodetic | undefined {
    if (!this.#hasHadFix || !this.isHorizontalValid) return undefined;
    const { x, y, z } = this.#localOriginM;
    const at = this.#positionM;
    const trueZM = at.z + z - this.zOffsetM;
    return globalOf({ x: at.x + x, y: at.y + y, z: trueZM }, this.#gps.origin);
  }

  /** Where the local frame has its zero on the globe. */
  get globalOrigin(): Geodetic {
    const { x, y, z } = this.#localOriginM;
    return globalOf({ x, y, z: z - this.zOffsetM }, this.#gps.origin);
  }

  update(body: Body, dtS: number): void {
    this.#reckon(dtS);
    const keep = 1 - dtS / noiseTimeS;
    const fresh = Math.sqrt(1 - keep * keep);
    const noise = this.#noise;
    for (let i = 0; i < noise.length; i += 1) noise[i] = (noise[i] ?? 0) * keep + this.#random.bell() * fresh;
    const [position, velocity, origin] = [this.#positionM, this.#velocityMPerS, this.#localOriginM];
    const halfSquare = (this.#lostS * this.#lostS) / 2;
    position.x = body.x - origin.x + this.#driftX * halfSquare + (noise[0] ?? 0) * positionNoiseM;
    position.y = body.y - origin.y + this.#driftY * halfSquare + (noise[1] ?? 0) * positionNoiseM;
    position.z = body.z - origin.z + this.zOffsetM + (noise[2] ?? 0) * positionNoiseM;
    velocity.x = body.vx + this.#driftX * this.#lostS + (noise[3] ?? 0) * velocityNoiseMPerS;
    velocity.y = body.vy + this.#driftY * this.#lostS + (noise[4] ?? 0) * velocityNoiseMPerS;
    velocity.z = body.vz + (noise[5] ?? 0) * velocityNoiseMPerS;
  }

  /** Counts how long it has been without satellites; back to 0 when they have stayed. */
  #reckon(dtS: number): void {
    if (this.#gps.hasFix) this.#hasHadFix = true;
    if (this.#gps.hasFix || !this.#dependsOnGps) {
      this.#sinceFixMs += dtS * 1000;
      if (this.#lostS === 0) return;
      if (!this.#dependsOnGps || this.#sinceFixMs >= recoveryMs) this.#lostS = 0;
      else this.#lostS += dtS;
      return;
    }
    this.#sinceFixMs = 0;
    this.#lostS += dtS;
  }
}
