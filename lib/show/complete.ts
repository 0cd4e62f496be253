/** Adds what a show's file leaves to the drones: the way up to the first point and down from the last. Pure. */
import { distance, type Vec3 } from '../geo/frames.js';
import { endOf } from './path-builder.js';
import type { Segment, Show, SlotShow, Trajectory } from './show.js';

/** Peak speeds of what is added, m/s: gentler than any limit of the autopilots' own take-off and landing. */
const climbMPerS = 1.5;
const crossMPerS = 2;
const descentMPerS = 1.5;
const touchDownMPerS = 0.7;

/** The last of a descent is flown at the speed of a touch-down, m. */
const touchDownFromM = 2;

/** Below this height a trajectory begins or ends on the ground, m. Source: clever-show's takeoff_level. */
const groundLevelM = 0.5;

/** A first point this near to the pad needs no way there, m. */
const sameM = 0.05;

/** Each movement lasts this at least, s. */
const leastS = 1;

/** Peak speed of `smoothMove` is this many times its mean speed: the maximum of 30 u² (1 − u)². */
const peakFactor = 1.875;

export type CompletedShow = { readonly show: Show; readonly notes: readonly string[] };

/**
 * The show with a take-off where a trajectory begins in the air (straight up from the pad, then across, ending when
 * the trajectory begins; it may begin before 0) and a descent where it ends there (across to `landAtM`, then straight
 * down to the height of the pad). A show that is complete already is given back as it is.
 */
export function completeShow(show: Show): CompletedShow {
  const slots = new Map([...show.slots].map(([slot, part]) => [slot, completeSlot(part)]));
  const changed = (what: (before: SlotShow, after: SlotShow) => boolean) =>
    [...show.slots].filter(([slot, before]) => what(before, slots.get(slot) ?? before)).length;
  const climbs = changed((a, b) => a.trajectory.startS !== b.trajectory.startS);
  const descents = changed((a, b) => endS(a.trajectory) !== endS(b.trajectory));
  if (climbs + descents === 0) return { show, notes: [] };
  return {
    show: { ...show, slots },
    notes: [
      ...(climbs > 0 ? [`${climbs} of ${slots.size} drones begin in the air: a take-off was added`] : []),
      ...(descents > 0 ? [`${descents} of ${slots.size} drones end in the air: a descent was added`] : []),
    ],
  };
}

/** When a trajectory ends, s. */
export function endS({ startS, segments }: Trajectory): number {
  return segments.at(-1)?.endS ?? startS;
}

/** Where a trajectory ends. */
export function lastPoint({ startM, segments }: Trajectory): Vec3 {
  return segments.reduce((at, segment) => endOf(segment, at), startM);
}

function completeSlot(part: SlotShow): SlotShow {
  const before = takeoffPoints(part);
  const after = landingPoints(part);
  if (before.length + after.length === 0) return part;
  const { trajectory } = part;
  const up = moves(before.concat(trajectory.startM), climbMPerS);
  const downFromS = endS(trajectory);
  const down = moves([lastPoint(trajectory), ...after], descentMPerS);
  const startS = trajectory.startS - up.lastsS;
  return {
    ...part,
    trajectory: {
      startS,
      startM: before[0] ?? trajectory.startM,
      segments: [...up.segments(startS), ...trajectory.segments, ...down.segments(downFromS)],
    },
  };
}

/** The pad and, above it, the height of the first point; none when the trajectory begins on the ground. */
function takeoffPoints({ trajectory: { startM }, homeM }: SlotShow): Vec3[] {
  const isOnPad = startM.z - homeM.z <= groundLevelM || distance(startM, homeM) <= sameM;
  if (isOnPad) return [];
  const above = { ...homeM, z: startM.z };
  return distance(above, startM) <= sameM ? [{ ...startM, z: homeM.z }] : [homeM, above];
}

function landingPoints({ trajectory, homeM, landAtM }: SlotShow): Vec3[] {
  const last = lastPoint(trajectory);
  if (last.z - homeM.z <= groundLevelM) return [];
  const over = landAtM ? { x: landAtM.x, y: landAtM.y, z: last.z } : last;
  const across = distance(over, last) <= sameM ? [] : [over];
  const slow = last.z - homeM.z > touchDownFromM ? [{ ...over, z: homeM.z + touchDownFromM }] : [];
  return [...across, ...slow, { ...over, z: homeM.z }];
}

type Moves = { readonly lastsS: number; readonly segments: (startS: number) => Segment[] };

/** Smooth movements from point to point, each from rest to rest. */
function moves(points: readonly Vec3[], verticalMPerS: number): Moves {
  const legs = points.slice(1).map((to, i) => {
    const from = points[i] ?? to;
    return {
      from,
      to,
      lastsS: Math.max(leastS, (peakFactor * distance(from, to)) / speedOf(from, to, verticalMPerS)),
    };
  });
  return {
    lastsS: legs.reduce((sum, { lastsS }) => sum + lastsS, 0),
    segments: (startS) => {
      let atS = startS;
      return legs.map(({ from, to, lastsS }) => {
        atS += lastsS;
        return smoothMove(from, to, atS);
      });
    },
  };
}

function speedOf(from: Vec3, to: Vec3, verticalMPerS: number): number {
  if (Math.abs(to.z - from.z) <= sameM) return crossMPerS;
  const isTouchDown = to.z < from.z && from.z - to.z <= touchDownFromM;
  return isTouchDown ? touchDownMPerS : verticalMPerS;
}

/** The movement of least jerk. Source: T. Flash, N. Hogan, J. Neuroscience 5 (1985); as a Bézier curve of degree 5. */
function smoothMove(from: Vec3, to: Vec3, endS: number): Segment {
  return { kind: 'bezier', endS, controlM: [from, from, to, to, to] };
}
