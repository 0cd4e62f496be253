/**
 * How well a clock is known over a bad path, ours beside four other ways, on the same simulated exchanges. No network is
 * used and no time passes: the worlds are made from seeds, so that every figure is repeatable and the truth is known.
 */
import { performance } from 'node:perf_hooks';
import { Random } from '../../drone-client/simulator/random.js';
import { ClockFilter } from '../../lib/time/filter/clock-filter.js';
import { type ClockSample, delayOf, offsetOf } from '../../lib/time/filter/clock-sample.js';
import {
  badWorld,
  type ClockWorld,
  type Jitter,
  loopbackWorld,
  utcAtZeroMs,
} from '../support/clock-world.js';
import { disturbances } from './time-disturbed.js';
import { Run, sampleUntil } from './time-run.js';
import { head, line, type Reading } from './time-table.js';

const runs = 1000;
const exchanges = 64;
const jitters: readonly Jitter[] = ['uniform', 'bell-like', 'long tail', 'bursts'];

export async function benchTime(): Promise<void> {
  console.log(
    `${runs} clocks a line, seeds 1 to ${runs}; ± 5 s, ± 100 ppm; 2–30 ms a way, equal within 2 ms, 5 % lost unless said`,
  );
  afterExchanges('20 ms of exponential jitter a way', badWorld);
  afterExchanges('loopback: 0.05–0.3 ms a way, 0.05 ms of jitter, none lost', loopbackWorld);
  afterExchanges('clocks that are within ± 20 ms already, 20 ms of jitter', nearlyRightWorld);
  overTime();
  otherPaths();
  outages();
  disturbances();
  costs();
}

/** All ways on the same exchanges. */
function afterExchanges(title: string, worldOf: (seed: number) => ClockWorld): void {
  const own = new Map<number, Reading[]>([8, 16, 32, exchanges].map((count) => [count, []]));
  const others = new Map<string, Reading[]>();
  for (let seed = 1; seed <= runs; seed += 1) {
    const world = worldOf(seed);
    const sleeps = new Random(seed);
    const run = new Run(world);
    const samples: ClockSample[] = [];
    for (let asked = 1; asked <= exchanges; asked += 1) {
      const sample = run.exchange();
      if (sample) samples.push(sample);
      const reading = run.reading();
      if (reading) own.get(asked)?.push(reading);
    }
    for (const [name, offsetMs] of otherWays(samples, sleeps.between(0, 100)))
      others.set(name, [...(others.get(name) ?? []), { errorMs: offsetMs - world.trueOffsetMs(run.nowMs) }]);
  }
  head(`${title}: offset after n exchanges asked for, ms`);
  for (const [count, readings] of own) line(`ours, ${count} exchanges`, readings);
  for (const [name, readings] of others) line(name, readings);
}

/** What others make of the same exchanges. `sleepMs`: how long a message waits until a loop of sleeps looks at it. */
function otherWays(samples: readonly ClockSample[], sleepMs: number): [string, number][] {
  const last = samples.at(-1);
  if (!last) return [];
  const asItArrivesMs = last.serverSentMs - last.receivedMs;
  return [
    ['bare getNetworkTime, one exchange', offsetOf(ofWholeMs(last))],
    ['ntp-time-sync 0.5.0 getTime, 8', ntpTimeSyncOffset(samples.slice(-8))],
    ["clever-show's: as a message arrives", asItArrivesMs],
    ["clever-show's: read by 0.1 s sleeps", asItArrivesMs - sleepMs],
    ['least delay of the last 16', offsetOf(leastDelayed(samples.slice(-16), last))],
    [`least delay of all ${exchanges}`, offsetOf(leastDelayed(samples, last))],
  ];
}

function leastDelayed(samples: readonly ClockSample[], last: ClockSample): ClockSample {
  return samples.reduce((best, each) => (delayOf(each) < delayOf(best) ? each : best), last);
}

/** Stamps as `Date` gives them, on both sides: the own system's UTC is taken to be `utcAtZeroMs` at monotonic 0. */
function ofWholeMs({ sentMs, receivedMs, serverReceivedMs, serverSentMs }: ClockSample): ClockSample {
  return {
    sentMs: Math.floor(sentMs),
    receivedMs: Math.floor(receivedMs),
    serverReceivedMs: Math.floor(serverReceivedMs),
    serverSentMs: Math.floor(serverSentMs),
  };
}

/**
 * What version 0.5.0 does: the mean over samples of (|T2 − T1| + |T3 − T4|) / 2, with the sign of T3 − T4. It compares
 * with the own system's UTC, which leaves the ± 5 s or less by which the two are apart.
 */
