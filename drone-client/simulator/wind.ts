/** The wind over the field, as one drone feels it: steady, gusty, rising, and single gusts. True ENU. Knows no drone. */
import { degToRad, wrapAngleRad } from '../../lib/geo/frames.js';
import type { WindFault } from './faults.js';
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

/** From one wind to another, evenly. */
type Turn = {
  readonly from: WindOptions;
  readonly to: WindOptions;
  readonly beginMs: number;
  readonly endMs: number;
};

/** First-order shaped noise about a mean, the same for the same seed. Draws no random number in calm air. */
export class Wind {
  /** The air's velocity, m/s east, north, up. */
  x = 0;
  y = 0;
  z = 0;
  readonly #random: Random;
  #steady: WindOptions;
  #towardsX: number;
  #towardsY: number;
  #turn: Turn | undefined;
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
    this.#steady = options;
    this.#towardsX = -Math.cos(fromRad);
    this.#towardsY = -Math.sin(fromRad);
  }

  /** Another wind, which comes about evenly within `overS` and stays; it turns the shorter way. */
  turnTo({ mPerS, fromDeg, gustMPerS, overS = 0 }: WindFault, nowMs: number): void {
    const from = this.#steady;
    const to = {
      meanMPerS: mPerS,
      fromRad: fromDeg === undefined ? from.fromRad : Math.PI / 2 - degToRad(fromDeg),
      gustMPerS: gustMPerS ?? from.gustMPerS,
    };
    this.#turn = { from, to, beginMs: nowMs, endMs: nowMs + overS * 1000 };
  }

  /** A single gust that swells to `mPerS` and dies within `durationS`, the way the wind blows; a new one ends the old. */
  gust(mPerS: number, durationS: number, nowMs: number): void {
    this.#gustMPerS = mPerS;
    this.#gustFromMs = nowMs;
    this.#gustUntilMs = nowMs + durationS * 1000;
  }

  /** Moves on by `dtS`, which ends at `nowMs`. */
  step(nowMs: number, dtS: number): void {
    if (this.#turn) this.#follow(this.#turn, nowMs);
    const along = this.#steady.meanMPerS + this.#gustAt(nowMs);
    if (this.#steady.gustMPerS > 0 || this.#noiseX !== 0) this.#blow(dtS);
    this.x = this.#towardsX * along + this.#noiseX;
    this.y = this.#towardsY * along + this.#noiseY;
    this.z = this.#noiseZ;
  }

  #follow({ from, to, beginMs, endMs }: Turn, nowMs: number): void {
    const isOver = nowMs >= endMs;
    const share = isOver ? 1 : (nowMs - beginMs) / (endMs - beginMs);
    const between = (a: number, b: number) => a + (b - a) * share;
    this.#steady = {
      meanMPerS: between(from.meanMPerS, to.meanMPerS),
      fromRad: from.fromRad + wrapAngleRad(to.fromRad - from.fromRad) * share,
      gustMPerS: between(from.gustMPerS, to.gustMPerS),
    };
    this.#towardsX = -Math.cos(this.#steady.fromRad);
    this.#towardsY = -Math.sin(this.#steady.fromRad);
    if (isOver) this.#turn = undefined;
  }

  #blow(dtS: number): void {
    const keep = Math.exp(-dtS / horizontalTimeS);
    const fresh = Math.sqrt(1 - keep * keep) * this.#steady.gustMPerS;
    const keepZ = Math.exp(-dtS / verticalTimeS);
    const freshZ = (Math.sqrt(1 - keepZ * keepZ) * this.#steady.gustMPerS) / 2;
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
