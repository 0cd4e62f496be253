/** What the autopilot believes of its position: the truth, a height offset of its own, and slow noise. Knows no modes. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { Body } from './body.js';
import type { Random } from './random.js';

const positionNoiseM = 0.02;
const velocityNoiseMPerS = 0.015;
/** How long the noise stays much the same. */
const noiseTimeS = 2;

/**
 * Local ENU estimate. A drone on ground at 0 believes itself 0.2…0.7 m up (local NED z −0.2…−0.7 m), each by another
 * amount and for the whole flight. Source: observed on PX4.
 */
export class Estimator {
  readonly #random: Random;
  readonly zOffsetM: number;
  readonly #noise = [0, 0, 0, 0, 0, 0];
  positionM: Vec3 = { x: 0, y: 0, z: 0 };
  velocityMPerS: Vec3 = { x: 0, y: 0, z: 0 };

  constructor(random: Random) {
    this.#random = random;
    this.zOffsetM = random.between(0.2, 0.7);
  }

  update(body: Body, dtS: number): void {
    const keep = 1 - dtS / noiseTimeS;
    const fresh = Math.sqrt(1 - keep * keep);
    const noise = this.#noise;
    for (let i = 0; i < noise.length; i += 1) noise[i] = (noise[i] ?? 0) * keep + this.#random.bell() * fresh;
    const [px = 0, py = 0, pz = 0, vx = 0, vy = 0, vz = 0] = noise;
    this.positionM = {
      x: body.x + px * positionNoiseM,
      y: body.y + py * positionNoiseM,
      z: body.z + this.zOffsetM + pz * positionNoiseM,
    };
    this.velocityMPerS = {
      x: body.vx + vx * velocityNoiseMPerS,
      y: body.vy + vy * velocityNoiseMPerS,
      z: body.vz + vz * velocityNoiseMPerS,
    };
  }
}
