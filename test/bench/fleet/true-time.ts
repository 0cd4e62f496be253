/** The truth of the benches: the machine's monotonic clock, which all its processes share. */

/** ms since the machine was started. Source: `process.hrtime` is CLOCK_MONOTONIC on Linux, the same in every process. */
export function trueMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** True time at which this process's `performance.now` was 0: the two are the same clock, read one after the other. */
export function monotonicZeroMs(): number {
  // A reading that was interrupted between the two shows too much: the least of a few is right.
  return Math.min(...Array.from({ length: 20 }, () => -performance.now() + trueMs()));
}
