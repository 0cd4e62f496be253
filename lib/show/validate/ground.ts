/** Drones that move sideways too low. Knows one drone at a time. */
import { pieceCount } from '../path.js';
import { derivative, lowest, mapped, type Poly, sumOfSquares } from './bernstein.js';
import type { Findings } from './findings.js';
import { axisOf, type CheckedDrone } from './fleet.js';
import type { ShowLimits } from './limits.js';
import { slack } from './measure.js';
import { StretchFinder } from './stretch.js';

/** Sideways speed from which a drone counts as moving sideways, m/s. */
const sidewaysMPerS = 0.3;

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
