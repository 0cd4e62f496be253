/** Writes what one drone of a show does as the objects of a `.skyc` archive. Knows a slot; no other drone, no file. */
import type { Vec3 } from '../../../geo/frames.js';
import { pieceCount } from '../../path.js';
import { pathOf } from '../../path-builder.js';
import type { PyroEvent, Trajectory, YawProgram } from '../../show.js';

/** Positions are written to a thousandth of a millimetre, so that slopes of short curves stay. */
const positionsPerM = 1e6;

type WrittenPoint = readonly [number, readonly number[], readonly (readonly number[])[]];

/** The pieces of the trajectory's path, all times `shiftS` later. */
export function writeTrajectory(trajectory: Trajectory, shiftS: number): object {
  const path = pathOf(trajectory);
  const points: WrittenPoint[] = [[trajectory.startS + shiftS, writeVector(trajectory.startM), []]];
  for (let piece = 0; piece < pieceCount(path); piece++) {
    const [startS = 0, endS = 0] = path.breaksS.subarray(piece, piece + 2);
    if (endS <= startS) continue;
    const [first = 0, next = 0] = path.firstPoint.subarray(piece, piece + 2);
    const inner: number[][] = [];
    for (let point = first + 1; point < next - 1; point++) inner.push(pointAt(path.controlM, point));
    points.push([endS + shiftS, pointAt(path.controlM, next - 1), inner]);
  }
  return { version: 1, takeoffTime: 0, points };
}

export function writeVector({ x, y, z }: Vec3): number[] {
  return [x, y, z].map(rounded);
}

function pointAt(controlM: Float64Array, point: number): number[] {
  return Array.from(controlM.subarray(3 * point, 3 * point + 3), rounded);
}

function rounded(valueM: number): number {
  return Math.round(valueM * positionsPerM) / positionsPerM + 0;
}

/** `keepsUneven`: that there are stretches in which the heading is to be kept, which the format has no word for. */
export type WrittenYaw = { readonly yaw: object; readonly keepsUneven: boolean };

/**
 * The heading in degrees clockwise; undefined for one that is kept throughout. Where it is to be kept for a while, it
 * turns evenly from what it was to what comes next.
 */
export function writeYaw({ timesS, yawsRad }: YawProgram, shiftS: number): WrittenYaw | undefined {
  const setpoints: [number, number][] = [];
  let keepsUneven = false;
  for (let i = 0; i < timesS.length; i++) {
    const yawRad = yawsRad[i] ?? Number.NaN;
    const tS = (timesS[i] ?? 0) + shiftS;
    const held = setpoints.at(-1)?.[1];
    if (Number.isNaN(yawRad)) {
      keepsUneven ||= i + 1 < timesS.length;
      if (held !== undefined) setpoints.push([tS, held]);
    } else {
      setpoints.push([tS, yawRad === 0 ? 0 : (-yawRad * 180) / Math.PI]);
    }
  }
  return setpoints.length === 0 ? undefined : { yaw: { version: 1, setpoints }, keepsUneven };
}

/** Undefined where there is none. */
export function writePyro(events: readonly PyroEvent[], shiftS: number): object | undefined {
  if (events.length === 0) return undefined;
  const names = [...new Set(events.map(({ payload }) => payload))];
  return {
    version: 1,
    events: events.map(({ tS, channel, payload }) => [tS + shiftS, channel, payload]),
    payloads: Object.fromEntries(names.map((name) => [name, { name }])),
  };
}
