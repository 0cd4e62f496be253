/** The port between the drone's software and whatever flies it. Knows no MAVLink, no server and no show. */
import type { Vec3 } from '../../lib/geo/frames.js';

/** State of the autopilot as MAV_STATE names it. */
export type SystemStatus =
  | 'UNINIT'
  | 'BOOT'
  | 'CALIBRATING'
  | 'STANDBY'
  | 'ACTIVE'
  | 'CRITICAL'
  | 'EMERGENCY'
  | 'POWEROFF'
  | 'TERMINATION';

/** Estimated position and velocity in the autopilot's local frame (ENU about its own origin), and when it arrived. */
export type VehiclePosition = {
  readonly atMs: number;
  readonly positionM: Vec3;
  readonly velocityMPerS: Vec3;
};

/** Attitude and rates (ENU; yaw counter-clockwise from east, rad; rates rad/s about roll, pitch, yaw). */
type VehicleAttitude = {
  readonly atMs: number;
  readonly rollRad: number;
  readonly pitchRad: number;
  readonly yawRad: number;
  readonly ratesRadPerS: Vec3;
};

/** `fraction` 0…1; a part that the autopilot does not know is absent. */
export type VehicleBattery = {
  readonly voltageV?: number;
  readonly cellVoltageV?: number;
  readonly fraction?: number;
};

/** True = calibrated. Absent as a whole until the autopilot has told. */
export type VehicleCalibration = { readonly gyro: boolean; readonly mag: boolean; readonly accel: boolean };

/** One immutable snapshot; a new object for every change. Times are the injected clock's `monotonicMs`. */
export type VehicleState = {
  /** A heartbeat arrived within the last 5 s. When false, every other field is the last known value. */
  readonly connected: boolean;
  readonly armed: boolean;
  /** The autopilot's own name of its mode: `OFFBOARD`, `AUTO.LAND`, `AUTO.LOITER`, `AUTO.TAKEOFF`, `POSCTL`, … */
  readonly mode: string | undefined;
  readonly systemStatus: SystemStatus | undefined;
  readonly landed: 'on_ground' | 'in_air' | 'taking_off' | 'landing' | undefined;
  readonly position: VehiclePosition | undefined;
  readonly attitude: VehicleAttitude | undefined;
  readonly battery: VehicleBattery | undefined;
  readonly calibration: VehicleCalibration | undefined;
  /** The autopilot's own verdict "could arm now"; undefined where it does not say. */
  readonly isPrearmOk: boolean | undefined;
};

/**
 * One setpoint in the local ENU frame.
 * `yawRad` NaN = the autopilot keeps its heading. Velocity is feed-forward for the same moment as the position.
 */
export type Setpoint = { readonly positionM: Vec3; readonly velocityMPerS: Vec3; readonly yawRad: number };

/** What a vehicle tells as it happens. */
export type VehicleEvent =
  /** Something of the state changed; `state` is already the new one. */
  | { readonly type: 'stateChanged' }
  /** A new position estimate arrived (as often as the autopilot streams it). */
  | { readonly type: 'positionReceived'; readonly position: VehiclePosition }
  /** A heartbeat of the autopilot arrived (about 1 Hz); mode and armed are fresh. */
  | { readonly type: 'heartbeatReceived' }
  /** A text of the autopilot for people. */
  | { readonly type: 'textReceived'; readonly severity: number; readonly text: string };

/**
 * Obligations of every implementation:
 * - Commands resolve when the autopilot accepted *and* the effect was seen in its state; they reject with a
 *   `RefusedError` (`code` `refused`, the autopilot's reason in the message), a `RequestTimeoutError`, or a
 *   `DisconnectedError`. They never hang: each has a time limit of its own (≤ 5 s).
 * - A second call of a command supersedes nothing: commands of one kind in flight share one outcome.
 * - `sendSetpoint` never blocks, never throws, and sends exactly one message; nobody repeats it.
 * - After `close` nothing is sent any more.
 */
export interface Vehicle {
  readonly state: VehicleState;
  /** Subscribes; the returned function ends it. A throwing listener does not hurt the others. */
  onEvent(listener: (event: VehicleEvent) => void): () => void;
  /** Arms the motors. */
  arm(): Promise<void>;
  /** Stops the motors by the plain command, which an autopilot refuses in the air. */
  disarm(): Promise<void>;
  /** Puts the autopilot under control of our setpoints; the stream must already run. */
  enterOffboard(): Promise<void>;
  /** Leaves our control and lands where it is; resolves when the landing mode is entered, or the motors stand. */
  land(): Promise<void>;
  /** Leaves our control and hovers where it is. */
  hold(): Promise<void>;
  sendSetpoint(setpoint: Setpoint): void;
  close(): Promise<void>;
}
