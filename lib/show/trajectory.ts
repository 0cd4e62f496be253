/** Evaluates a flight plan at a moment: place, velocity, colour, step. Knows no clock: the time is an argument. */
import { lastAtOrBefore } from './last-at.js';
import { trackColorAt } from './lights.js';
import { black, type FlightPlan, type PlanStep, type Rgb, type TrajectoryPoint } from './model.js';
import { motionAt } from './path.js';
import { yawAt } from './yaw.js';

/**
 * Where the drone should be `tS` seconds after the show's start, and how fast it moves there (the exact derivative, 0
 * wherever the plan stands, waits or has a gap). Undefined outside the plan and while the drone's own take-off decides
 * (`takeoff`).
 */
export function trajectoryAt(plan: FlightPlan, tS: number): TrajectoryPoint | undefined {
  const step = stepAt(plan, tS);
  if (!step || step.kind === 'takeoff' || !plan.path) return undefined;
  const { positionM, velocityMPerS } = motionAt(plan.path, tS);
  return { positionM, velocityMPerS, yawRad: yawAt(plan.yaw, tS) };
}

/** The colour of the lights at `tS`, black before the first and outside the plan. */
export function colorAt(plan: FlightPlan, tS: number): Rgb {
  return tS < plan.durationS ? trackColorAt(plan.lights, tS) : black;
}

/** The step that runs at `tS` (from its start, up to but without its end); undefined outside the plan. */
export function stepAt(plan: FlightPlan, tS: number): PlanStep | undefined {
  const step = plan.steps[lastAtOrBefore(plan.steps.length, (i) => plan.steps[i]?.startS ?? 0, tS)];
  return step && tS < step.endS ? step : undefined;
}
