/** What the watchdog is told of a flight and what it may do about it: types alone. Knows no player and no MAVLink. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { VehicleState } from '../vehicle/vehicle.js';

/** One moment of a flight. Times are the clock's `monotonicMs`; places are in the frame of `vehicle.position`. */
export type FlightSituation = {
  readonly nowMs: number;
  readonly vehicle: VehicleState;
  /** We armed it or stream to it, our own landing included. */
  readonly isOurs: boolean;
  /** On its way down by our command: a landing, an emergency landing, or a return (`vehicle.role` tells). */
  readonly isLanding: boolean;
  readonly isArmedSinceMs?: number;
  /** The last setpoint that was sent. */
  readonly setpoint?: { readonly positionM: Vec3; readonly sentMs: number };
  /** Where the show wants the drone now. */
  readonly plannedM?: Vec3;
  /** Until the planned touch-down. */
  readonly remainingFlightS?: number;
  readonly server: { readonly isConnected: boolean; readonly lostSinceMs?: number };
  /** The offboard mode was asked for and setpoints are meant to flow. */
  readonly isOffboardExpected: boolean;
};

/** Weakest first; `disarm` is the plain command, which an autopilot refuses in the air. */
export const failsafeActions = ['report', 'hold', 'return', 'land', 'emergency_land', 'disarm'] as const;

export type FailsafeAction = (typeof failsafeActions)[number];

/** One thing that happened: what was found, with its numbers, and what was ordered about it. */
export type FailsafeEvent = {
  readonly id: string;
  readonly atMs: number;
  readonly numbers: { readonly [name: string]: number };
  readonly text: string;
  /** What was ordered; `report` when nothing was, the text then says why. */
  readonly action: FailsafeAction;
};

/** A condition that holds now; `sinceMs`: since when, its delay included. */
export type ActiveCondition = { readonly id: string; readonly text: string; readonly sinceMs: number };

/** For telemetry and the flight log; `fired` has the latest events, oldest first. */
export type FailsafeState = {
  readonly active: readonly ActiveCondition[];
  readonly fired: readonly FailsafeEvent[];
};

/**
 * Who carries out what the watchdog orders. Each returns at once and goes on trying by itself; each supersedes
 * whatever was planned. Of a drone whose motors stand, `hold` leaves the offboard mode.
 */
export interface FailsafeAuthority {
  hold(reason: string): void;
  land(reason: string): void;
  returnHome(reason: string): void;
  emergencyLand(reason: string): void;
  /** The plain command, never a forced one. */
  disarm(reason: string): void;
}

/** Is `action` a stronger measure than `other`? */
export function isStronger(action: FailsafeAction, other: FailsafeAction): boolean {
  return failsafeActions.indexOf(action) > failsafeActions.indexOf(other);
}
