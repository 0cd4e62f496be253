/** The drones of a show as the checks need them: paths, pads and times in the air. Knows no limit but the clearance. */
import type { Vec3 } from '../../geo/frames.js';
import { naturalOrder } from '../natural-order.js';
import { type Path, pieceCount } from '../path.js';
import { pathOf } from '../path-builder.js';
import type { Show, SlotShow } from '../show.js';
import { type Poly, positiveParts } from './bernstein.js';
import { expectPath } from './expect-numbers.js';

/** `airTimesS`: moments at which it rises above the clearance over its pad and falls below it, by turns; ±∞ possible. */
export type CheckedDrone = {
  readonly slot: string;
  readonly show: SlotShow;
  readonly path: Path;
  readonly homeM: Vec3;
  readonly airTimesS: Float64Array;
};

/**
 * Drones in natural order of their slots, whatever the order in the show: results do not depend on it.
 * @throws ShowError for a drone whose places or times are not numbers.
 */
export function checkedDrones({ slots }: Show, clearanceM: number): CheckedDrone[] {
  const names = [...slots.keys()].sort(naturalOrder);
  return names.flatMap((slot) => {
    const show = slots.get(slot);
    if (!show) return [];
    const path = pathOf(show.trajectory);
    expectPath(slot, path, show.homeM);
    const airTimesS = airTimes(path, show.homeM.z + clearanceM);
    return [{ slot, show, path, homeM: show.homeM, airTimesS }];
  });
}

/** The coefficients of one axis (0 = x, 1 = y, 2 = z) of a piece. */
export function axisOf({ firstPoint, controlM }: Path, piece: number, axis: number): Poly {
  const first = firstPoint[piece] ?? 0;
  const points = (firstPoint[piece + 1] ?? 0) - first;
  return Float64Array.from({ length: points }, (_, i) => controlM[3 * (first + i) + axis] ?? 0);
}

export function startOf({ breaksS }: Path): number {
  return breaksS[0] ?? 0;
}

export function endOf({ breaksS }: Path): number {
  return breaksS[breaksS.length - 1] ?? 0;
}

/** In the air at `tS`: above the clearance over its pad. */
export function isInAir({ airTimesS }: Pick<CheckedDrone, 'airTimesS'>, tS: number): boolean {
  let crossed = 0;
  while (crossed < airTimesS.length && (airTimesS[crossed] ?? 0) <= tS) crossed += 1;
  return crossed % 2 === 1;
}

/** Heights up to this above the clearance still count as at it, m. */
const slackM = 1e-7;

function airTimes(path: Path, levelM: number): Float64Array {
  const times: number[] = [];
  const above = (startS: number, endS: number) => {
    if (times.length > 0 && startS <= (times.at(-1) ?? 0) + 1e-7) times.pop();
    else times.push(startS);
    times.push(endS);
  };
  const last = path.controlM.length - 1;
  if ((path.controlM[2] ?? 0) > levelM + slackM) above(Number.NEGATIVE_INFINITY, startOf(path));
  for (let piece = 0; piece < pieceCount(path); piece++) {
    const side = sideOf(path, piece, levelM + slackM);
    const startS = path.breaksS[piece] ?? 0;
    const endS = path.breaksS[piece + 1] ?? 0;
    if (side > 0) above(startS, endS);
    if (side !== 0) continue;
    const height = axisOf(path, piece, 2).map((z) => z - levelM - slackM);
    for (const part of positiveParts([height], { startS, endS, measure: height }))
      above(part.startS, part.endS);
  }
  if ((path.controlM[last] ?? 0) > levelM + slackM) above(endOf(path), Number.POSITIVE_INFINITY);
  return Float64Array.from(times);
}

/** 1: all control points are above the level, −1: none is, 0: it may cross. */
function sideOf({ firstPoint, controlM }: Path, piece: number, levelM: number): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let point = firstPoint[piece] ?? 0; point < (firstPoint[piece + 1] ?? 0); point++) {
    const z = controlM[3 * point + 2] ?? 0;
    least = Math.min(least, z);
    most = Math.max(most, z);
  }
  if (least > levelM) return 1;
  return most <= levelM ? -1 : 0;
}