function ntpTimeSyncOffset(samples: readonly ClockSample[]): number {
  const offsets = samples.map(ofWholeMs).map(({ sentMs, receivedMs, serverReceivedMs, serverSentMs }) => {
    const there = serverReceivedMs - sentMs - utcAtZeroMs;
    const back = serverSentMs - receivedMs - utcAtZeroMs;
    return ((Math.abs(there) + Math.abs(back)) / 2) * (back > 0 ? 1 : -1);
  });
  return utcAtZeroMs + offsets.reduce((a, b) => a + b, 0) / offsets.length;
}

/** Long after the start, with the drift wandering. */
function overTime(): void {
  head('ours, sampled every 10 s at the pace it asks for, drift wandering 1 ppm in a minute');
  for (const [fromS, toS] of [
    [30, 60],
    [60, 300],
    [300, 900],
  ] as const) {
    const readings: Reading[] = [];
    for (let seed = 1; seed <= runs / 10; seed += 1) {
      const run = new Run(badWorld(seed, { wanderPpm: 1 }));
      sampleUntil(run, fromS * 1000);
      for (let atS = fromS; atS < toS; atS += 10) {
        sampleUntil(run, atS * 1000);
        const reading = run.reading();
        if (reading) readings.push(reading);
      }
    }
    line(`${fromS} to ${toS} s`, readings);
  }
}

function nearlyRightWorld(seed: number): ClockWorld {
  return badWorld(seed, { offsetMs: utcAtZeroMs + new Random(seed).between(-20, 20) });
}

function otherPaths(): void {
  head(`ours on other paths, ${exchanges} exchanges`);
  for (const jitter of jitters) line(`20 ms of jitter, ${jitter}`, after(badWorldOf({ jitter })));
  line('100 ms of exponential jitter, 20 % lost', after(badWorldOf({ jitterMs: 100, loss: 0.2 })));
}

function badWorldOf(more: Parameters<typeof badWorld>[1]): (seed: number) => ClockWorld {
  return (seed) => badWorld(seed, more);
}

function after(worldOf: (seed: number) => ClockWorld): Reading[] {
  const readings: Reading[] = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    const run = new Run(worldOf(seed));
    for (let asked = 0; asked < exchanges; asked += 1) run.exchange();
    const reading = run.reading();
    if (reading) readings.push(reading);
  }
  return readings;
}

/** The server is gone for a minute, after 64 exchanges and after ten minutes. */
function outages(): void {
  head('ours, a server that vanishes for 60 s, drift wandering 1 ppm in a minute');
  for (const [name, beforeMs, count] of [
    ['after 64 exchanges', 15_000, runs / 4],
    ['after 5 minutes', 300_000, runs / 20],
  ] as const) {
    const readings = { middle: [] as Reading[], end: [] as Reading[], back: [] as Reading[] };
    for (let seed = 1; seed <= count; seed += 1) {
      const run = new Run(badWorld(seed, { wanderPpm: 1 }));
      sampleUntil(run, beforeMs);
      for (const [at, waitMs] of [
        ['middle', 30_000],
        ['end', 30_000],
      ] as const) {
        run.nowMs += waitMs;
        push(readings[at], run.reading());
      }
      for (let asked = 0; asked < 8; asked += 1) run.exchange();
      push(readings.back, run.reading());
    }
    line(`${name}: gone for 30 s`, readings.middle);
    line(`${name}: gone for 60 s`, readings.end);
    line(`${name}: 8 exchanges later`, readings.back);
  }
}

function push(readings: Reading[], reading: Reading | undefined): void {
  if (reading) readings.push(reading);
}

function costs(): void {
  const count = 1_000_000;
  const world = badWorld(1);
  const filter = new ClockFilter();
  const startedMs = performance.now();
  for (let i = 0; i < count; i += 1) {
    const sample = world.exchange(i * 250);
    if (sample) filter.add(sample);
  }
  const eachUs = ((performance.now() - startedMs) * 1000) / count;
  const weighedMs = performance.now();
  for (let i = 0; i < 1000; i += 1) {
    const sample = world.exchange((count + i) * 250);
    if (sample) filter.add(sample);
    filter.estimate((count + i) * 250);
  }
  const estimateUs = performance.now() - weighedMs;
  const heapMiB = process.memoryUsage().heapUsed / 2 ** 20;
  console.log(
    `\n${count} exchanges: ${eachUs.toFixed(1)} µs each, ${estimateUs.toFixed(0)} µs with an estimate; ` +
      `${filter.estimate((count + 1000) * 250)?.samples} kept, heap ${heapMiB.toFixed(0)} MiB`,
  );
}
