/** How a drone comes to a stop from a moment of its path. Knows one path at a time. */
import type { Vec3 } from '../../geo/frames.js';
import { motionAt, type Path } from '../path.js';

/** From `fromM` it slows down evenly along its velocity until it stands at `stopM`, `lastsS` later. */
export type Braking = { readonly fromM: Vec3; readonly stopM: Vec3; readonly lastsS: number };

export function brakingAt(path: Path, tS: number, brakingMPerS2: number): Braking {
  const { positionM, velocityMPerS: v } = motionAt(path, tS);
  const lastsS = Math.hypot(v.x, v.y, v.z) / brakingMPerS2;
  const half = lastsS / 2;
  const stopM = { x: positionM.x + v.x * half, y: positionM.y + v.y * half, z: positionM.z + v.z * half };
  return { fromM: positionM, stopM, lastsS };
}

/** The braking as a path: a parabola in time is a Bézier curve whose last two control points are the place of rest. */
export function brakingPath({ fromM, stopM, lastsS }: Braking, startS: number): Path {
  const [a, b] = [
    [fromM.x, fromM.y, fromM.z],
    [stopM.x, stopM.y, stopM.z],
  ] as const;
  if (lastsS < 1e-9) return standingPath(startS, fromM);
  return {
    breaksS: Float64Array.of(startS, startS + lastsS),
    firstPoint: Int32Array.of(0, 3),
    controlM: Float64Array.of(...a, ...b, ...b),
  };
}

/** Straight down from a place to `groundM` at constant speed, then it stays. */
export function landingPath(
  from: Vec3,
  groundM: number,
  start: { startS: number; speedMPerS: number },
): Path {
  const lastsS = (from.z - groundM) / start.speedMPerS;
  if (lastsS < 1e-9) return standingPath(start.startS, from);
  return {
    breaksS: Float64Array.of(start.startS, start.startS + lastsS),
    firstPoint: Int32Array.of(0, 2),
    controlM: Float64Array.of(from.x, from.y, from.z, from.x, from.y, groundM),
  };
}

function standingPath(startS: number, { x, y, z }: Vec3): Path {
  return {
    breaksS: Float64Array.of(startS, startS),
    firstPoint: Int32Array.of(0, 1),
    controlM: Float64Array.of(x, y, z),
  };
}
