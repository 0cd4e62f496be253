/** Every drone's way through one slice of time: chord and deviation from it. Knows paths and times in the air alone. */
import { type Path, pieceAt } from '../path.js';
import type { Balls } from './cell-grid.js';
import type { CheckedDrone } from './fleet.js';

/** Whether a drone is at or below the clearance, above it, or both within the slice. */
export const airState = { ground: 0, air: 1, mixed: 2 } as const;

/**
 * Goes through time slice by slice: `load` a slice from where the last accepted one ended, as often as needed, then
 * `accept` it. For drone i: chord from `from` to `to` (x, y, z each), `deviation` = how far the curve may be from the
 * point that moves along the chord at constant velocity, m.
 */
export class Slices {
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly deviation: Float64Array;
  readonly state: Uint8Array;
  /** Piece that runs at the start of the slice, −1 before the first. */
  readonly piece: Int32Array;
  /** A ball around each chord and what may deviate from it. */
  readonly balls: Balls;
  #startS: number;
  #endS: number;
  readonly #drones: readonly CheckedDrone[];
  /** How many of a drone's `airTimesS` are at or before the start of the slice. */
  readonly #crossed: Int32Array;

  constructor(drones: readonly CheckedDrone[], startS: number) {
    const n = drones.length;
    this.#drones = drones;
    [this.#startS, this.#endS] = [startS, startS];
    [this.from, this.to] = [new Float64Array(3 * n), new Float64Array(3 * n)];
    [this.deviation, this.state] = [new Float64Array(n), new Uint8Array(n)];
    [this.piece, this.#crossed] = [new Int32Array(n), new Int32Array(n)];
    const list = () => new Float64Array(n);
    this.balls = { x: list(), y: list(), z: list(), reach: list() };
    drones.forEach(({ path }, i) => {
      this.piece[i] = pieceAt(path, startS);
      positionInto(this.from, 3 * i, path, this.piece[i] ?? 0, startS);
    });
    this.#countCrossed();
  }

  get startS(): number {
    return this.#startS;
  }

  get endS(): number {
    return this.#endS;
  }

  /** @returns the widest reach of a ball, m. */
  load(endS: number): number {
    this.#endS = endS;
    let widest = 0;
    for (let i = 0; i < this.#drones.length; i++) {
      const drone = this.#drones[i];
      if (drone) widest = Math.max(widest, this.#loadDrone(i, drone));
    }
    return widest;
  }

  /** The next slice begins where this one ends. */
  accept(): void {
    this.from.set(this.to);
    this.#drones.forEach(({ path }, i) => {
      let piece = this.piece[i] ?? 0;
      while (piece + 1 < path.breaksS.length && (path.breaksS[piece + 1] ?? 0) <= this.#endS) piece += 1;
      this.piece[i] = piece;
    });
    this.#startS = this.#endS;
    this.#countCrossed();
  }

  #countCrossed(): void {
    this.#drones.forEach(({ airTimesS }, i) => {
      let crossed = this.#crossed[i] ?? 0;
      while (crossed < airTimesS.length && (airTimesS[crossed] ?? 0) <= this.#startS) crossed += 1;
      this.#crossed[i] = crossed;
    });
  }

