/** Checks a whole show against its limits, exactly: on its curves, not on samples. Knows no file and no screen. */
import type { Vec3 } from '../../geo/frames.js';
import type { Show } from '../show.js';
import type { Closest } from './closest.js';
import { checkDistances } from './distance.js';
import { checkEscapes } from './escape.js';
import { expectLimits } from './expect-numbers.js';
import { checkFences } from './fences.js';
import { Findings } from './findings.js';
import { type CheckedDrone, checkedDrones } from './fleet.js';
import { checkGroundClearance, checkUnderground } from './ground.js';
import { airLevelM, defaultLimits, type ShowLimits } from './limits.js';
import { checkMotion } from './motion.js';
import type { CheckResult } from './result.js';
import {
  checkEnds,
  checkFlightTime,
  checkStartPosition,
  checkYaw,
  lightsEnd,
  movementOf,
} from './single-checks.js';

/** `positions`: where the real drones stand, by slot, in the axes of the show. */
export type CheckOptions = {
  readonly limits?: Partial<ShowLimits>;
  readonly positions?: ReadonlyMap<string, Vec3>;
};

/**
 * `show` is complete: every trajectory begins at its pad and ends on the ground; one that does not is a violation.
 * Limits: those of the options, else of the show, else the defaults. A result does not depend on the order of slots.
 * @throws ShowError for places, times and limits that are not numbers.
 */
export function checkShow(show: Show, { limits: asked = {}, positions }: CheckOptions = {}): CheckResult {
  const limits: ShowLimits = { ...defaultLimits, ...show.limits, ...asked };
  expectLimits(limits);
  const drones = checkedDrones(show, airLevelM(limits));
  const findings = new Findings();
  const { all, flight } = checkDistances(drones, limits, findings);
  const motion = checkMotion(drones, limits, findings);
  checkGroundClearance(drones, limits, findings);
  checkUnderground(drones, findings);
  checkFences(drones, limits, findings);
  const durationS = checkEach(drones, { limits, positions, findings });
  const { warnings, grid } = checkEscapes(drones, limits, findings);
  const stats = { drones: drones.length, durationS, ...closestStats(drones, all, flight), ...motion };
  return { violations: findings.list(), warnings, stats, grid };
}

type Each = {
  readonly limits: ShowLimits;
  readonly positions: ReadonlyMap<string, Vec3> | undefined;
  readonly findings: Findings;
};

/** @returns when the last movement or light ends, s; at least 0. */
function checkEach(drones: readonly CheckedDrone[], { limits, positions, findings }: Each): number {
  const movements = drones.map(({ path }) => movementOf(path));
  const movedUntilS = movements.reduce((most, movement) => Math.max(most, movement?.endS ?? 0), 0);
  let durationS = movedUntilS;
  drones.forEach((drone, i) => {
    const { slot, show } = drone;
    checkEnds(drone, limits, findings);
    checkFlightTime(drone, { movement: movements[i], limit: limits.maxFlightS }, findings);
    const yaw = checkYaw(slot, show.yaw, limits.maxYawRateDegPerS);
    if (yaw) findings.offer(yaw.t, yaw);
    const { endS, brokenAtS: t } = lightsEnd(show.lights, movedUntilS);
    if (t !== undefined) findings.offer(t, { kind: 'lights', t, drones: [slot], value: 0, limit: 0 });
    durationS = Math.max(durationS, endS ?? 0);
    const placeM = positions?.get(slot);
    if (placeM) checkStartPosition(drone, { placeM, limit: limits.maxStartDistanceM }, findings);
  });
  return durationS;
}

function closestStats(
  drones: readonly CheckedDrone[],
  all: Closest | undefined,
  flight: Closest | undefined,
) {
  const pair = ({ a, b }: Closest): readonly [string, string] => [
    drones[a]?.slot ?? '',
    drones[b]?.slot ?? '',
  ];
  return {
    minDistanceM: all?.distanceM ?? null,
    minDistanceT: all?.t ?? null,
    minDistancePair: all ? pair(all) : null,
    minFlightDistanceM: flight?.distanceM ?? null,
    minFlightDistanceT: flight?.t ?? null,
    minFlightDistancePair: flight ? pair(flight) : null,
  };
}
