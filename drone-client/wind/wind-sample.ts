/** One moment of a flight as the wind is estimated from it, and its low pass. Knows what autopilots tell, and no wind. */
import type { Vec3 } from '../../lib/geo/frames.js';
import { rotationOf } from '../../lib/geo/rotation.js';
import type { VehicleState } from '../vehicle/vehicle.js';

/** Older word of the autopilot says nothing about now, and after such a gap everything begins anew, ms. */
export const staleMs = 1000;
/** Leaning further it flips, falls or tumbles: the least of the up axis that points up. */
const leastUp = 0.5;

/** A horizontal vector in the frame of the vehicle's position. */
export type Flat = { readonly x: number; readonly y: number };

/** One moment; `setpointM`: where it was to be, in the frame of the vehicle's position. */
export type WindInput = { readonly nowMs: number; readonly vehicle: VehicleState; readonly setpointM?: Vec3 };

type Sample = {
  readonly atMs: number;
  readonly velocityMPerS: Vec3;
  /** The up axis, so long that it points up by 1. */
  readonly lean: Flat;
  readonly offM: Flat | undefined;
};

/** What is filtered, all of it alike, so that a velocity and its change belong together. */
export type Filtered = {
  readonly atMs: number;
  readonly velocityMPerS: Vec3;
  readonly accelerationMPerS2: Vec3;
  readonly lean: Flat;
  readonly offM: Flat | undefined;
};

/** Undefined where it does not fly, or what the autopilot says of it can not be believed. */
export function sampleOf({ nowMs, vehicle, setpointM }: WindInput): Sample | undefined {
  const { connected, armed, landed, position, attitude, estimator } = vehicle;
  if (!connected || !armed || landed !== 'in_air' || !position || !attitude) return undefined;
  if (estimator?.hasHorizontalVelocity === false) return undefined;
  if (nowMs - Math.min(position.atMs, attitude.atMs) > staleMs) return undefined;
  const { x, y, z } = rotationOf(attitude);
  if (z.z < leastUp) return undefined;
  const offM = setpointM && {
    x: position.positionM.x - setpointM.x,
    y: position.positionM.y - setpointM.y,
  };
  const { atMs } = attitude;
  return { atMs, velocityMPerS: position.velocityMPerS, lean: { x: x.z / z.z, y: y.z / z.z }, offM };
}

/** `part`: how far it goes towards the sample, 0…1. */
export function filter(before: Filtered, sample: Sample, part: number): Filtered {
  const { x, y } = towards(before.velocityMPerS, sample.velocityMPerS, part);
  const z = before.velocityMPerS.z + (sample.velocityMPerS.z - before.velocityMPerS.z) * part;
  const dtS = (sample.atMs - before.atMs) / 1000;
  return {
    atMs: sample.atMs,
    velocityMPerS: { x, y, z },
    accelerationMPerS2: {
      x: (x - before.velocityMPerS.x) / dtS,
      y: (y - before.velocityMPerS.y) / dtS,
      z: (z - before.velocityMPerS.z) / dtS,
    },
    lean: towards(before.lean, sample.lean, part),
    offM: sample.offM && towards(before.offM ?? sample.offM, sample.offM, part),
  };
}

/** As far of the way as `part` says, 0…1. */
export function towards(from: Flat, to: Flat, part: number): Flat {
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}
