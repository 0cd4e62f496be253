/** Where a simulated autopilot has its home: where it was armed last. Knows no modes and no messages. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { Estimator } from './estimator.js';
import type { Geodetic } from './geodetic.js';
import { localOf } from './local-of.js';
import type { GlobalPlace } from './setpoints.js';

export class Home {
  readonly #estimator: Estimator;
  #localM: Vec3 | undefined;
  #global: Geodetic | undefined;

  constructor(estimator: Estimator) {
    this.#estimator = estimator;
  }

  /** Local ENU. */
  get localM(): Vec3 | undefined {
    return this.#localM;
  }

  get global(): Geodetic | undefined {
    return this.#global;
  }

  /** Here it is. */
  set(): void {
    this.#localM = this.#estimator.positionM;
    this.#global = this.#estimator.global;
  }

  /** A place on the globe in the local frame; undefined while the autopilot does not know where it is itself. */
  toLocal({ latDeg, lonDeg, altM, isRelative }: GlobalPlace): Vec3 | undefined {
    if (!this.#estimator.health.isGlobalValid || (isRelative && !this.#global)) return undefined;
    const amslM = isRelative ? altM + (this.#global?.amslM ?? 0) : altM;
    return localOf({ latDeg, lonDeg, amslM }, this.#estimator.globalOrigin);
  }

  /** A height above the sea as local z; undefined likewise. */
  localZOf(amslM: number): number | undefined {
    return this.#estimator.health.isGlobalValid ? amslM - this.#estimator.globalOrigin.amslM : undefined;
  }
}
