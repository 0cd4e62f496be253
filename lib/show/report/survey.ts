/** What can be said of a show drone by drone and over time, for people to read. Knows no limits, no page, no file. */
import type { Vec3 } from '../../geo/frames.js';
import type { Show, Trajectory } from '../show.js';
import { splitStages } from '../stages.js';
import { type BandPoint, bandOf } from './bands.js';
import { type Nearest, neighboursOf } from './neighbours.js';
import { type Grid, movesFromTo, sampleM, sampleS, type Track, tracksOf } from './tracks.js';

/** When the stages of a drone's path begin, s; see `stages.ts`. */
export type StageTimes = {
  readonly takeoffS: number;
  readonly routeS: number;
  readonly landS: number;
  readonly staticEndS: number;
};

/**
 * `takeoff`: the file begins in the air, so that the drone climbs to its first point by itself. `arm`: it arms and
 * follows the file from the ground. `none`: it never moves.
 */
type FirstAction = { readonly kind: 'takeoff' | 'arm' | 'none'; readonly tS: number };

export type DroneSurvey = {
  readonly slot: string;
  readonly homeM: Vec3;
  readonly stages: StageTimes;
  readonly firstAction: FirstAction;
  /** After the first drone of the show that moves; undefined for one that never does. */
  readonly delayS: number | undefined;
  /** From its first movement to the end of its last. */
  readonly flightS: number;
  readonly leastM: Vec3;
  readonly greatestM: Vec3;
  readonly maxSpeedXYMPerS: number;
  readonly maxSpeedUpMPerS: number;
  readonly maxSpeedDownMPerS: number;
  readonly maxAccelerationMPerS2: number;
  /** With at least one of the two in the air. */
  readonly nearest: Nearest | undefined;
};

/** Of all drones together, over time. */
type FleetBands = {
  readonly speedXYMPerS: readonly BandPoint[];
  /** Positive upwards. */
  readonly climbMPerS: readonly BandPoint[];
  readonly accelerationMPerS2: readonly BandPoint[];
  readonly altitudeM: readonly BandPoint[];
  readonly neighbourM: readonly BandPoint[];
};

export type Survey = {
  readonly grid: Grid;
  readonly tracks: readonly Track[];
  readonly drones: readonly DroneSurvey[];
  readonly bands: FleetBands;
};

/** `show` is complete; `aboveM`: higher than this a drone is in the air. Extremes are those of the samples. */
export function surveyShow(show: Show, aboveM: number): Survey {
  const { grid, tracks } = tracksOf(show);
  const { nearest, distancesM } = neighboursOf(tracks, grid, aboveM);
  const n = tracks.length;
  const surveys = tracks.map((track, i) => surveyDrone(track, grid, nearest[i]));
  const firstS = Math.min(
    ...surveys.flatMap(({ firstAction: { kind, tS } }) => (kind === 'none' ? [] : [tS])),
  );
  const at = (pick: (track: Track, moment: number) => number) =>
    bandOf(grid, n, (drone, moment) => {
      const track = tracks[drone];
      return track ? pick(track, moment) : Number.NaN;
    });
  return {
    ...{ grid, tracks },
    drones: surveys.map((survey) => ({
      ...survey,
      delayS: survey.firstAction.kind === 'none' ? undefined : survey.firstAction.tS - firstS,
    })),
    bands: {
      speedXYMPerS: at(({ speedsXYMPerS }, i) => speedsXYMPerS[i] ?? 0),
      climbMPerS: at(({ climbsMPerS }, i) => climbsMPerS[i] ?? 0),
      accelerationMPerS2: at(({ accelerationsMPerS2 }, i) => accelerationsMPerS2[i] ?? 0),
      altitudeM: at(({ positionsM }, i) => positionsM[3 * i + 2] ?? 0),
      neighbourM: bandOf(grid, n, (drone, moment) => distancesM[moment * n + drone] ?? Number.NaN),
    },
  };
}

function surveyDrone(track: Track, grid: Grid, nearest: Nearest | undefined): Omit<DroneSurvey, 'delayS'> {
  const { slot, part, path } = track;
  const moves = movesFromTo(path);
  const axis = (offset: number) => track.positionsM.filter((_, i) => i % 3 === offset);
  const [x, y, z] = [axis(0), axis(1), axis(2)];
  return {
    slot,
    homeM: part.homeM,
    stages: stageTimes(track, grid),
    firstAction: moves ? firstAction(part.trajectory, moves.startS) : { kind: 'none', tS: 0 },
    flightS: moves ? moves.endS - moves.startS : 0,
    leastM: { x: least(x), y: least(y), z: least(z) },
    greatestM: { x: greatest(x), y: greatest(y), z: greatest(z) },
    maxSpeedXYMPerS: greatest(track.speedsXYMPerS),
    maxSpeedUpMPerS: Math.max(0, greatest(track.climbsMPerS)),
    maxSpeedDownMPerS: Math.max(0, -least(track.climbsMPerS)),
    maxAccelerationMPerS2: greatest(track.accelerationsMPerS2),
    nearest,
  };
}

/** The stages of a drone's path as it was sampled. */
export function stageTimes(track: Track, grid: Grid): StageTimes {
  const frames = Array.from({ length: grid.count }, (_, i) => ({ positionM: sampleM(track, i) }));
  const { takeoff, route, land, staticEnd } = splitStages(frames);
  return {
    takeoffS: sampleS(grid, takeoff),
    routeS: sampleS(grid, route),
    landS: sampleS(grid, land),
    staticEndS: sampleS(grid, staticEnd),
  };
}

/** An added take-off is known by its form: straight up from rest to rest, a Bézier curve of degree 5. */
function firstAction({ startS, startM, segments: [first] }: Trajectory, movesS: number): FirstAction {
  const isAdded =
    first?.kind === 'bezier' &&
    first.controlM.length === 5 &&
    movesS === startS &&
    first.controlM.every(({ x, y }) => x === startM.x && y === startM.y);
  return { kind: isAdded ? 'takeoff' : 'arm', tS: movesS };
}

function least(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function greatest(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
