/** From roll, pitch and thrust to the acceleration that they give. Knows no position and no modes. */
import type { Vec3 } from '../../lib/geo/frames.js';
import { gravityMPerS2 } from './body.js';
import type { AttitudeDemand } from './position-control.js';

/** Further over than this it is not flown on purpose. */
const maxTiltRad = 1.4;

/** How it lies. */
type Lying = { readonly rollRad: number; readonly pitchRad: number; readonly yawRad: number };

/** Remembers the attitude that turning by rates has led to. */
export class AttitudeControl {
  #rollRad = 0;
  #pitchRad = 0;
  #isFlying = false;

  /** Something else flies now. */
  reset(): void {
    this.#isFlying = false;
  }

  /** Demanded acceleration, true ENU, gravity balanced. `hoverThrust` is the share of the full thrust that hovers. */
  accelerate(demand: AttitudeDemand, now: Lying, hoverThrust: number, dtS: number): Vec3 {
    if (!this.#isFlying) {
      this.#rollRad = now.rollRad;
      this.#pitchRad = now.pitchRad;
    }
    this.#isFlying = true;
    this.#rollRad = led(this.#rollRad, demand.rollRad, demand.rollRateRadPerS, dtS);
    this.#pitchRad = led(this.#pitchRad, demand.pitchRad, demand.pitchRateRadPerS, dtS);
    const push = (Math.min(1, Math.max(0, demand.thrust)) / hoverThrust) * gravityMPerS2;
    const forward = -Math.sin(this.#pitchRad) * Math.cos(this.#rollRad) * push;
    const right = Math.sin(this.#rollRad) * push;
    const [cos, sin] = [Math.cos(now.yawRad), Math.sin(now.yawRad)];
    return {
      x: forward * cos + right * sin,
      y: forward * sin - right * cos,
      z: Math.cos(this.#rollRad) * Math.cos(this.#pitchRad) * push - gravityMPerS2,
    };
  }
}

/** The angle that is asked for; else where its rate leads; level without either. */
function led(
  fromRad: number,
  angleRad: number | undefined,
  rateRadPerS: number | undefined,
  dtS: number,
): number {
  const wanted = angleRad ?? (rateRadPerS === undefined ? 0 : fromRad + rateRadPerS * dtS);
  return Math.min(maxTiltRad, Math.max(-maxTiltRad, wanted));
}
