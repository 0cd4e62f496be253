/** How long a check of a show takes, and how far the usual way, sampling, is off. Shows are made from a seed. */
import { performance } from 'node:perf_hooks';
import { positionAt } from '../../lib/show/path.js';
import { pathOf } from '../../lib/show/path-builder.js';
import type { Show, SlotShow } from '../../lib/show/show.js';
import { checkShow } from '../../lib/show/validate/check-show.js';
import { checkDistances, type DistanceResult } from '../../lib/show/validate/distance.js';
import { Findings } from '../../lib/show/validate/findings.js';
import { checkedDrones } from '../../lib/show/validate/fleet.js';
import { defaultLimits } from '../../lib/show/validate/limits.js';

const sampleHz = 10;
const seed = 7;
const sizes = [
  { drones: 50, minutes: 3 },
  ...[50, 100, 200, 500, 1000].map((drones) => ({ drones, minutes: 10 })),
];
/** Sampling compares all pairs: beyond this it takes minutes. */
const mostSampled = 200;

export async function benchShows(): Promise<void> {
  console.log(`shows of ${sampleHz} samples/s, a lattice of 3 m that wanders in waves, seed ${seed}`);
  console.log(
    'drones  min  pieces     distance s  whole s  µs/drone-s  peak RSS MiB | 10 Hz all pairs s  ratio  off by mm',
  );
  for (const size of sizes) report(size);
}

function report({ drones, minutes }: { readonly drones: number; readonly minutes: number }): void {
  const show = waveShow(drones, minutes * 60);
  const pieces = checkedDrones(show, 0)
    .map(({ path }) => path.breaksS.length - 1)
    .reduce((a, b) => a + b, 0);
  const [distanceS, exact] = timed(() => exactMinimum(show));
  const [sampledS, sampledM] = drones <= mostSampled ? timed(() => sampledMinimum(show)) : [];
  const [wholeS] = timed(() => checkShow(show));
  const rssMiB = process.resourceUsage().maxRSS / 1024;
  const perDroneS = (distanceS / (drones * minutes * 60)) * 1e6;
  const peer =
    sampledS === undefined || sampledM === undefined
      ? ''
      : `${sampledS.toFixed(2).padStart(18)}${(sampledS / distanceS).toFixed(1).padStart(7)}` +
        `${(1000 * (sampledM - (exact.all?.distanceM ?? Number.NaN))).toFixed(3).padStart(11)}`;
  console.log(
    `${String(drones).padStart(6)}${String(minutes).padStart(5)}  ${String(pieces).padEnd(9)}` +
      `${distanceS.toFixed(2).padStart(12)}${wholeS.toFixed(2).padStart(9)}${perDroneS.toFixed(1).padStart(12)}` +
      `${rssMiB.toFixed(0).padStart(14)} |${peer}`,
  );
}

/** From trajectories on, as the peer is. */
function exactMinimum(show: Show): DistanceResult {
  const drones = checkedDrones(show, defaultLimits.groundClearanceM);
  return checkDistances(drones, defaultLimits, new Findings());
}

/** The usual way: the places of all drones ten times a second, and the distances of all pairs. */
function sampledMinimum({ slots }: Show): number {
  const paths = [...slots.values()].map(({ trajectory }) => pathOf(trajectory));
  const endS = Math.max(...paths.map(({ breaksS }) => breaksS.at(-1) ?? 0));
  const places = new Float64Array(3 * paths.length);
  let least = Number.POSITIVE_INFINITY;
  // Samples between those of the file, as for any trajectory that is not sampled itself.
  for (let t = 0.5 / sampleHz; t <= endS; t += 1 / sampleHz) {
    paths.forEach((path, i) => {
      const { x, y, z } = positionAt(path, t);
      places.set([x, y, z], 3 * i);
    });
    least = Math.min(least, leastSquare(places));
  }
  return Math.sqrt(least);
}

