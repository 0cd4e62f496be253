/** Each drone's part as samples at one rate: where it is, how fast, how its speed changes. Knows no limits, no page. */
import { ShowError } from '../../errors.js';
import type { Vec3 } from '../../geo/frames.js';
import type { LightTrack } from '../light-track.js';
import { lightTrack } from '../lights.js';
import { motionAt, type Path, pieceCount } from '../path.js';
import { pathOf } from '../path-builder.js';
import type { LightProgram, Show, SlotShow } from '../show.js';

/** Samples per second of a show that is not too large. */
const fullRateHz = 10;
/** Most samples of all drones together; a larger show is sampled less often. */
const maxSamples = 1_500_000;

/** The moments at which all drones of a show are looked at: `count` of them, from `startS` to `endS` included. */
export type Grid = {
  readonly startS: number;
  readonly endS: number;
  readonly stepS: number;
  readonly count: number;
};

/** One drone at the moments of the grid; `positionsM` are x, y, z for each. */
export type Track = {
  readonly slot: string;
  readonly part: SlotShow;
  readonly path: Path;
  readonly positionsM: Float64Array;
  /** Over ground and, positive upwards, vertical. */
  readonly speedsXYMPerS: Float64Array;
  readonly climbsMPerS: Float64Array;
  readonly accelerationsMPerS2: Float64Array;
};

export function tracksOf(show: Show): { readonly grid: Grid; readonly tracks: readonly Track[] } {
  const paths = new Map([...show.slots].map(([slot, part]) => [slot, pathOf(part.trajectory)]));
  const grid = gridOf(show, [...paths.values()]);
  const tracks: Track[] = [];
  for (const [slot, part] of show.slots) {
    const path = paths.get(slot) ?? pathOf(part.trajectory);
    tracks.push(trackOf({ slot, part, path }, grid));
  }
  return { grid, tracks };
}

/** The moment of a sample, s. */
export function sampleS({ startS, endS, stepS, count }: Grid, index: number): number {
  return index >= count - 1 ? endS : startS + index * stepS;
}

export function sampleM({ positionsM }: Track, index: number): Vec3 {
  const [x = 0, y = 0, z = 0] = positionsM.subarray(3 * index, 3 * index + 3);
  return { x, y, z };
}

/** A light program that goes on for longer than this after the last movement is taken to loop for ever, s. */
const longestAfterglowS = 600;

/** When the last movement or light of a show ends, s; lights that never end end with the movements. */
function showEndS(show: Show, paths: readonly Path[]): number {
  const flightEndS = paths.reduce((greatest, { breaksS }) => Math.max(greatest, breaksS.at(-1) ?? 0), 0);
  let endS = flightEndS;
  for (const { lights } of show.slots.values()) {
    const lastS = playableLights(lights, flightEndS + longestAfterglowS).timesS.at(-1) ?? 0;
    if (lights.kind !== 'bytecode' || lastS < flightEndS + longestAfterglowS) endS = Math.max(endS, lastS);
  }
  return endS;
}

/** The colours of a light program; black throughout where it can not be played, which the check reports. */
export function playableLights(program: LightProgram, untilS: number): LightTrack {
  try {
    return lightTrack(program, untilS);
  } catch (error) {
    if (error instanceof ShowError) return { timesS: new Float64Array(), colors: new Uint8Array() };
    throw error;
  }
}

/** When the first movement of a show can begin, s; 0 or earlier. */
function showStartS(paths: readonly Path[]): number {
  return paths.reduce((least, { breaksS }) => Math.min(least, breaksS[0] ?? 0), 0);
}

function gridOf(show: Show, paths: readonly Path[]): Grid {
  const startS = showStartS(paths);
  const endS = showEndS(show, paths);
  const wanted = Math.ceil((endS - startS) * fullRateHz - 1e-9) + 1;
  const count = Math.max(2, Math.min(wanted, Math.floor(maxSamples / Math.max(1, paths.length))));
  const stepS = count === Math.max(2, wanted) ? 1 / fullRateHz : (endS - startS) / (count - 1);
  return { startS, endS, stepS, count };
}

function trackOf(drone: Pick<Track, 'slot' | 'part' | 'path'>, grid: Grid): Track {
  const track = {
    ...drone,
    positionsM: new Float64Array(3 * grid.count),
    speedsXYMPerS: new Float64Array(grid.count),
    climbsMPerS: new Float64Array(grid.count),
    accelerationsMPerS2: new Float64Array(grid.count),
  };
  for (let i = 0; i < grid.count; i++) {
    const { positionM: p, velocityMPerS: v, accelerationMPerS2: a } = motionAt(drone.path, sampleS(grid, i));
    track.positionsM.set([p.x, p.y, p.z], 3 * i);
    track.speedsXYMPerS[i] = Math.hypot(v.x, v.y);
    track.climbsMPerS[i] = v.z;
    track.accelerationsMPerS2[i] = Math.hypot(a.x, a.y, a.z);
  }
  return track;
}

/** From the first movement to the end of the last, s; undefined for a drone that never moves. */
export function movesFromTo(path: Path): { readonly startS: number; readonly endS: number } | undefined {
  let startS: number | undefined;
  let endS = 0;
  for (let i = 0; i < pieceCount(path); i++) {
    if (!movesIn(path, i)) continue;
    startS ??= path.breaksS[i] ?? 0;
    endS = path.breaksS[i + 1] ?? 0;
  }
  return startS === undefined ? undefined : { startS, endS };
}

function movesIn({ firstPoint, controlM }: Path, piece: number): boolean {
  const first = firstPoint[piece] ?? 0;
  const next = firstPoint[piece + 1] ?? 0;
  for (let i = 3 * (first + 1); i < 3 * next; i++)
    if (Math.abs((controlM[i] ?? 0) - (controlM[i - 3] ?? 0)) > sameM) return true;
  return false;
}

/** A sampled file's standing drone moves by no more than the rounding of its numbers, m. */
const sameM = 0.001;
