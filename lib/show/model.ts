/** The types of a show as Starling flies it: animation frames in, one drone's flight plan out. Knows no files. */
import type { Vec3 } from '../geo/frames.js';
import type { LightTrack } from './light-track.js';
import type { Path } from './path.js';
import type { YawProgram } from './show.js';

/** Colour, 0…255 each. */
export type Rgb = { readonly red: number; readonly green: number; readonly blue: number };

export const black: Rgb = { red: 0, green: 0, blue: 0 };

/** One frame of an animation as the file has it: metres ENU, yaw rad counter-clockwise from east; `durationS` until the next. */
export type AnimationFrame = {
  readonly positionM: Vec3;
  readonly yawRad: number;
  readonly color: Rgb;
  readonly durationS: number;
};

/** One drone's animation as read from its file. */
export type Animation = { readonly id: string; readonly frames: readonly AnimationFrame[] };

/**
 * One step of a flight plan. Times are seconds after the show's start; steps follow each other without a gap.
 * - `stand`: motors off (before the take-off) or already landing (after `land`); colours play.
 * - `arm`: motors start, on the ground. - `takeoff`: climb to `heightM` above the present position.
 * - `reach`: fly to a point. - `fly`: follow the trajectory. - `land`: a moment; the autopilot lands.
 */
export type PlanStep =
  | { readonly kind: 'stand' | 'arm' | 'fly'; readonly startS: number; readonly endS: number }
  | { readonly kind: 'takeoff'; readonly startS: number; readonly endS: number; readonly heightM: number }
  | {
      readonly kind: 'reach';
      readonly startS: number;
      readonly endS: number;
      readonly positionM: Vec3;
      readonly yawRad: number;
    }
  | { readonly kind: 'land'; readonly startS: number; readonly endS: number };

/** Where a drone should be at one moment: local frame, ENU; `yawRad` NaN = keep the heading. */
export type TrajectoryPoint = {
  readonly positionM: Vec3;
  readonly velocityMPerS: Vec3;
  readonly yawRad: number;
};

/** Where the *fly* variant begins to fly, and how long after the show's start (before its `arm`). */
export type PlanStart = { readonly positionM: Vec3; readonly yawRad: number; readonly delayS: number };

/**
 * Everything one drone needs to fly its part: discrete steps, and where it is, heads and shines at any time. Times are
 * seconds after the show's start. Outside `fly` and `reach` the path says where it would be, and nobody flies it.
 */
export type FlightPlan = {
  /** Name of the animation or show, for people. */
  readonly animationId: string;
  readonly variant: 'fly' | 'takeoff';
  readonly steps: readonly PlanStep[];
  /** May jump where stages were removed; undefined when the plan has no place at all. */
  readonly path: Path | undefined;
  readonly yaw: YawProgram;
  readonly lights: LightTrack;
  readonly durationS: number;
  /** First flying frame of the *fly* variant, whichever variant this is; undefined when nothing flies. */
  readonly start: PlanStart | undefined;
  /** Lowest z of the chosen output, m; NaN without a flying frame. */
  readonly lowestZM: number;
};
