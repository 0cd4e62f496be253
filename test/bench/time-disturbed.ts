/** How honest the filter's ± is while somebody sets or slews a clock. Simulated; knows no network and no time that passes. */
import { badWorld, type ClockWorld } from '../support/clock-world.js';
import { Run, sampleUntil } from './time-run.js';
import { head, line, type Reading } from './time-table.js';

const runs = 100;
const fromMs = 200_000;
const slewMs = 60_000;
const untilMs = fromMs + 2 * slewMs;

const slews: readonly { readonly ppm: number; readonly jitterMs: number }[] = [
  { ppm: 500, jitterMs: 2 },
  { ppm: 500, jitterMs: 20 },
  { ppm: 83_333, jitterMs: 2 },
  { ppm: 83_333, jitterMs: 20 },
];

/** Clocks that were measured for 200 s. */
export function disturbances(): void {
  head(
    "ours, a server's clock set by 2 s: at each exchange of the next minute, from the first on that shows it",
  );
  for (const jitterMs of [2, 20]) {
    line(`${jitterMs} ms of jitter`, each(jitterMs, stepped));
    line(
      `${jitterMs} ms of jitter: 2 s later`,
      each(jitterMs, (world) => stepped(world).filter(isLate)),
    );
  }
  head('ours, a clock slewed for 60 s: at each exchange of these and of the 60 s after them');
  for (const { ppm, jitterMs } of slews)
    line(
      `${ppm} ppm, ${jitterMs} ms of jitter`,
      each(jitterMs, (world) => slewed(world, ppm)),
    );
  head('ours, clocks 500 ppm apart all the time: every 10 s');
  for (const jitterMs of [2, 20]) line(`${jitterMs} ms of jitter`, each(jitterMs, steady));
}

type Timed = Reading & { readonly sinceMs: number };

function isLate({ sinceMs }: Timed): boolean {
  return sinceMs >= 2000;
}

function each(jitterMs: number, of: (world: ClockWorld) => readonly Reading[]): Reading[] {
  return Array.from({ length: runs }, (_, i) => of(badWorld(i + 1, { jitterMs }))).flat();
}

function stepped(world: ClockWorld): Timed[] {
  const run = new Run(world);
  sampleUntil(run, fromMs);
  world.step(2000);
  const readings: Timed[] = [];
  let firstMs: number | undefined;
  while (run.nowMs < fromMs + slewMs) {
    if (run.exchange()) firstMs ??= run.askedMs;
    const reading = run.asked;
    if (firstMs !== undefined && reading) readings.push({ ...reading, sinceMs: run.askedMs - firstMs });
  }
  return readings;
}

function slewed(world: ClockWorld, ppm: number): Reading[] {
  world.slew(ppm, { fromMs, untilMs: fromMs + slewMs });
  const run = new Run(world);
  sampleUntil(run, fromMs);
  const readings: Reading[] = [];
  while (run.nowMs < untilMs) {
    run.exchange();
    if (run.asked) readings.push(run.asked);
  }
  return readings;
}

function steady(world: ClockWorld): Reading[] {
  world.slew(500, { fromMs: 0, untilMs: Number.POSITIVE_INFINITY });
  const run = new Run(world);
  const readings: Reading[] = [];
  for (let atMs = 20_000; atMs < untilMs; atMs += 10_000) {
    sampleUntil(run, atMs);
    const reading = run.reading();
    if (reading) readings.push(reading);
  }
  return readings;
}
