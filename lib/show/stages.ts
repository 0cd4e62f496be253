/** Finds the five stages of an animation by what moves in it. Knows frames alone: no settings and no flight. */
import type { AnimationFrame } from './model.js';

/**
 * Frame indexes at which stages begin; 0 ≤ takeoff ≤ route ≤ land ≤ staticEnd ≤ number of frames.
 * *static_begin* is [0, takeoff), then [takeoff, route), [route, land), [land, staticEnd), and *static_end* the rest.
 */
export type Stages = {
  readonly takeoff: number;
  readonly route: number;
  readonly land: number;
  readonly staticEnd: number;
};

export type StageName = 'staticBegin' | 'takeoff' | 'route' | 'land' | 'staticEnd';

/** Metres on one axis; less than this between two frames is standing. Source: clever-show's animation splitter. */
const movingDeltaM = 0.01;

type Frames = readonly Pick<AnimationFrame, 'positionM'>[];

/** Splits the frames of a file (as written, before any transform) into its stages. Any list is valid. */
export function splitStages(frames: Frames): Stages {
  const n = frames.length;
  const firstMoving = findPair(frames, isMoving);
  if (firstMoving === undefined) return { takeoff: n, route: n, land: n, staticEnd: n };
  const takeoff = firstMoving === 0 ? 0 : firstMoving + 1;
  const climbEnd = runForward(frames, takeoff, isRisingInPlace);
  const route = climbEnd > takeoff ? climbEnd + 1 : takeoff;
  const lastMoving = findLastPair(frames, isMoving) ?? firstMoving;
  const staticEnd = lastMoving + 1;
  const land = runBackward(frames, staticEnd, isFallingInPlace);
  // Without a route between rise and fall both runs claim the topmost frames: each frame is played once.
  return { takeoff, route, land: Math.max(land, route), staticEnd: Math.max(staticEnd, route) };
}

/** The stage to which a frame belongs. */
export function stageOf(stages: Stages, index: number): StageName {
  if (index < stages.takeoff) return 'staticBegin';
  if (index < stages.route) return 'takeoff';
  if (index < stages.land) return 'route';
  if (index < stages.staticEnd) return 'land';
  return 'staticEnd';
}

type Pair = (a: Frames[number], b: Frames[number]) => boolean;

function isMovingFlat({ positionM: a }: Frames[number], { positionM: b }: Frames[number]): boolean {
  return Math.abs(b.x - a.x) > movingDeltaM || Math.abs(b.y - a.y) > movingDeltaM;
}

const isMoving: Pair = (a, b) => isMovingFlat(a, b) || Math.abs(b.positionM.z - a.positionM.z) > movingDeltaM;
const isRisingInPlace: Pair = (a, b) => !isMovingFlat(a, b) && b.positionM.z > a.positionM.z;
const isFallingInPlace: Pair = (a, b) => !isMovingFlat(a, b) && b.positionM.z < a.positionM.z;

/** Whether frames `index` and `index + 1` both exist and hold the relation. */
function pairHolds(frames: Frames, index: number, holds: Pair): boolean {
  const a = frames[index];
  const b = frames[index + 1];
  return a !== undefined && b !== undefined && holds(a, b);
}

/** First index `i` such that frames i, i+1 hold the relation. */
function findPair(frames: Frames, holds: Pair): number | undefined {
  for (let i = 0; i < frames.length - 1; i++) if (pairHolds(frames, i, holds)) return i;
  return undefined;
}

function findLastPair(frames: Frames, holds: Pair): number | undefined {
  for (let i = frames.length - 2; i >= 0; i--) if (pairHolds(frames, i, holds)) return i;
  return undefined;
}

/** Where the run of pairs that begins at `from` ends: index of its last frame, `from` without a pair. */
function runForward(frames: Frames, from: number, holds: Pair): number {
  let index = from;
  while (pairHolds(frames, index, holds)) index++;
  return index;
}

/** Where the run of pairs that ends at `to` begins. */
function runBackward(frames: Frames, to: number, holds: Pair): number {
  let index = to;
  while (pairHolds(frames, index - 1, holds)) index--;
  return index;
}
