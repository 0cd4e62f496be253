/** The port between a mode and the controller: what the mode wants at this moment. Knows no messages and no reasons. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { OffboardStream } from './offboard-stream.js';
import type { AttitudeDemand, Demand, PositionDemand } from './position-control.js';

/** All in the estimator's local ENU frame. */
export type ModeInput = {
  readonly mode: string;
  readonly isFailsafe: boolean;
  readonly nowMs: number;
  readonly isLanded: boolean;
  /** The estimated position can be flown by. */
  readonly hasPosition: boolean;
  readonly positionM: Vec3;
  readonly velocityMPerS: Vec3;
  readonly stream: OffboardStream;
};

/** Each firmware has its own: what its modes do. Remembers where a mode was entered. */
export interface FlightMode {
  /** Where it returns to, and above which heights count; undefined before it is known. */
  homeM: Vec3 | undefined;
  /** Climbing because of a take-off command, not yet there. */
  readonly isTakingOff: boolean;
  /** Told where the next take-off ends (local z); undefined = as its parameters say. */
  takeOffTo(zM: number | undefined): void;
  /** True once, when a take-off that ends by a change of mode is at its height. */
  isTakeoffDone(input: ModeInput): boolean;
  demand(input: ModeInput): Demand;
  /** As after a start. */
  reset(): void;
}

/** Where it comes to a stop: this far along its present velocity. */
const stoppingS = 0.6;

/** The place where it would come to a stop now. */
export function stoppingPoint({ positionM, velocityMPerS }: ModeInput): Vec3 {
  return {
    x: positionM.x + velocityMPerS.x * stoppingS,
    y: positionM.y + velocityMPerS.y * stoppingS,
    z: positionM.z + velocityMPerS.z * stoppingS,
  };
}

/** Stay there. */
export function holdAt({ x, y, z }: Vec3): PositionDemand {
  return { x: { positionM: x }, y: { positionM: y }, z: { positionM: z } };
}

/** Stay above that point and move up or down. */
export function climbAt({ x, y }: Pick<Vec3, 'x' | 'y'>, velocityMPerS: number): PositionDemand {
  return { x: { positionM: x }, y: { positionM: y }, z: { velocityMPerS } };
}

/** m/s² of thrust for each m/s of a wrong climb rate, and the most of it as a share of hovering. */
const climbGainPerS = 4;
const maxClimbShare = 0.5;
const gravityMPerS2 = 9.81;

/** Fly level (or as `attitude` says) at that climb rate: what is left without a horizontal position. */
export function levelClimb(
  climbMPerS: number,
  now: { readonly velocityMPerS: Vec3; readonly hoverThrust: number },
  attitude: Omit<AttitudeDemand, 'thrust'> = { rollRad: 0, pitchRad: 0 },
): AttitudeDemand {
  const share = ((climbMPerS - now.velocityMPerS.z) * climbGainPerS) / gravityMPerS2;
  const bounded = Math.min(maxClimbShare, Math.max(-maxClimbShare, share));
  const tilt = Math.max(0.5, Math.cos(attitude.rollRad ?? 0) * Math.cos(attitude.pitchRad ?? 0));
  return { ...attitude, thrust: (now.hoverThrust * (1 + bounded)) / tilt };
}
