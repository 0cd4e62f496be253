/** A show made ready to be looked at: who is where, in which colour and stage, at any time. Knows no terminal. */
import type { Vec3 } from '../../geo/frames.js';
import type { LightTrack } from '../light-track.js';
import { lightTrack, trackColorAt } from '../lights.js';
import type { Rgb } from '../model.js';
import { type Path, positionAt } from '../path.js';
import { closestPair } from '../report/neighbours.js';
import { type StageTimes, stageTimes } from '../report/survey.js';
import { type Track, tracksOf } from '../report/tracks.js';
import type { Cue, Show } from '../show.js';
import type { StageName } from '../stages.js';
import { defaultLimits } from '../validate/limits.js';

type Drone = {
  readonly slot: string;
  readonly homeM: Vec3;
  readonly path: Path;
  readonly lights: LightTrack;
  readonly stages: StageTimes;
};

export type Scene = {
  readonly title: string;
  readonly startS: number;
  readonly endS: number;
  /** In order of time. */
  readonly cues: readonly Cue[];
  readonly drones: readonly Drone[];
  /** Corners of the box in which all happens. */
  readonly leastM: Vec3;
  readonly greatestM: Vec3;
};

/** All drones at one moment, in the order of the scene. */
export type Moment = {
  readonly positionsM: readonly Vec3[];
  readonly colors: readonly Rgb[];
  readonly stages: readonly StageName[];
  /** The nearest two with at least one in the air. */
  readonly closest: { readonly slots: readonly [string, string]; readonly distanceM: number } | undefined;
};

/** @throws ShowError for lights that can not be read. */
export function sceneOf(show: Show): Scene {
  const { grid, tracks } = tracksOf(show);
  return {
    title: show.title,
    startS: grid.startS,
    endS: grid.endS,
    cues: [...show.cues].sort((a, b) => a.tS - b.tS),
    drones: tracks.map((track) => ({
      ...{ slot: track.slot, homeM: track.part.homeM, path: track.path },
      lights: lightTrack(track.part.lights, grid.endS),
      stages: stageTimes(track, grid),
    })),
    ...boxOf(tracks),
  };
}

function boxOf(tracks: readonly Track[]): Pick<Scene, 'leastM' | 'greatestM'> {
  const least = [0, 0, 0].fill(Number.POSITIVE_INFINITY);
  const greatest = [0, 0, 0].fill(Number.NEGATIVE_INFINITY);
  const widen = (value: number, axis: number) => {
    least[axis] = Math.min(least[axis] ?? value, value);
    greatest[axis] = Math.max(greatest[axis] ?? value, value);
  };
  for (const { positionsM, part } of tracks) {
    positionsM.forEach((value, i) => {
      widen(value, i % 3);
    });
    [part.homeM.x, part.homeM.y, part.homeM.z].forEach(widen);
  }
  const corner = ([x = 0, y = 0, z = 0]: readonly number[]): Vec3 => ({ x, y, z });
  return { leastM: corner(least), greatestM: corner(greatest) };
}

export function momentOf({ drones }: Scene, tS: number): Moment {
  const positionsM = drones.map(({ path }) => positionAt(path, tS));
  const flat = Float64Array.from(positionsM.flatMap(({ x, y, z }) => [x, y, z]));
  const pair = closestPair(flat, defaultLimits.groundClearanceM);
  const slotOf = (index: number) => drones[index]?.slot ?? '';
  return {
    positionsM,
    colors: drones.map(({ lights }) => trackColorAt(lights, tS)),
    stages: drones.map(({ stages }) => stageAt(stages, tS)),
    closest: pair && { slots: [slotOf(pair.a), slotOf(pair.b)], distanceM: pair.distanceM },
  };
}

function stageAt({ takeoffS, routeS, landS, staticEndS }: StageTimes, tS: number): StageName {
  if (tS < takeoffS) return 'staticBegin';
  if (tS < routeS) return 'takeoff';
  if (tS < landS) return 'route';
  return tS < staticEndS ? 'land' : 'staticEnd';
}