  #loadDrone(i: number, { path, airTimesS }: CheckedDrone): number {
    const { breaksS } = path;
    const endS = this.#endS;
    let last = this.piece[i] ?? 0;
    while (last + 1 < breaksS.length && (breaksS[last + 1] ?? 0) < endS) last += 1;
    positionInto(this.to, 3 * i, path, last, endS);
    const deviation = this.#deviationOf(i, path, last);
    this.deviation[i] = deviation;
    const crossed = this.#crossed[i] ?? 0;
    const isMixed = (airTimesS[crossed] ?? Number.POSITIVE_INFINITY) < endS;
    this.state[i] = isMixed ? airState.mixed : crossed % 2;
    return this.#setBall(i, deviation);
  }

  #setBall(i: number, deviation: number): number {
    const { x, y, z, reach } = this.balls;
    const [ax, ay, az] = [this.from[3 * i] ?? 0, this.from[3 * i + 1] ?? 0, this.from[3 * i + 2] ?? 0];
    const [bx, by, bz] = [this.to[3 * i] ?? 0, this.to[3 * i + 1] ?? 0, this.to[3 * i + 2] ?? 0];
    x[i] = (ax + bx) / 2;
    y[i] = (ay + by) / 2;
    z[i] = (az + bz) / 2;
    const half = Math.sqrt((bx - ax) ** 2 + (by - ay) ** 2 + (bz - az) ** 2) / 2;
    reach[i] = half + deviation;
    return half + deviation;
  }

  /**
   * The polygon through the joints departs most from the chord at a joint; a curve departs from the polygon by no
   * more than h²/8 times its largest acceleration, over the time h that it runs.
   */
  #deviationOf(i: number, path: Path, last: number): number {
    const { breaksS, controlM, firstPoint } = path;
    const startS = this.#startS;
    const spanS = this.#endS - startS;
    let joints = 0;
    let bend = 0;
    let fromS = startS;
    for (let piece = this.piece[i] ?? 0; piece <= last; piece++) {
      const toS = piece < last ? (breaksS[piece + 1] ?? 0) : this.#endS;
      const hS = toS - fromS;
      bend = Math.max(bend, ((hS * hS) / 8) * accelerationBound(path, piece));
      if (piece < last) {
        const point = firstPoint[piece + 1] ?? 0;
        const u = spanS > 0 ? (toS - startS) / spanS : 0;
        if (point > 0) joints = Math.max(joints, this.#offChord(i, u, controlM, point - 1));
        if (3 * point < controlM.length) joints = Math.max(joints, this.#offChord(i, u, controlM, point));
      }
      fromS = toS;
    }
    return joints + bend;
  }

  #offChord(i: number, u: number, controlM: Float64Array, point: number): number {
    let sum = 0;
    for (let axis = 0; axis < 3; axis++) {
      const from = this.from[3 * i + axis] ?? 0;
      const to = this.to[3 * i + axis] ?? 0;
      const off = (controlM[3 * point + axis] ?? 0) - from - u * (to - from);
      sum += off * off;
    }
    return Math.sqrt(sum);
  }
}

/** Upper bound of a piece's acceleration; 0 outside the pieces. */
function accelerationBound({ breaksS, firstPoint, controlM }: Path, piece: number): number {
  if (piece < 0 || piece >= breaksS.length - 1) return 0;
  const first = firstPoint[piece] ?? 0;
  const degree = (firstPoint[piece + 1] ?? 0) - first - 1;
  if (degree < 2) return 0;
  const spanS = (breaksS[piece + 1] ?? 0) - (breaksS[piece] ?? 0);
  let most = 0;
  for (let point = first; point + 2 <= first + degree; point++) {
    const at = 3 * point;
    const x = (controlM[at] ?? 0) - 2 * (controlM[at + 3] ?? 0) + (controlM[at + 6] ?? 0);
    const y = (controlM[at + 1] ?? 0) - 2 * (controlM[at + 4] ?? 0) + (controlM[at + 7] ?? 0);
    const z = (controlM[at + 2] ?? 0) - 2 * (controlM[at + 5] ?? 0) + (controlM[at + 8] ?? 0);
    most = Math.max(most, x * x + y * y + z * z);
  }
  return (degree * (degree - 1) * Math.sqrt(most)) / (spanS * spanS);
}

/** Place at `tS` on a known piece (−1 and n: where the path begins and ends), by Horner's scheme in Bernstein form. */
function positionInto(out: Float64Array, at: number, path: Path, piece: number, tS: number): void {
  const { breaksS, firstPoint, controlM } = path;
  const isOutside = piece < 0 || piece >= breaksS.length - 1;
  const standsAt = piece < 0 ? 0 : controlM.length / 3 - 1;
  const first = isOutside ? standsAt : (firstPoint[piece] ?? 0);
  const degree = isOutside ? 0 : (firstPoint[piece + 1] ?? 0) - first - 1;
  const startS = breaksS[piece] ?? 0;
  const u = degree === 0 ? 0 : (tS - startS) / ((breaksS[piece + 1] ?? 0) - startS);
  for (let axis = 0; axis < 3; axis++) {
    let value = controlM[3 * first + axis] ?? 0;
    let weight = 1;
    for (let i = 1; i <= degree; i++) {
      weight *= (u * (degree - i + 1)) / i;
      value = value * (1 - u) + weight * (controlM[3 * (first + i) + axis] ?? 0);
    }
    out[at + axis] = value;
  }
}
