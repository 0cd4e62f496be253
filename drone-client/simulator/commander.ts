/**
 * The port of an autopilot's decisions: arming, modes, failsafes, disarming by itself. Each firmware has its own.
 * Knows no messages and no physics; time and what it must know of the flight come as arguments.
 */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { Notice } from './notice.js';
import type { OffboardStream } from './offboard-stream.js';

/** What a commander looks at. */
export type Situation = {
  readonly nowMs: number;
  readonly sinceBootMs: number;
  readonly isLanded: boolean;
  /** The estimator has settled. */
  readonly isSettled: boolean;
  /** The estimated position can be flown by; on the globe, too. */
  readonly hasPosition: boolean;
  readonly hasGlobalPosition: boolean;
  readonly hasGpsFix: boolean;
  readonly isCalibrating: boolean;
  readonly stream: OffboardStream;
  /** Local ENU estimate, and where home is in it; undefined before there is one. */
  readonly positionM: Vec3;
  readonly homeM: Vec3 | undefined;
  /** As reported, 0…1. */
  readonly batteryFraction: number;
  readonly batteryV: number;
  /** How long ago the ground station was heard; undefined = never. */
  readonly groundStationSilenceMs: number | undefined;
};

/** Who wants another mode: a command, or the pilot, who has sticks to fly it with. */
export type ModeSource = 'command' | 'pilot';

export interface Commander {
  readonly armed: boolean;
  /** The mode that is flown; during a failsafe not the intended one. */
  readonly mode: string;
  /** What was commanded last; flown again when a failsafe ends. */
  readonly intendedMode: string;
  /** A failsafe is flown. */
  readonly isFailsafe: boolean;
  /** Its motors were stopped for good; only a reboot ends that. */
  readonly isTerminated: boolean;
  /** How long the motors have run, ms; 0 when they stand. */
  armedForMs(nowMs: number): number;
  /** Why arming would be refused now. */
  armingObstacle(situation: Situation): Notice | undefined;
  /** Returns a MAV_RESULT, as all the following. Forced, it arms whatever speaks against it. */
  arm(situation: Situation, isForced: boolean): number;
  /** Forced, it stops the motors in the air as well. */
  disarm(situation: Situation, isForced: boolean): number;
  setMode(mode: string, situation: Situation, source: ModeSource): number;
  /** `heightM` as the firmware counts it, NaN = as its parameters say. */
  takeOff(heightM: number, situation: Situation): number;
  /** DO_FLIGHTTERMINATION. */
  terminate(situation: Situation): number;
  /** The flight plan has reached the height of a take-off that it ends itself. */
  takeoffCompleted(): void;
  /** To be called at every step: failsafes act and motors stop by themselves here. */
  step(situation: Situation): void;
}
