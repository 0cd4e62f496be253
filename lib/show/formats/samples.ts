/** Makes the parts of a show from samples: movement, lights, heading. Knows numbers; no file. */
import { type Vec3, wrapAngleRad } from '../../geo/frames.js';
import type { LightProgram, SlotShow, Trajectory, YawProgram } from '../show.js';

/** Who never leaves its first place by more than this stands still, m. */
const stillM = 0.001;

/** A first sample up to this height stands on its pad; a higher one is in the air, m. */
const padHeightM = 0.5;

/** x, y, z for each time; at least one. No segments when it never moves. */
export function sampledTrajectory(timesS: Float64Array, positionsM: Float64Array): Trajectory {
  const [startS = 0] = timesS;
  const [x = 0, y = 0, z = 0] = positionsM;
  const start = { startS, startM: { x, y, z } };
  const isStill = positionsM.every((value, i) => Math.abs(value - (positionsM[i % 3] ?? 0)) <= stillM);
  if (isStill) return { ...start, segments: [] };
  const samples = { timesS: timesS.slice(1), positionsM: positionsM.slice(3) };
  return { ...start, segments: [{ kind: 'sampled', endS: timesS.at(-1) ?? startS, samples }] };
}

/** The pad of a drone whose file names none: below its first place, or there when that is at the ground. */
export function padBelow({ x, y, z }: Vec3): Vec3 {
  return { x, y, z: z <= padHeightM ? z : 0 };
}

/** Colours (red, green, blue for each time) that blend; keys inside a stretch of one colour are left out. */
export function linearLights(timesS: Float64Array, colors: Uint8Array): LightProgram {
  return keepKeys(
    { kind: 'linear', timesS, colors },
    (i) => !hasColor(colors, i, i - 1) || !hasColor(colors, i, i + 1),
  );
}

/** Colours that each stay until the next; keys that change nothing are left out, but for the last. */
export function stepLights(timesS: Float64Array, colors: Uint8Array): LightProgram {
  const last = timesS.length - 1;
  return keepKeys({ kind: 'step', timesS, colors }, (i) => i === last || !hasColor(colors, i, i - 1));
}

/** One colour from `startS` on. */
export function whiteLights(startS: number): LightProgram {
  return { kind: 'step', timesS: Float64Array.of(startS), colors: Uint8Array.of(255, 255, 255) };
}

/** Three columns as one list: x, y, z (or red, green, blue) for each row. */
export function interleave([first, second, third]: readonly Float64Array[]): Float64Array {
  const list = new Float64Array(3 * (first?.length ?? 0));
  for (let i = 0; 3 * i < list.length; i++) {
    list[3 * i] = first?.[i] ?? 0;
    list[3 * i + 1] = second?.[i] ?? 0;
    list[3 * i + 2] = third?.[i] ?? 0;
  }
  return list;
}

/** A channel from 0 to 255; what a spline made of it may lie a little outside. */
export function clampChannel(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

/**
 * Headings in rad counter-clockwise from the x axis, NaN = keep; from one to the next the short way round. Keys that
 * say nothing new are left out when all are one heading, or none.
 */
export function sampledYaw(timesS: Float64Array, yawsRad: Float64Array): YawProgram {
  const [first = Number.NaN] = yawsRad;
  if (yawsRad.every((yaw) => Number.isNaN(yaw)))
    return { timesS: new Float64Array(), yawsRad: new Float64Array() };
  if (yawsRad.every((yaw) => yaw === first))
    return { timesS: timesS.slice(0, 1), yawsRad: Float64Array.of(first) };
  return { timesS, yawsRad: unwrap(yawsRad) };
}

export const noYaw: YawProgram = { timesS: new Float64Array(), yawsRad: new Float64Array() };

/** A part of a show that its file gives by samples alone. */
export function sampledSlot(part: Pick<SlotShow, 'trajectory' | 'lights' | 'yaw'>): SlotShow {
  return { ...part, pyro: [], homeM: padBelow(part.trajectory.startM) };
}

function unwrap(yawsRad: Float64Array): Float64Array {
  let before: number | undefined;
  return yawsRad.map((yaw) => {
    if (Number.isNaN(yaw)) return yaw;
    before = before === undefined ? yaw : before + wrapAngleRad(yaw - before);
    return before;
  });
}

function hasColor(colors: Uint8Array, key: number, other: number): boolean {
  return [0, 1, 2].every((part) => colors[3 * key + part] === colors[3 * other + part]);
}

type KeyedLights = Exclude<LightProgram, { kind: 'bytecode' }>;

function keepKeys({ kind, timesS, colors }: KeyedLights, isKept: (key: number) => boolean): LightProgram {
  const kept = timesS.map((_, i) => (isKept(i) ? i : -1)).filter((i) => i >= 0);
  const keptColors = new Uint8Array(3 * kept.length);
  for (const [at, i] of kept.entries()) keptColors.set(colors.subarray(3 * i, 3 * i + 3), 3 * at);
  return { kind, timesS: kept.map((i) => timesS[i] ?? 0), colors: keptColors };
}
