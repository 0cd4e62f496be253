/** The watchdog's conditions on where the drone is and ought to be. Each looks at one moment; none acts or remembers. */
import { distance } from '../../lib/geo/frames.js';
import {
  type Condition,
  type ConditionInput,
  type Finding,
  freshPositionM,
  isInFlight,
  isOurFlight,
  positionAgeS,
} from './condition.js';
import { insideByM } from './polygon.js';
import type { FlightSituation } from './situation.js';

/** The autopilot tells of its estimator about once a second: what is older tells nothing, s. */
const estimatorMaxAgeS = 5;

/** A place that is compared with the present one must be as fresh as this, s. */
const setpointMaxAgeS = 1;

export const placeConditions: readonly Condition[] = [
  { id: 'position_lost', find: findPositionLost, rule: ({ positionLost }) => positionLost },
  { id: 'position_delta', find: findStrayed, rule: ({ strayed }) => strayed },
  { id: 'setpoints_stale', find: findSetpointsStale, rule: ({ setpointsStale }) => setpointsStale },
  { id: 'fence_polygon', find: findOutsidePolygon, rule: ({ fence }) => fence },
  { id: 'fence_ceiling', find: findAboveCeiling, rule: ({ fence }) => fence },
  {
    id: 'fence_near',
    find: findNearFence,
    rule: ({ fence }) => ({ delayS: fence.delayS, action: 'report' }),
  },
  { id: 'fence_bubble', find: findOutsideBubble, rule: ({ bubble }) => bubble },
];

/** The estimate is too old, or the estimator itself does not vouch for it. */
function findPositionLost({ situation, settings }: ConditionInput): Finding | undefined {
  const { maxAgeS } = settings.positionLost;
  if (maxAgeS === undefined || !isWatched(situation, settings.armDelayS)) return undefined;
  const ageS = positionAgeS(situation);
  if (ageS === undefined) return { text: 'position lost: there is no estimate at all', numbers: { maxAgeS } };
  if (!(ageS <= maxAgeS)) {
    const text = `position lost: the estimate is ${ageS.toFixed(1)} s old (limit ${maxAgeS} s)`;
    return { text, numbers: { ageS, maxAgeS } };
  }
  return findNotVouchedFor(situation);
}

function findNotVouchedFor({ vehicle: { estimator }, nowMs }: FlightSituation): Finding | undefined {
  if (!estimator) return undefined;
  const ageS = (nowMs - estimator.atMs) / 1000;
  const missing = [
    ...(estimator.hasHorizontalPosition ? [] : ['horizontal position']),
    ...(estimator.hasVerticalPosition ? [] : ['height']),
  ];
  if (ageS > estimatorMaxAgeS || missing.length === 0) return undefined;
  const text = `position lost: the estimator does not vouch for ${missing.join(' and ')} (told ${ageS.toFixed(1)} s ago)`;
  return { text, numbers: { estimatorAgeS: ageS } };
}

function isWatched(situation: FlightSituation, armDelayS: number): boolean {
  const { isArmedSinceMs, nowMs } = situation;
  const armedForMs = isArmedSinceMs === undefined ? Number.POSITIVE_INFINITY : nowMs - isArmedSinceMs;
  return isOurFlight(situation) && armedForMs >= armDelayS * 1000;
}

/** Too far from the setpoint that it is following. */
function findStrayed(input: ConditionInput): Finding | undefined {
  const { situation, settings } = input;
  const { setpoint, nowMs, isOffboardExpected, isLanding, vehicle } = situation;
  const { maxM } = settings.strayed;
  const positionM = freshPositionM(input);
  if (maxM === undefined || !positionM || !setpoint || !isWatched(situation, settings.armDelayS))
    return undefined;
  const isFollowing = isOffboardExpected && !isLanding && (vehicle.role ?? 'offboard') === 'offboard';
  if (!isFollowing || nowMs - setpoint.sentMs > setpointMaxAgeS * 1000) return undefined;
  const distanceM = distance(positionM, setpoint.positionM);
  if (distanceM <= maxM) return undefined;
  const text = `the drone is ${distanceM.toFixed(1)} m from its setpoint (limit ${maxM} m)`;
  return { text, numbers: { distanceM, maxM } };
}

