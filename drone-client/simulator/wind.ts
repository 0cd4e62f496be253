/** The wind over the field, as one drone feels it: steady, gusty, and single gusts. True ENU. Knows no drone. */
import type { Random } from './random.js';

export type WindOptions = {
  /** The steady wind's speed. */
  readonly meanMPerS: number;
  /** Where it comes from: ENU angle, 0 = from the east, π/2 = from the north. */
  readonly fromRad: number;
  /** Standard deviation of what comes and goes, along each horizontal axis; half of it up and down. */
  readonly gustMPerS: number;
};

export const calm: WindOptions = { meanMPerS: 0, fromRad: 0, gustMPerS: 0 };

/** How long a gust stays much the same: a Dryden length scale over a hover's airspeed, rounded. Source: MIL-F-8785C. */
const horizontalTimeS = 3;
const verticalTimeS = 1.2;
const maxWindMPerS = 60;

/** First-order shaped noise about a mean, the same for the same seed. Draws no random number in calm air. */
export class Wind {
  /** The air's velocity, m/s east, north, up. */
  x = 0;
  y = 0;
  z = 0;
  readonly #random: Random;
  readonly #towardsX: number;
  readonly #towardsY: number;
  readonly #meanMPerS: number;
  readonly #sigmaMPerS: number;
  #noiseX = 0;
  #noiseY = 0;
  #noiseZ = 0;
  #gustMPerS = 0;
  #gustFromMs = 0;
  #gustUntilMs = Number.NEGATIVE_INFINITY;

  /** @throws RangeError for a wind that no field has. */
  constructor(options: WindOptions, random: Random) {
    const { meanMPerS, fromRad, gustMPerS } = options;
    for (const speed of [meanMPerS, gustMPerS])
      if (!(speed >= 0 && speed <= maxWindMPerS))
        throw new RangeError(`a wind is 0…${maxWindMPerS} m/s, not ${speed}`);
    if (!Number.isFinite(fromRad)) throw new RangeError(`the wind comes from an angle, not from ${fromRad}`);
    this.#random = random;
    this.#towardsX = -Math.cos(fromRad);
    this.#towardsY = -Math.sin(fromRad);
    this.#meanMPerS = meanMPerS;
    this.#sigmaMPerS = gustMPerS;
  }

  /** A single gust that swells to `mPerS` and dies within `durationS`, the way the wind blows; a new one ends the old. */
  gust(mPerS: number, durationS: number, nowMs: number): void {
    this.#gustMPerS = mPerS;
    this.#gustFromMs = nowMs;
    this.#gustUntilMs = nowMs + durationS * 1000;
  }

  /** Moves on by `dtS`, which ends at `nowMs`. */
  step(nowMs: number, dtS: number): void {
    const along = this.#meanMPerS + this.#gustAt(nowMs);
    if (this.#sigmaMPerS > 0) this.#blow(dtS);
    this.x = this.#towardsX * along + this.#noiseX;
    this.y = this.#towardsY * along + this.#noiseY;
    this.z = this.#noiseZ;
  }

  #blow(dtS: number): void {
    const keep = Math.exp(-dtS / horizontalTimeS);
    const fresh = Math.sqrt(1 - keep * keep) * this.#sigmaMPerS;
    const keepZ = Math.exp(-dtS / verticalTimeS);
    const freshZ = (Math.sqrt(1 - keepZ * keepZ) * this.#sigmaMPerS) / 2;
    this.#noiseX = this.#noiseX * keep + this.#random.bell() * fresh;
    this.#noiseY = this.#noiseY * keep + this.#random.bell() * fresh;
    this.#noiseZ = this.#noiseZ * keepZ + this.#random.bell() * freshZ;
  }

  /** Half a turn of 1 − cos. Source: the discrete gust of MIL-F-8785C. */
  #gustAt(nowMs: number): number {
    if (nowMs >= this.#gustUntilMs || nowMs <= this.#gustFromMs) return 0;
    const share = (nowMs - this.#gustFromMs) / (this.#gustUntilMs - this.#gustFromMs);
    return (this.#gustMPerS / 2) * (1 - Math.cos(2 * Math.PI * share));
  }
}
