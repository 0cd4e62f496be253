/** Scales, mirrors, turns, shifts, and slows down or speeds up a whole show. Pure; knows no file and no drone. */
import { ShowError } from '../errors.js';
import { isFiniteVec3, type Vec3 } from '../geo/frames.js';
import type { Show, ShowSegments, SlotShow, Span, YawProgram } from './show.js';
import { scaleLights } from './transform-lights.js';
import {
  type AffineMap,
  addVec3,
  type Mirror,
  mapOf,
  mapPoint,
  mapPolygon,
  mapYaw,
} from './transform-map.js';
import { moveTrajectory, resampleTrajectory } from './transform-trajectory.js';

/**
 * In this order: ratio (> 0 each), mirror, rotation about the origin (rad counter-clockwise), common offset, private
 * offset of a slot. - `timeScale`: > 0; 2 = twice as long. - `yaw`: 'show' = as the show has it, mirrored and turned
 * with it; 'keep' = the drone's own heading throughout; a number = that heading in the axes of the result, rad.
 * - `rateHz`: if given, 0.1 to 100, trajectories become splines through so many samples a second.
 */
export type ShowTransform = {
  readonly ratio: Vec3;
  readonly mirror: Mirror;
  readonly rotationRad: number;
  readonly timeScale: number;
  readonly commonOffsetM: Vec3;
  readonly privateOffsetM: ReadonlyMap<string, Vec3>;
  readonly yaw: 'show' | 'keep' | number;
  readonly rateHz?: number;
};

const zero: Vec3 = { x: 0, y: 0, z: 0 };

/** Leaves every show as it is. */
export const identityTransform: ShowTransform = {
  ratio: { x: 1, y: 1, z: 1 },
  mirror: 'none',
  rotationRad: 0,
  timeScale: 1,
  commonOffsetM: zero,
  privateOffsetM: new Map(),
  yaw: 'show',
};

/** Lights that never end are computed so long past all that moves, s: longer than any descent that follows it. */
const endlessLightsS = 300;

/**
 * Everything moves along: trajectories (exactly, of whatever kind), pads, landing places, headings, the show's own
 * geofence and audience (these without private offsets), and with the time lights, cues, segments, pyro and the
 * beginning of the music (the music itself is not stretched). Numeric limits, origin and heading of the axes stay.
 * Pads stay on the ground: with an offset in z a pad lies at z = 0, and the show goes up or down above it.
 * @throws ShowError saying what is wrong with the transform, or for a light program that can not be read.
 */
export function transformShow(show: Show, transform: ShowTransform): Show {
  expectTransform(show, transform);
  const { commonOffsetM, privateOffsetM, timeScale } = transform;
  const untilS = lastMoment(show) + endlessLightsS / Math.min(1, timeScale);
  const slots = new Map(
    [...show.slots].map(([slot, part]) => {
      const offsetM = addVec3(commonOffsetM, privateOffsetM.get(slot) ?? zero);
      const map = mapOf(transform.ratio, transform, offsetM);
      return [slot, movePart(part, { transform, map, untilS })] as const;
    }),
  );
  const { music } = show;
  return {
    ...show,
    slots,
    cues: show.cues.map((cue) => ({ ...cue, tS: cue.tS * timeScale })),
    ...(music && { music: { ...music, startS: music.startS * timeScale } }),
    segments: scaleSegments(show.segments, timeScale),
    limits: moveLimits(show.limits, mapOf(transform.ratio, transform, commonOffsetM)),
  };
}

type Move = { readonly transform: ShowTransform; readonly map: AffineMap; readonly untilS: number };

function movePart(part: SlotShow, { transform, map, untilS }: Move): SlotShow {
  const { timeScale, rateHz } = transform;
  const trajectory = moveTrajectory(part.trajectory, map, timeScale);
  const home = mapPoint(map, part.homeM);
  return {
    trajectory: rateHz === undefined ? trajectory : resampleTrajectory(trajectory, rateHz),
    lights: scaleLights(part.lights, timeScale, untilS),
    yaw: moveYaw(part.yaw, transform),
    pyro: part.pyro.map((event) => ({ ...event, tS: event.tS * timeScale })),
    homeM: map.offsetM.z === 0 ? home : { ...home, z: 0 },
    ...(part.landAtM && { landAtM: mapPoint(map, part.landAtM) }),
  };
}

function moveYaw({ timesS, yawsRad }: YawProgram, transform: ShowTransform): YawProgram {
  const { yaw, timeScale } = transform;
  if (yaw === 'keep') return { timesS: new Float64Array(), yawsRad: new Float64Array() };
  if (yaw !== 'show') return { timesS: Float64Array.of(0), yawsRad: Float64Array.of(yaw) };
  return {
    timesS: timesS.map((tS) => tS * timeScale),
    yawsRad: yawsRad.map((yawRad) => mapYaw(yawRad, transform)),
  };
}

function scaleSegments({ takeoff, show, landing }: ShowSegments, timeScale: number): ShowSegments {
  const scale = ({ startS, endS }: Span) => ({ startS: startS * timeScale, endS: endS * timeScale });
  return {
    ...(takeoff && { takeoff: scale(takeoff) }),
    ...(show && { show: scale(show) }),
    ...(landing && { landing: scale(landing) }),
  };
}

function moveLimits(limits: Show['limits'], map: AffineMap): Show['limits'] {
  const { geofence, audience } = limits;
  return {
    ...limits,
    ...(geofence && { geofence: mapPolygon(map, geofence) }),
    ...(audience && { audience: mapPolygon(map, audience) }),
  };
}

/** When the last movement ends, s; at least 0. */
function lastMoment({ slots }: Show): number {
  const ends = [...slots.values()].map(({ trajectory }) => trajectory.segments.at(-1)?.endS ?? 0);
  return ends.reduce((latest, endS) => Math.max(latest, endS), 0);
}

function expectTransform(show: Show, transform: ShowTransform): void {
  const { ratio, rotationRad, timeScale, commonOffsetM, privateOffsetM, yaw, rateHz } = transform;
  for (const axis of ['x', 'y', 'z'] as const) expectPositive(ratio[axis], `the ratio of ${axis}`);
  expectPositive(timeScale, 'the time scale');
  if (!Number.isFinite(rotationRad)) throw new ShowError(`a rotation of ${rotationRad} rad is not possible`);
  if (typeof yaw === 'number' && !Number.isFinite(yaw))
    throw new ShowError(`a yaw of ${yaw} rad is not possible: to leave it to the drones say keep`);
  if (rateHz !== undefined && !(rateHz >= 0.1 && rateHz <= 100))
    throw new ShowError(`${rateHz} samples a second are not possible, expected 0.1 to 100 Hz`);
  expectOffset(commonOffsetM, 'the common offset');
  for (const [slot, offsetM] of privateOffsetM) {
    if (!show.slots.has(slot))
      throw new ShowError(`${show.title} has no part ${slot}, for which there is a private offset`);
    expectOffset(offsetM, `the private offset of ${slot}`);
  }
}

function expectPositive(value: number, what: string): void {
  if (!(value > 0 && Number.isFinite(value)))
    throw new ShowError(`${what} is ${value}, expected a number above 0`);
}

function expectOffset(offsetM: Vec3, what: string): void {
  if (isFiniteVec3(offsetM)) return;
  throw new ShowError(`${what} is (${offsetM.x}, ${offsetM.y}, ${offsetM.z}), expected three numbers`);
}
