/** Checks of one drone that need no curve: first and last point, time in flight, yaw, lights, place before the show. */

import { ShowError } from '../../errors.js';
import type { Vec3 } from '../../geo/frames.js';
import { lightTrack } from '../lights.js';
import { type Path, pieceCount } from '../path.js';
import type { LightProgram, YawProgram } from '../show.js';
import type { Findings } from './findings.js';
import { type CheckedDrone, endOf, startOf } from './fleet.js';
import { airLevelM, type ShowLimits } from './limits.js';
import { slack } from './measure.js';
import type { Violation } from './result.js';
import { StretchFinder } from './stretch.js';

/** From the first movement to the end of the last one, s; undefined if it never moves. */
export type Movement = { readonly startS: number; readonly endS: number } | undefined;

/** A light program that runs on for longer than this after the last movement is taken to have no end. */
const longestAfterglowS = 600;

export function movementOf(path: Path): Movement {
  const pieces = pieceCount(path);
  let first = 0;
  while (first < pieces && stands(path, first)) first += 1;
  if (first === pieces) return undefined;
  let last = pieces - 1;
  while (stands(path, last)) last -= 1;
  return { startS: path.breaksS[first] ?? 0, endS: path.breaksS[last + 1] ?? 0 };
}

function stands({ firstPoint, controlM }: Path, piece: number): boolean {
  const first = 3 * (firstPoint[piece] ?? 0);
  for (let i = first + 3; i < 3 * (firstPoint[piece + 1] ?? 0); i++)
    if (controlM[i] !== controlM[first + ((i - first) % 3)]) return false;
  return true;
}

/**
 * `firstPoint`, `lastPoint`: the path begins or ends in the air; value = height over the pad, m. `padPoint`: it begins
 * beside the pad, where the drone does not stand; value = horizontal distance, m.
 */
export function checkEnds({ path, homeM, slot }: CheckedDrone, limits: ShowLimits, findings: Findings): void {
  const check = (kind: 'firstPoint' | 'lastPoint' | 'padPoint', t: number, value: number) => {
    const limit = kind === 'padPoint' ? limits.maxStartDistanceM : airLevelM(limits);
    if (!(value <= limit + slack)) findings.offer(t, { kind, t, drones: [slot], value, limit });
  };
  const [x = 0, y = 0, z = 0] = path.controlM;
  check('firstPoint', startOf(path), z - homeM.z);
  check('padPoint', startOf(path), Math.hypot(x - homeM.x, y - homeM.y));
  check('lastPoint', endOf(path), (path.controlM[path.controlM.length - 1] ?? 0) - homeM.z);
}

/** `flightTime`: t = end of the last movement. */
export function checkFlightTime(
  { slot }: CheckedDrone,
  { movement, limit }: { readonly movement: Movement; readonly limit: number },
  findings: Findings,
): void {
  if (!movement) return;
  const value = movement.endS - movement.startS;
  const t = movement.endS;
  if (value > limit + slack) findings.offer(t, { kind: 'flightTime', t, drones: [slot], value, limit });
}

/** `yawRate`, deg/s: t = when the fastest turn of the first stretch begins. A turn in no time is infinitely fast. */
export function checkYaw(
  slot: string,
  { timesS, yawsRad }: YawProgram,
  limit: number,
): Violation | undefined {
  const finder = new StretchFinder();
  for (let i = 0; i + 1 < timesS.length; i++) {
    const [startS = 0, endS = 0] = timesS.subarray(i, i + 2);
    const [from = Number.NaN, to = Number.NaN] = yawsRad.subarray(i, i + 2);
    const rate = (Math.abs(to - from) * 180) / Math.PI / (endS - startS);
    if (rate > limit + slack) finder.add({ startS, t: startS, measure: rate }, endS);
    finder.pass(endS);
  }
  const { stretch } = finder;
  return stretch && { kind: 'yawRate', t: stretch.t, drones: [slot], value: stretch.measure, limit };
}

/**
 * When the program's last change is, up to 10 minutes after `movedUntilS`; undefined if there is none, or no end.
 * `brokenAtS`: it can not be run; the time of the key at which times do not rise, 0 for bytecode.
 */
export function lightsEnd(
  program: LightProgram,
  movedUntilS: number,
): { readonly endS?: number; readonly brokenAtS?: number } {
  if (program.kind !== 'bytecode') {
    const { timesS } = program;
    const fall = timesS.findIndex((time, i) => Number.isNaN(time) || (i > 0 && time <= (timesS[i - 1] ?? 0)));
    if (fall >= 0) return { brokenAtS: timesS[fall] ?? 0 };
  }
  const untilS = movedUntilS + longestAfterglowS;
  try {
    const { timesS } = lightTrack(program, untilS);
    const endS = timesS[timesS.length - 1];
    const isEndless = program.kind === 'bytecode' && endS !== undefined && endS >= untilS;
    return endS === undefined || isEndless ? {} : { endS };
  } catch (error) {
    if (error instanceof ShowError) return { brokenAtS: 0 };
    throw error;
  }
}

/** `startPosition`: horizontal distance from the pad at which the drone stands, m; heights by GPS are not comparable. */
export function checkStartPosition(
  { slot, homeM, path }: CheckedDrone,
  { placeM, limit }: { readonly placeM: Vec3; readonly limit: number },
  findings: Findings,
): void {
  const value = Math.hypot(placeM.x - homeM.x, placeM.y - homeM.y);
  const t = startOf(path);
  if (!(value <= limit + slack))
    findings.offer(t, { kind: 'startPosition', t, drones: [slot], value, limit });
}
