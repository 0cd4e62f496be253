/** Tables of errors of time: how large, and how often as small as was stated. Knows nothing of what was measured. */

/** An error, ms, and what was stated of it: ± ms at 95 %. */
export type Reading = { readonly errorMs: number; readonly uncertaintyMs?: number };

export function head(title: string): void {
  console.log(`\n${title}`);
  console.log(`${'|error|'.padStart(45)}`);
  console.log(
    `${''.padEnd(38)}${'p50'.padStart(9)}${'p99'.padStart(9)}${'max'.padStart(9)}  within ±  median ±     p99 ±`,
  );
}

export function line(name: string, readings: readonly Reading[]): void {
  const errors = readings.map(({ errorMs }) => Math.abs(errorMs)).sort((a, b) => a - b);
  const widths = readings.flatMap(({ uncertaintyMs }) => uncertaintyMs ?? []).sort((a, b) => a - b);
  const within = readings.filter(
    ({ errorMs, uncertaintyMs }) => uncertaintyMs !== undefined && Math.abs(errorMs) <= uncertaintyMs,
  );
  const figures = [0.5, 0.99, 1].map((p) => quantile(errors, p).toFixed(3).padStart(9)).join('');
  const share = `${((100 * within.length) / readings.length).toFixed(1)} %`;
  const honesty =
    widths.length === 0
      ? ''
      : share.padStart(10) + [0.5, 0.99].map((p) => quantile(widths, p).toFixed(3).padStart(10)).join('');
  console.log(`${name.padEnd(38)}${figures}${honesty}`);
}

/** Of numbers in rising order; NaN where there are none. */
export function quantile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}