function leastSquare(places: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let a = 0; a < places.length; a += 3)
    for (let b = a + 3; b < places.length; b += 3) {
      const dx = (places[a] ?? 0) - (places[b] ?? 0);
      const dy = (places[a + 1] ?? 0) - (places[b + 1] ?? 0);
      const dz = (places[a + 2] ?? 0) - (places[b + 2] ?? 0);
      const square = dx * dx + dy * dy + dz * dz;
      if (square < least) least = square;
    }
  return least;
}

function timed<T>(run: () => T): [number, T] {
  const startedMs = performance.now();
  const result = run();
  return [(performance.now() - startedMs) / 1000, result];
}

type Wave = {
  readonly along: readonly number[];
  readonly shake: readonly number[];
  readonly hz: number;
  readonly phase: number;
};

/**
 * A cubic lattice that wanders, and through which waves run. Each wave shifts neighbours by less than a tenth of
 * their distance against each other, so that with three of them no two are nearer than 2 m. Every drone wanders a
 * little on its own, so that no two distances are the same. It begins and ends in the air.
 */
export function waveShow(count: number, lastsS: number): Show {
  const random = mulberry32(seed);
  const waves = Array.from({ length: 3 }, (): Wave => {
    const along = [0, 1, 2].map(() => 0.08 * (random() - 0.5));
    const shake = [0, 1, 2].map(() => 2 * (random() - 0.5));
    return { along, shake, hz: 0.02 + 0.1 * random(), phase: 6.28 * random() };
  });
  const roam = [0, 1, 2].map(() => ({ hz: 0.01 + 0.02 * random(), phase: 6.28 * random() }));
  const side = Math.ceil(Math.cbrt(count));
  const slots = new Map<string, SlotShow>();
  for (let i = 0; i < count; i++) {
    const cell = [i % side, Math.floor(i / side) % side, Math.floor(i / side / side)].map((c) => 3 * c);
    const own = 6.28 * random();
    const place = (t: number) =>
      cell.map((at, axis) => {
        const { hz = 0, phase = 0 } = roam[axis] ?? {};
        const shifts = waves.map((wave) => waveShift(wave, cell, axis, t));
        const wander = 15 * Math.sin(6.28 * hz * t + phase) + 0.05 * Math.sin(0.5 * t + own + axis);
        return (axis === 2 ? 40 : 0) + at + wander + shifts.reduce((sum, shift) => sum + shift, 0);
      });
    slots.set(`drone-${i + 1}`, slotOf(place, lastsS, { x: 3 * (i % 40), y: 3 * Math.floor(i / 40) }));
  }
  return { title: 'waves', slots, cues: [], segments: {}, limits: {} };
}

function waveShift(
  { along, shake, hz, phase }: Wave,
  cell: readonly number[],
  axis: number,
  t: number,
): number {
  const dot = along.reduce((sum, k, i) => sum + k * (cell[i] ?? 0), 0);
  return (shake[axis] ?? 0) * Math.sin(6.28 * hz * t + dot + phase);
}

function slotOf(place: (t: number) => number[], lastsS: number, pad: { x: number; y: number }): SlotShow {
  const samples = lastsS * sampleHz;
  const timesS = Float64Array.from({ length: samples }, (_, i) => (i + 1) / sampleHz);
  const positionsM = new Float64Array(3 * samples);
  timesS.forEach((t, i) => {
    positionsM.set(place(t), 3 * i);
  });
  const [x = 0, y = 0, z = 0] = place(0);
  return {
    trajectory: {
      startS: 0,
      startM: { x, y, z },
      segments: [{ kind: 'sampled', endS: lastsS, samples: { timesS, positionsM } }],
    },
    lights: { kind: 'step', timesS: new Float64Array(0), colors: new Uint8Array(0) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: { ...pad, z: 0 },
  };
}

/** A small generator of even numbers in [0, 1). Source: T. Ettinger, mulberry32, public domain. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
