/** Finds a moment in a list of times. Knows numbers alone. */

/** Index of the last of `count` rising times that is ≤ `tS`, −1 when there is none (or `tS` is NaN). */
export function lastAtOrBefore(count: number, timeOf: (index: number) => number, tS: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeOf(middle) <= tS) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
