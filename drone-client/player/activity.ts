/** What a drone is at, and what follows from that alone. Pure: knows no vehicle, no clock and no timers. */
import { black, type Rgb } from '../../lib/show/model.js';
import type { LedEffect } from '../led/led.js';
import type { Setpoint } from '../vehicle/vehicle.js';
import type { Climb } from './climb.js';
import { indications } from './indications.js';
import type { Launch } from './launch.js';
import type { ShowFlight } from './show-flight.js';

/** `launch` is absent in a climb that begins in the air. A landing is not an activity: it may go on beside a show. */
export type Activity =
  | { readonly kind: 'show'; readonly flight: ShowFlight }
  | { readonly kind: 'climb'; readonly climb: Climb; readonly launch: Launch | undefined }
  | { readonly kind: 'hold'; readonly at: Setpoint };

export type Indications = { readonly hasTakeoffIndication: boolean; readonly hasLandIndication: boolean };

/** `paused`, the task that runs, `NAME in 3.2 s`, or `No task`. */
export function taskText(activity: Activity | undefined, nowMs: number): string {
  if (!activity) return 'No task';
  if (activity.kind !== 'show') return activity.kind === 'climb' ? 'takeoff' : 'hold';
  const { isPaused, step, nextTask } = activity.flight;
  if (isPaused) return 'paused';
  if (step || !nextTask) return step?.kind ?? 'No task';
  return `${nextTask.name} in ${(Math.max(0, nextTask.atMs - nowMs) / 1000).toFixed(1)} s`;
}

/** The launch that still decides whether the motors run; undefined where they run already. */
export function launchOf(activity: Activity | undefined): Launch | undefined {
  if (activity?.kind === 'show') return activity.flight.isDown ? undefined : activity.flight.launch;
  return activity?.kind === 'climb' ? activity.launch : undefined;
}

/** Setpoints above the ground were sent to running motors. */
export function hasLifted(activity: Activity | undefined): boolean {
  if (activity?.kind === 'show') return activity.flight.hasLifted;
  if (activity?.kind === 'climb') return activity.climb.target !== undefined;
  return activity !== undefined;
}

/** The motors run though this activity has not asked for them yet. */
export function isPreempted(activity: Activity | undefined, isArmed: boolean): boolean {
  const launch = launchOf(activity);
  return isArmed && launch !== undefined && !launch.isArmAsked && !hasLifted(activity);
}

/** Setpoints of ours are being sent. */
export function isStreaming(activity: Activity | undefined): boolean {
  return launchOf(activity)?.isStreaming ?? hasLifted(activity);
}

/** The motors run for this activity, so that another mode of the autopilot means that somebody else flies. */
export function isFlying(activity: Activity | undefined): boolean {
  return hasLifted(activity) || (launchOf(activity)?.hasBeenArmed ?? false);
}

/** A show's own colours come first; without one the lights say what the drone does. A hover leaves them alone. */
export function lightOf(
  activity: Activity | undefined,
  at: { readonly nowMs: number; readonly isLanding: boolean },
  shown: Indications,
): Rgb | LedEffect | undefined {
  if (activity?.kind === 'hold' && !at.isLanding) return undefined;
  if (activity?.kind === 'show' && !activity.flight.run.isOver(at.nowMs))
    return activity.flight.run.colorAt(at.nowMs);
  if (at.isLanding) return shown.hasLandIndication ? indications.landing : black;
  if (activity?.kind !== 'climb' || !shown.hasTakeoffIndication) return black;
  return activity.climb.target ? indications.climbing : indications.arming;
}
