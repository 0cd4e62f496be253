/** Who is nearest to whom at each moment of a show. Knows tracks; no limits, no page. */
import { type Grid, sampleS, type Track } from './tracks.js';

/** The nearest that another drone came, and when; centre to centre. */
export type Nearest = { readonly slot: string; readonly distanceM: number; readonly tS: number };

export type Neighbours = {
  /** By drone, in the order of the tracks; undefined for a drone that met nobody. */
  readonly nearest: readonly (Nearest | undefined)[];
  /** For each moment and drone (`moment × drones + drone`): distance to the nearest drone, m; NaN for none. */
  readonly distancesM: Float32Array;
};

/** Where all are at one moment: x, y, z for each drone. */
type Positions = Float64Array;

/** Only pairs of which at least one drone is higher than `aboveM` count: on their pads all stand close. */
export function neighboursOf(tracks: readonly Track[], grid: Grid, aboveM: number): Neighbours {
  const n = tracks.length;
  const distancesM = new Float32Array(n * grid.count).fill(Number.NaN);
  const found = tracks.map(() => ({ other: -1, moment: 0, squareM2: Number.POSITIVE_INFINITY }));
  const positions = new Float64Array(3 * n);
  for (let moment = 0; moment < grid.count; moment++) {
    tracks.forEach((track, drone) => {
      positions.set(track.positionsM.subarray(3 * moment, 3 * moment + 3), 3 * drone);
    });
    const order = byX(positions);
    order.forEach((drone, place) => {
      const { other, squareM2 } = nearestOf({ positions, order, place, aboveM });
      if (other < 0) return;
      distancesM[moment * n + drone] = Math.sqrt(squareM2);
      const best = found[drone];
      if (best && squareM2 < best.squareM2) Object.assign(best, { other, moment, squareM2 });
    });
  }
  const nearest = found.map(({ other, moment, squareM2 }) => {
    const slot = tracks[other]?.slot;
    return slot === undefined
      ? undefined
      : { slot, distanceM: Math.sqrt(squareM2), tS: sampleS(grid, moment) };
  });
  return { nearest, distancesM };
}

function byX(positions: Positions): Int32Array {
  const order = Int32Array.from({ length: positions.length / 3 }, (_, i) => i);
  return order.sort((a, b) => (positions[3 * a] ?? 0) - (positions[3 * b] ?? 0));
}

type Search = {
  readonly positions: Positions;
  /** Drones by their x. */
  readonly order: Int32Array;
  readonly place: number;
  readonly aboveM: number;
};

/** Looks to both sides along x, as far as somebody nearer can still be. */
function nearestOf({ positions, order, place, aboveM }: Search): { other: number; squareM2: number } {
  const best = { other: -1, squareM2: Number.POSITIVE_INFINITY };
  const at = 3 * (order[place] ?? 0);
  const isHigh = (positions[at + 2] ?? 0) > aboveM;
  for (const side of [-1, 1]) {
    for (let i = place + side; i >= 0 && i < order.length; i += side) {
      const other = order[i] ?? 0;
      const dx = (positions[3 * other] ?? 0) - (positions[at] ?? 0);
      if (dx * dx >= best.squareM2) break;
      const dy = (positions[3 * other + 1] ?? 0) - (positions[at + 1] ?? 0);
      const dz = (positions[3 * other + 2] ?? 0) - (positions[at + 2] ?? 0);
      const squareM2 = dx * dx + dy * dy + dz * dz;
      if (squareM2 >= best.squareM2) continue;
      if (isHigh || (positions[3 * other + 2] ?? 0) > aboveM) Object.assign(best, { other, squareM2 });
    }
  }
  return best;
}

/** Two drones by their numbers, and how far they are from each other. */
export type Pair = { readonly a: number; readonly b: number; readonly distanceM: number };

/** The two that are nearest to each other, at least one of them higher than `aboveM`; undefined when all are low. */
export function closestPair(positions: Float64Array, aboveM: number): Pair | undefined {
  const order = byX(positions);
  let best: Pair | undefined;
  order.forEach((a, place) => {
    const { other, squareM2 } = nearestOf({ positions, order, place, aboveM });
    const distanceM = Math.sqrt(squareM2);
    if (other >= 0 && distanceM < (best?.distanceM ?? Number.POSITIVE_INFINITY))
      best = { a, b: other, distanceM };
  });
  return best;
}
