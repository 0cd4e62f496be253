/** What a player is at, for those who watch it: the watchdog, the flight log. Pure: reads, decides nothing. */
import type { Vec3 } from '../../lib/geo/frames.js';
import { trajectoryAt } from '../../lib/show/trajectory.js';
import type { Setpoint } from '../vehicle/vehicle.js';
import { type Activity, hasLifted, isFlying, isStreaming, launchOf } from './activity.js';
import type { ShowFlight } from './show-flight.js';
import type { ShowRun } from './show-run.js';

/** The slower of the two autopilots' landing speeds, m/s. Source: ArduPilot LAND_SPEED; PX4's MPC_LAND_SPEED is 0.7. */
const descentMPerS = 0.5;

/** The last moment before the landing at which the plan has a place, s. */
const lookBackS = 0.05;

/** A setpoint and when it was handed to the vehicle, monotonic ms. */
export type SentSetpoint = { readonly setpoint: Setpoint; readonly sentMs: number };

/** Places in the vehicle's local frame. */
export type PlayerSituation = {
  /** We armed it or stream to it, our own landing included. */
  readonly isOurs: boolean;
  readonly isLanding: boolean;
  /** The offboard mode was asked for and setpoints are meant to flow. */
  readonly isOffboardExpected: boolean;
  readonly lastSent: SentSetpoint | undefined;
  readonly plannedM?: Vec3;
  /** Until the planned touch-down. */
  readonly remainingFlightS?: number;
};

export type SituationInput = {
  readonly activity: Activity | undefined;
  readonly isEnding: boolean;
  readonly lastSent: SentSetpoint | undefined;
  readonly nowMs: number;
};

export function playerSituation({ activity, isEnding, lastSent, nowMs }: SituationInput): PlayerSituation {
  const isAsked = launchOf(activity)?.isArmAsked ?? false;
  return {
    isOurs: isEnding || isStreaming(activity) || isFlying(activity),
    isLanding: isEnding,
    isOffboardExpected: !isEnding && (hasLifted(activity) || isAsked),
    lastSent: activity || isEnding ? lastSent : undefined,
    ...(activity?.kind === 'show' && !isEnding && planned(activity.flight, nowMs)),
  };
}

/** Where the show wants the drone now, and how long it is meant to stay in the air from now on. */
function planned(flight: ShowFlight, nowMs: number): Pick<PlayerSituation, 'plannedM' | 'remainingFlightS'> {
  const { run } = flight;
  const land = run.plan.steps.find(({ kind }) => kind === 'land');
  const point = flight.hasLifted && flight.isOnShow ? run.pointAt(nowMs) : undefined;
  return {
    ...(point && { plannedM: point.positionM }),
    ...(land && !flight.isDown && { remainingFlightS: untilLandingS(run, nowMs, land.startS) }),
  };
}

/** With the descent from where the show ends, which the autopilot flies. */
function untilLandingS(run: ShowRun, nowMs: number, landS: number): number {
  const lastZM = trajectoryAt(run.plan, landS - lookBackS)?.positionM.z ?? 0;
  return Math.max(0, landS - run.showS(nowMs)) + Math.max(0, lastZM) / descentMPerS;
}