/** Setpoints are meant to flow and do not. */
function findSetpointsStale({ situation, settings }: ConditionInput): Finding | undefined {
  const { setpoint, nowMs, isOffboardExpected, isLanding } = situation;
  const { maxAgeS } = settings.setpointsStale;
  if (maxAgeS === undefined || !isOurFlight(situation) || !isOffboardExpected || isLanding) return undefined;
  if (!setpoint)
    return { text: 'no setpoint was sent though the drone waits for them', numbers: { maxAgeS } };
  const ageS = (nowMs - setpoint.sentMs) / 1000;
  if (ageS <= maxAgeS) return undefined;
  const text = `the last setpoint was sent ${ageS.toFixed(1)} s ago (limit ${maxAgeS} s)`;
  return { text, numbers: { ageS, maxAgeS } };
}

function findOutsidePolygon(input: ConditionInput): Finding | undefined {
  const { polygon } = input.settings.fence;
  const placeM = flownPlaceM(input);
  if (polygon.length === 0 || !placeM) return undefined;
  const insideM = insideByM(polygon, placeM);
  if (insideM >= 0) return undefined;
  const text = `outside the fence by ${(-insideM).toFixed(1)} m, at x ${placeM.x.toFixed(1)} y ${placeM.y.toFixed(1)}`;
  return { text, numbers: { outsideM: -insideM, x: placeM.x, y: placeM.y } };
}

function findAboveCeiling(input: ConditionInput): Finding | undefined {
  const { ceilingZM } = input.settings.fence;
  const placeM = flownPlaceM(input);
  if (ceilingZM === undefined || !placeM || placeM.z <= ceilingZM) return undefined;
  const text = `at a height of ${placeM.z.toFixed(1)} m, above the fence's ceiling of ${ceilingZM} m`;
  return { text, numbers: { z: placeM.z, ceilingZM } };
}

/** Still inside, but with less than the margin left to a side or to the ceiling. */
function findNearFence(input: ConditionInput): Finding | undefined {
  const { polygon, ceilingZM, marginM } = input.settings.fence;
  const placeM = flownPlaceM(input);
  if (marginM === undefined || !placeM) return undefined;
  const toSideM = polygon.length === 0 ? Number.POSITIVE_INFINITY : insideByM(polygon, placeM);
  const toCeilingM = ceilingZM === undefined ? Number.POSITIVE_INFINITY : ceilingZM - placeM.z;
  const leftM = Math.min(toSideM, toCeilingM);
  if (leftM < 0 || leftM >= marginM) return undefined;
  const what = toSideM <= toCeilingM ? 'the fence' : "the fence's ceiling";
  return {
    text: `only ${leftM.toFixed(1)} m inside ${what} (margin ${marginM} m)`,
    numbers: { leftM, marginM },
  };
}

/** Too far from where the show wants it, whatever the setpoint says. */
function findOutsideBubble(input: ConditionInput): Finding | undefined {
  const { plannedM, isLanding } = input.situation;
  const { radiusM } = input.settings.bubble;
  const positionM = freshPositionM(input);
  if (radiusM === undefined || !plannedM || !positionM || isLanding) return undefined;
  if (!isOurFlight(input.situation) || !isInFlight(input.situation)) return undefined;
  const distanceM = distance(positionM, plannedM);
  if (distanceM <= radiusM) return undefined;
  const text = `the drone is ${distanceM.toFixed(1)} m from its place in the show (bubble ${radiusM} m)`;
  return { text, numbers: { distanceM, radiusM } };
}

/** Where a flight of ours is, in the frame of the show; undefined on the ground or when it is not known. */
function flownPlaceM(input: ConditionInput): ReturnType<ConditionInput['toShowM']> {
  const { situation, toShowM } = input;
  if (!isOurFlight(situation) || !isInFlight(situation)) return undefined;
  const positionM = freshPositionM(input);
  return positionM && toShowM(positionM);
}
