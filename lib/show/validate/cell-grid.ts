/** Finds which of many balls come near each other. Knows balls; no drone, no time. */

/** Centres and reaches (radii), one of each for every ball. */
export type Balls = {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly reach: Float64Array;
};

/** Half of the 26 neighbours of a cell: each pair of cells is looked at once. */
const neighbours = [-1, 0, 1].flatMap((dx) =>
  [-1, 0, 1].flatMap((dy) =>
    [-1, 0, 1].flatMap((dz) => (9 * dx + 3 * dy + dz > 0 ? [[dx, dy, dz] as const] : [])),
  ),
);
const stepX = Int32Array.from(neighbours, ([dx]) => dx);
const stepY = Int32Array.from(neighbours, ([, dy]) => dy);
const stepZ = Int32Array.from(neighbours, ([, , dz]) => dz);

/** Cells of a cubic grid, hashed into buckets that a counting sort fills; memory is reused from call to call. */
export class CellGrid {
  readonly #balls: Balls;
  readonly #mask: number;
  readonly #starts: Int32Array;
  readonly #order: Int32Array;
  readonly #bucket: Int32Array;
  readonly #cellX: Int32Array;
  readonly #cellY: Int32Array;
  readonly #cellZ: Int32Array;
  #pairs = new Int32Array(1024);
  #count = 0;

  /** Looks at `balls` anew in every call of `findNear`. */
  constructor(balls: Balls) {
    this.#balls = balls;
    const n = balls.x.length;
    const buckets = 2 ** Math.ceil(Math.log2(2 * n + 2));
    this.#mask = buckets - 1;
    this.#starts = new Int32Array(buckets + 1);
    [this.#order, this.#bucket] = [new Int32Array(n), new Int32Array(n)];
    [this.#cellX, this.#cellY, this.#cellZ] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)];
  }

  /**
   * All pairs whose balls are less than `radius` apart, as index, index, …; `count` numbers hold. The list is valid
   * until the next call.
   */
  findNear(radius: number): { readonly pairs: Int32Array; readonly count: number } {
    const { x, reach } = this.#balls;
    let widest = 0;
    for (let i = 0; i < x.length; i++) widest = Math.max(widest, reach[i] ?? 0);
    this.#fill(Math.max(1e-3, radius + 2 * widest));
    this.#count = 0;
    for (let at = 0; at < x.length; at++) this.#searchAround(at, radius);
    return { pairs: this.#pairs, count: this.#count };
  }

  #fill(cellM: number): void {
    const { x, y, z } = this.#balls;
    this.#starts.fill(0);
    for (let i = 0; i < x.length; i++) {
      const [cx, cy, cz] = [(x[i] ?? 0) / cellM, (y[i] ?? 0) / cellM, (z[i] ?? 0) / cellM];
      this.#cellX[i] = Math.floor(cx);
      this.#cellY[i] = Math.floor(cy);
      this.#cellZ[i] = Math.floor(cz);
      const bucket = this.#hash(Math.floor(cx), Math.floor(cy), Math.floor(cz));
      this.#bucket[i] = bucket;
      this.#starts[bucket + 1] = (this.#starts[bucket + 1] ?? 0) + 1;
    }
    for (let b = 0; b <= this.#mask; b++)
      this.#starts[b + 1] = (this.#starts[b + 1] ?? 0) + (this.#starts[b] ?? 0);
    for (let i = x.length - 1; i >= 0; i--) {
      const bucket = (this.#bucket[i] ?? 0) + 1;
      const place = (this.#starts[bucket] ?? 0) - 1;
      this.#order[place] = i;
      this.#starts[bucket] = place;
    }
    this.#shiftStarts(x.length);
  }

  /** After the sort entry b + 1 holds the first place of bucket b: move them down by one. */
  #shiftStarts(n: number): void {
    this.#starts.copyWithin(0, 1);
    this.#starts[this.#mask + 1] = n;
  }

  #hash(cx: number, cy: number, cz: number): number {
    return (Math.imul(cx, 73856093) ^ Math.imul(cy, 19349663) ^ Math.imul(cz, 83492791)) & this.#mask;
  }

  #searchAround(at: number, radius: number): void {
    const i = this.#order[at] ?? 0;
    const cx = this.#cellX[i] ?? 0;
    const cy = this.#cellY[i] ?? 0;
    const cz = this.#cellZ[i] ?? 0;
    this.#search(i, at + 1, this.#starts[(this.#bucket[i] ?? 0) + 1] ?? 0, cx, cy, cz, radius);
    for (let k = 0; k < stepX.length; k++) {
      const nx = cx + (stepX[k] ?? 0);
      const ny = cy + (stepY[k] ?? 0);
      const nz = cz + (stepZ[k] ?? 0);
      const bucket = this.#hash(nx, ny, nz);
      const from = this.#starts[bucket] ?? 0;
      const to = this.#starts[bucket + 1] ?? 0;
      if (from < to) this.#search(i, from, to, nx, ny, nz, radius);
    }
  }

  /** Ball `i` against those of cell (cx, cy, cz) in part of a bucket. */
  #search(i: number, from: number, to: number, cx: number, cy: number, cz: number, radius: number): void {
    const { x, y, z, reach } = this.#balls;
    const px = x[i] ?? 0;
    const py = y[i] ?? 0;
    const pz = z[i] ?? 0;
    const near = radius + (reach[i] ?? 0);
    for (let at = from; at < to; at++) {
      const j = this.#order[at] ?? 0;
      if (this.#cellX[j] !== cx || this.#cellY[j] !== cy || this.#cellZ[j] !== cz) continue;
      const dx = px - (x[j] ?? 0);
      const dy = py - (y[j] ?? 0);
      const dz = pz - (z[j] ?? 0);
      const most = near + (reach[j] ?? 0);
      if (dx * dx + dy * dy + dz * dz < most * most) this.#push(i, j);
    }
  }

  #push(i: number, j: number): void {
    if (this.#count + 2 > this.#pairs.length) {
      const larger = new Int32Array(2 * this.#pairs.length);
      larger.set(this.#pairs);
      this.#pairs = larger;
    }
    this.#pairs[this.#count] = Math.min(i, j);
    this.#pairs[this.#count + 1] = Math.max(i, j);
    this.#count += 2;
  }
}
