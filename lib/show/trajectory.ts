/** Evaluates a flight plan at a moment: place, velocity, colour, step. Knows no clock: the time is an argument. */
import { type Vec3, wrapAngleRad } from '../geo/frames.js';
import {
  black,
  type FlightPlan,
  type PlanKey,
  type PlanStep,
  type Rgb,
  type TrajectoryPoint,
} from './model.js';

/**
 * Where the drone should be `tS` seconds after the show's start, and how fast it moves there.
 * Between keys each axis is a cubic that starts and ends at the keys, has a continuous velocity and never leaves the
 * range between them; `velocityMPerS` is its exact derivative, 0 wherever the plan stands, waits or has a gap.
 * Undefined outside the plan and while the drone's own take-off decides (`takeoff`).
 */
export function trajectoryAt(plan: FlightPlan, tS: number): TrajectoryPoint | undefined {
  const step = stepAt(plan, tS);
  if (!step || step.kind === 'takeoff') return undefined;
  const index = lastAtOrBefore(plan.keys, (key) => key.tS, tS);
  const key = plan.keys[index];
  if (!key) return undefined;
  const next = plan.keys[index + 1];
  if (key.isHeld || !next)
    return { positionM: key.positionM, velocityMPerS: { x: 0, y: 0, z: 0 }, yawRad: key.yawRad };
  return glide(plan.keys, index, tS);
}

/** The colour of the last key at or before `tS`, black before the first and outside the plan; colours do not blend. */
export function colorAt(plan: FlightPlan, tS: number): Rgb {
  if (!(tS < plan.durationS)) return black;
  return plan.keys[lastAtOrBefore(plan.keys, (key) => key.tS, tS)]?.color ?? black;
}

/** The step that runs at `tS` (from its start, up to but without its end); undefined outside the plan. */
export function stepAt(plan: FlightPlan, tS: number): PlanStep | undefined {
  const step = plan.steps[lastAtOrBefore(plan.steps, (candidate) => candidate.startS, tS)];
  return step && tS < step.endS ? step : undefined;
}

/** Index of the last item whose time is ≤ `tS`, −1 when there is none (or `tS` is NaN). */
function lastAtOrBefore<T>(items: readonly T[], timeOf: (item: T) => number, tS: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && timeOf(item) <= tS) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

type Axis = 'x' | 'y' | 'z';

function glide(keys: readonly PlanKey[], index: number, tS: number): TrajectoryPoint | undefined {
  const from = keys[index];
  const to = keys[index + 1];
  if (!from || !to) return undefined;
  const spanS = to.tS - from.tS;
  const u = (tS - from.tS) / spanS;
  const axis = (name: Axis) =>
    hermite(
      { p0: from.positionM[name], p1: to.positionM[name] },
      { v0: slopeAt(keys, index, name), v1: slopeAt(keys, index + 1, name), spanS },
      u,
    );
  const [x, y, z] = [axis('x'), axis('y'), axis('z')];
  const positionM: Vec3 = { x: x.value, y: y.value, z: z.value };
  const velocityMPerS: Vec3 = { x: x.rate, y: y.rate, z: z.rate };
  return { positionM, velocityMPerS, yawRad: blendYaw(from.yawRad, to.yawRad, u) };
}

/** Cubic from p0 to p1 with end velocities v0, v1 over `spanS`; `u` 0…1 is the part of the span gone by. */
function hermite(
  { p0, p1 }: { p0: number; p1: number },
  { v0, v1, spanS }: { v0: number; v1: number; spanS: number },
  u: number,
): { value: number; rate: number } {
  const delta = p1 - p0;
  const a = spanS * v0;
  const b = spanS * v1;
  const c2 = 3 * delta - 2 * a - b;
  const c3 = a + b - 2 * delta;
  return { value: p0 + u * (a + u * (c2 + u * c3)), rate: (a + u * (2 * c2 + 3 * u * c3)) / spanS };
}

/**
 * Velocity at a key: that of the parabola through it and its neighbours, limited to three times the flatter side, and
 * 0 where the direction turns or one side is held, which keeps each cubic between its ends.
 * Source: C. de Boor, B. Swartz, "Piecewise monotone interpolation", J. Approx. Theory 21 (1977).
 */
function slopeAt(keys: readonly PlanKey[], index: number, axis: Axis): number {
  const [before, key, after] = [keys[index - 1], keys[index], keys[index + 1]];
  if (!before || !key || !after || before.isHeld || key.isHeld) return 0;
  const [leftS, rightS] = [key.tS - before.tS, after.tS - key.tS];
  const left = (key.positionM[axis] - before.positionM[axis]) / leftS;
  const right = (after.positionM[axis] - key.positionM[axis]) / rightS;
  if (left * right <= 0) return 0;
  const parabola = (rightS * left + leftS * right) / (leftS + rightS);
  const limit = 3 * Math.min(Math.abs(left), Math.abs(right));
  return Math.max(-limit, Math.min(limit, parabola));
}

/** The short way round; NaN (keep the heading) at either end is not blended. */
function blendYaw(from: number, to: number, u: number): number {
  if (u === 0 || Number.isNaN(from) || Number.isNaN(to)) return from;
  return wrapAngleRad(from + u * wrapAngleRad(to - from));
}
