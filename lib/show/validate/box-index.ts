/** Where every drone is in each slice of time, by place: who passes here, from now on? Knows boxes; no limit. */
import type { CheckedDrone } from './fleet.js';
import { Slices } from './slices.js';

/** Least x, y, z and greatest x, y, z. */
export type Box = readonly [number, number, number, number, number, number];

const cellM = 4;
/** A box over more cells than this is looked at in every question. */
const mostCells = 64;

/** Entries are numbered slice · drones + drone, so that their order is that of time. */
export class BoxIndex {
  readonly startS: number;
  readonly sliceS: number;
  readonly slices: number;
  readonly #n: number;
  readonly #boxes: Float64Array;
  readonly #starts: Int32Array;
  readonly #entries: Int32Array;
  readonly #mask: number;
  readonly #everywhere: number[] = [];

  constructor(drones: readonly CheckedDrone[], time: { startS: number; endS: number; sliceS: number }) {
    this.#n = drones.length;
    [this.startS, this.sliceS] = [time.startS, time.sliceS];
    this.slices = Math.max(1, Math.ceil((time.endS - time.startS) / time.sliceS));
    this.#boxes = boxesOf(drones, time, this.slices);
    const buckets = 2 ** Math.ceil(Math.log2(this.slices * this.#n + 2));
    this.#mask = buckets - 1;
    this.#starts = new Int32Array(buckets + 1);
    const all = this.slices * this.#n;
    for (let entry = 0; entry < all; entry++) this.#count(entry);
    for (let b = 0; b < buckets; b++)
      this.#starts[b + 1] = (this.#starts[b + 1] ?? 0) + (this.#starts[b] ?? 0);
    this.#entries = new Int32Array(this.#starts[buckets] ?? 0);
    const fill = Int32Array.from(this.#starts);
    for (let entry = 0; entry < all; entry++) this.#place(entry, fill);
  }

  sliceAt(tS: number): number {
    return Math.min(this.slices - 1, Math.max(0, Math.floor((tS - this.startS) / this.sliceS)));
  }

  /** Slice and drone of an entry. */
  readEntry(entry: number): readonly [number, number] {
    return [Math.floor(entry / this.#n), entry % this.#n];
  }

  /** Adds the entries of slices `first` to `last` that touch the box; some may come twice. */
  collect(box: Box, first: number, last: number, out: number[]): void {
    const [from, until] = [first * this.#n, (last + 1) * this.#n];
    // A box over more cells than there are entries, such as the braking of a drone that jumps, would never end.
    if (cellsOf(box) > until - from) {
      for (let entry = from; entry < until; entry++) if (this.#touches(entry, box)) out.push(entry);
      return;
    }
    for (const entry of this.#everywhere)
      if (entry >= from && entry < until && this.#touches(entry, box)) out.push(entry);
    eachCell(box, (x, y, z) => {
      const bucket = this.#hash(x, y, z);
      const end = this.#starts[bucket + 1] ?? 0;
      for (let at = this.#firstFrom(bucket, from); at < end; at++) {
        const entry = this.#entries[at] ?? 0;
        if (entry >= until) break;
        if (this.#touches(entry, box)) out.push(entry);
      }
    });
  }

  #firstFrom(bucket: number, from: number): number {
    let low = this.#starts[bucket] ?? 0;
    let high = this.#starts[bucket + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #touches(entry: number, box: Box): boolean {
    const at = 6 * entry;
    for (let axis = 0; axis < 3; axis++) {
      if ((this.#boxes[at + axis] ?? 0) > (box[axis + 3] ?? 0)) return false;
      if ((this.#boxes[at + axis + 3] ?? 0) < (box[axis] ?? 0)) return false;
    }
    return true;
  }

  #boxAt(entry: number): Box {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = this.#boxes.subarray(6 * entry, 6 * entry + 6);
    return [a, b, c, d, e, f];
  }

  #count(entry: number): void {
    const box = this.#boxAt(entry);
    if (cellsOf(box) > mostCells) {
      this.#everywhere.push(entry);
      return;
    }
    eachCell(box, (x, y, z) => {
      const bucket = this.#hash(x, y, z) + 1;
      this.#starts[bucket] = (this.#starts[bucket] ?? 0) + 1;
    });
  }

  #place(entry: number, fill: Int32Array): void {
    const box = this.#boxAt(entry);
    if (cellsOf(box) > mostCells) return;
    eachCell(box, (x, y, z) => {
      const bucket = this.#hash(x, y, z);
      const at = fill[bucket] ?? 0;
      this.#entries[at] = entry;
      fill[bucket] = at + 1;
    });
  }

  #hash(x: number, y: number, z: number): number {
    return (Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791)) & this.#mask;
  }
}

function cellsOf([x0, y0, z0, x1, y1, z1]: Box): number {
  const along = (from: number, to: number) => Math.floor(to / cellM) - Math.floor(from / cellM) + 1;
  return along(x0, x1) * along(y0, y1) * along(z0, z1);
}

function eachCell([x0, y0, z0, x1, y1, z1]: Box, visit: (x: number, y: number, z: number) => void): void {
  const [toX, toY, toZ] = [Math.floor(x1 / cellM), Math.floor(y1 / cellM), Math.floor(z1 / cellM)];
  for (let x = Math.floor(x0 / cellM); x <= toX; x++)
    for (let y = Math.floor(y0 / cellM); y <= toY; y++)
      for (let z = Math.floor(z0 / cellM); z <= toZ; z++) visit(x, y, z);
}

function boxesOf(
  drones: readonly CheckedDrone[],
  { startS, endS, sliceS }: { startS: number; endS: number; sliceS: number },
  count: number,
): Float64Array {
  const n = drones.length;
  const out = new Float64Array(6 * n * count);
  const slices = new Slices(drones, startS);
  for (let slice = 0; slice < count; slice++) {
    slices.load(Math.min(endS, startS + (slice + 1) * sliceS));
    for (let i = 0; i < 3 * n; i++) {
      const [from, to] = [slices.from[i] ?? 0, slices.to[i] ?? 0];
      const off = slices.deviation[Math.floor(i / 3)] ?? 0;
      const at = 6 * (slice * n + Math.floor(i / 3)) + (i % 3);
      out[at] = Math.min(from, to) - off;
      out[at + 3] = Math.max(from, to) + off;
    }
    slices.accept();
  }
  return out;
}
