/** A fleet's quantity over time as least, middle and greatest of all drones. Knows numbers and their moments alone. */
import { type Grid, sampleS } from './tracks.js';

/** One span of time; all three undefined where no drone has a value. */
export type BandPoint = {
  readonly tS: number;
  readonly least: number | undefined;
  readonly middle: number | undefined;
  readonly greatest: number | undefined;
};

/** More are narrower than a printed line. */
const maxPoints = 400;

/**
 * `valueAt(drone, moment)`; NaN counts as none. Least and greatest are those of every sample of a span, the middle
 * (median) is that of its first.
 */
export function bandOf(
  grid: Grid,
  drones: number,
  valueAt: (drone: number, moment: number) => number,
): readonly BandPoint[] {
  const width = Math.ceil(grid.count / maxPoints);
  const points: BandPoint[] = [];
  for (let from = 0; from < grid.count; from += width) {
    const to = Math.min(grid.count, from + width);
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let moment = from; moment < to; moment++) {
      for (let drone = 0; drone < drones; drone++) {
        const value = valueAt(drone, moment);
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
    }
    const hasValue = least <= greatest;
    const first = Float64Array.from({ length: drones }, (_, drone) => valueAt(drone, from));
    points.push({
      tS: sampleS(grid, from),
      least: hasValue ? least : undefined,
      middle: hasValue ? (median(first) ?? least) : undefined,
      greatest: hasValue ? greatest : undefined,
    });
  }
  return points;
}

/** Of the values that are numbers; the lower one of an even count's two in the middle. */
function median(values: Float64Array): number | undefined {
  const numbers = values.filter((value) => !Number.isNaN(value)).sort();
  return numbers[(numbers.length - 1) >>> 1];
}
