/**
 * How well a fleet of real clients starts and keeps together, by the machine's own clock as the truth. Server, drones and
 * the bad network are processes of their own. The vehicles follow their setpoints at once and exactly: what is measured
 * ends where a setpoint is handed to the vehicle link. Nothing is judged here.
 */
import { loadavg } from 'node:os';
import { errorText } from '../../lib/errors.js';
import { FlownFleet, pauseRampS } from './fleet/flown-fleet.js';
import { trueMs } from './fleet/true-time.js';
import { benchOtherWays } from './time-other-ways.js';
import { head, line, quantile } from './time-table.js';

const pauses = 10;
const outageMs = 60_000;
const bareCount = 200;

export async function benchTimeFleet(): Promise<void> {
  for (const part of [good, () => bad(50, true), () => bad(200, false), benchOtherWays])
    await part().catch((error: unknown) => console.log(`\nnot measured: ${errorText(error)}`));
}

async function good(): Promise<void> {
  const fleet = await FlownFleet.open({ drones: 200, processes: 2, isBad: false, lengthS: 45 });
  try {
    await flyStart(fleet, '200 clients in two processes, good clocks, loopback');
    await pauseOften(fleet);
  } finally {
    await fleet.close();
  }
}

/** ± 5 s, ± 100 ppm; links as those of the simulated table. */
async function bad(drones: number, isLong: boolean): Promise<void> {
  const fleet = await FlownFleet.open({ drones, processes: 2, isBad: true, lengthS: isLong ? 120 : 30 });
  try {
    await waitMs(20_000);
    await flyStart(
      fleet,
      `${drones} clients, clocks ± 5 s and ± 100 ppm, links as above, measured for 20 s or more`,
    );
    if (!isLong) return;
    await pauseOften(fleet);
    await outage(fleet);
  } finally {
    await fleet.close();
  }
}

async function flyStart(fleet: FlownFleet, title: string): Promise<void> {
  const firstMs = await fleet.start();
  const bare = [];
  // Between two beats of the drones, while they stream already and wait for the start.
  for (const beforeMs of [1025, 525, 225, 75]) bare.push(fleet.bareTimers(bareCount, firstMs - beforeMs));
  const bareMs = (await Promise.all(bare)).flat();
  await waitMs(firstMs + 5000 - trueMs());
  const starts = await fleet.starts();
  head(`${title}: start, ms`);
  line(`${bareCount} bare timers, same processes`, errors(bareMs));
  line('first setpoint of the show', errors(starts.map(({ startErrorMs }) => startErrorMs)));
  line(
    "server's clock, as known at the start",
    starts.map(({ offsetErrorMs, uncertaintyMs }) => ({ errorMs: offsetErrorMs, uncertaintyMs })),
  );
  const startsMs = starts.map(({ startErrorMs }) => startErrorMs);
  console.log(
    `  p99 beyond the bare timers' ${ms(p99(startsMs) - p99(bareMs))}; mean start error ${ms(mean(startsMs))}, bare ${ms(mean(bareMs))}; ${starts.length} drones started`,
  );
  const rushes = (await fleet.rushes()).map(
    ({ wallMs, cpuMs }) => `${ms(wallMs)}, ${ms(cpuMs)} of them computing`,
  );
  console.log(`  first to last drone in each process: ${rushes.join('; ')}`);
  console.log(`  load of the machine over the last minute: ${(loadavg()[0] ?? 0).toFixed(1)}`);
  for (const text of starts.length < fleet.drones ? await fleet.warnings() : []) console.log(text);
}

async function pauseOften(fleet: FlownFleet): Promise<void> {
  const before = await showErrors(fleet);
  for (let pause = 0; pause < pauses; pause += 1) {
    await fleet.pause();
    await waitMs(pauseRampS * 1000 + 300);
    await fleet.resume();
    await waitMs(pauseRampS * 1000 + 400);
  }
  await waitMs(1000);
  const after = await showErrors(fleet);
  head(`show time at one moment, ${pauses} pauses and resumes with a ramp of ${pauseRampS} s, ms`);
  spread('before', before);
  spread(`after ${pauses} pauses`, after);
}

async function outage(fleet: FlownFleet): Promise<void> {
  const before = await showErrors(fleet);
  await fleet.vanish(true);
  await waitMs(outageMs);
  const after = await showErrors(fleet);
  head(`show time at one moment, the server vanishes for ${outageMs / 1000} s in mid-show, ms`);
  spread('before', before);
  spread('at its end', after);
  const moved = [...after].map(([id, errorMs]) => errorMs - (before.get(id) ?? Number.NaN));
  line('moved in it, less the median', errors(moved.map((each) => each - quantile(sorted(moved), 0.5))));
}

/** Of the last moment that is well over. */
async function showErrors(fleet: FlownFleet): Promise<Map<string, number>> {
  const atMs = trueMs();
  await waitMs(500);
  return fleet.showErrorsMs(atMs);
}

/** About the fleet's median, and from the first to the last. */
function spread(name: string, byId: ReadonlyMap<string, number>): void {
  const values = sorted([...byId.values()]);
  const middle = quantile(values, 0.5);
  line(`${name}: off the median`, errors(values.map((each) => each - middle)));
  const width = (values.at(-1) ?? Number.NaN) - (values[0] ?? Number.NaN);
  console.log(
    `  ${name}: first to last ${ms(width)} of ${values.length} drones; median ${ms(middle)} from the start as planned`,
  );
}

function errors(values: readonly number[]): { readonly errorMs: number }[] {
  return values.map((errorMs) => ({ errorMs }));
}

function p99(values: readonly number[]): number {
  return quantile(sorted(values.map(Math.abs)), 0.99);
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

function waitMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
