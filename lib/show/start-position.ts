/** What a drone tells of where and how its show begins. Knows the plan, not the connection it is told over. */
import type { Vec3 } from '../geo/frames.js';
import type { FlightPlan } from './model.js';

/**
 * First flying frame of the *fly* variant, and the time before it. Metres ENU, rad (NaN = keep the heading); all
 * numbers NaN when nothing flies. `startAction` is the plan's variant, or a text that begins with `error`.
 */
export type StartPosition = {
  readonly positionM: Vec3;
  readonly yawRad: number;
  readonly startAction: string;
  readonly delayS: number;
};

/**
 * Where the plan begins. Without a plan, or with `error` (why it can not be started), the action says so; what is
 * known of the place stays.
 */
export function startPosition(plan: FlightPlan | undefined, error?: string): StartPosition {
  const nan = Number.NaN;
  const start = plan?.start ?? { positionM: { x: nan, y: nan, z: nan }, yawRad: nan, delayS: nan };
  return { ...start, startAction: startAction(plan, error) };
}

/** The telemetry value `start_position`: `[x, y, z, yaw, start action, delay]`. */
export function startPositionTelemetry(
  start: StartPosition,
): [number, number, number, number, string, number] {
  const { x, y, z } = start.positionM;
  return [x, y, z, start.yawRad, start.startAction, start.delayS];
}

function startAction(plan: FlightPlan | undefined, error: string | undefined): string {
  if (error !== undefined) return error.startsWith('error') ? error : `error: ${error}`;
  if (!plan) return 'error: no animation';
  return plan.start ? plan.variant : 'error: the animation has no frame to fly';
}
