/** Drones that move sideways too low, or into the ground. Knows one drone at a time. */
import { pieceCount } from '../path.js';
import { derivative, lowest, mapped, type Poly, sumOfSquares } from './bernstein.js';
import type { Findings } from './findings.js';
import { axisOf, type CheckedDrone } from './fleet.js';
import type { ShowLimits } from './limits.js';
import { slack } from './measure.js';
import { StretchFinder } from './stretch.js';

/** Sideways speed from which a drone counts as moving sideways, m/s. */
const sidewaysMPerS = 0.3;

/** How far below the ground is still at it, m: a landing is flown onto the ground. Source: clever-show's ground check. */
const sinkM = 0.2;

/** `underground`: the lowest height below the ground, which is z = 0, or the pad where that lies lower. */
export function checkUnderground(drones: readonly CheckedDrone[], findings: Findings): void {
  for (const { slot, path, homeM } of drones) {
    const groundM = Math.min(0, homeM.z);
    const finder = new StretchFinder();
    for (let piece = 0; piece < pieceCount(path) && !finder.isClosed; piece++) {
      const [startS, endS] = [path.breaksS[piece] ?? 0, path.breaksS[piece + 1] ?? 0];
      const depth = mapped(axisOf(path, piece, 2), -1, groundM);
      finder.feed([mapped(depth, 1, -sinkM - slack)], { startS, endS, measure: depth });
    }
    const { stretch } = finder;
    if (!stretch) continue;
    const found = { t: stretch.t, drones: [slot], value: -stretch.measure, limit: -sinkM };
    findings.offer(stretch.startS, { kind: 'underground', ...found });
  }
}

/**
 * `groundClearance`: the lowest height over its pad at which a drone moves sideways, outside its own pad: a circle of
 * half of `minPadDistanceM` around it.
 */
export function checkGroundClearance(
  drones: readonly CheckedDrone[],
  limits: ShowLimits,
  findings: Findings,
): void {
  for (const drone of drones) {
    const { stretch } = lowStretch(drone, limits);
    if (!stretch) continue;
    const [value, limit] = [-stretch.measure, limits.groundClearanceM];
    findings.offer(stretch.startS, {
      kind: 'groundClearance',
      ...{ t: stretch.t, drones: [drone.slot], value, limit },
    });
  }
}

function lowStretch({ path, homeM }: CheckedDrone, limits: ShowLimits): StretchFinder {
  const finder = new StretchFinder();
  for (let piece = 0; piece < pieceCount(path) && !finder.isClosed; piece++) {
    const startS = path.breaksS[piece] ?? 0;
    const endS = path.breaksS[piece + 1] ?? 0;
    const height = mapped(axisOf(path, piece, 2), 1, -homeM.z);
    if (lowest(height) >= limits.groundClearanceM - slack || endS <= startS) {
      finder.pass(endS);
      continue;
    }
    const flat = [axisOf(path, piece, 0), axisOf(path, piece, 1)] as const;
    const off: Poly[] = [mapped(flat[0], 1, -homeM.x), mapped(flat[1], 1, -homeM.y)];
    const speed2 = sumOfSquares(flat.map((axis) => derivative(axis, endS - startS)));
    const conditions = [
      mapped(height, -1, limits.groundClearanceM - slack),
      mapped(speed2, 1, -sidewaysMPerS * sidewaysMPerS),
      mapped(sumOfSquares(off), 1, -((limits.minPadDistanceM / 2) ** 2)),
    ];
    finder.feed(conditions, { startS, endS, measure: mapped(height, -1, 0) });
  }
  return finder;
}
