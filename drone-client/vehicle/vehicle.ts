/** The port between the drone's software and whatever flies it. Knows no MAVLink, no server and no show. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { Parameter } from '../../lib/parameters/parameter-value.js';

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
  readonly temperatureC?: number;
};

/** True = calibrated; `mag` also where no compass is used. Absent as a whole until the autopilot has told. */
export type VehicleCalibration = { readonly gyro: boolean; readonly mag: boolean; readonly accel: boolean };

/** What a mode means to us, whatever the autopilot calls it. `manual`: a pilot's sticks; `other`: none of these. */
export type ModeRole = 'offboard' | 'takeoff' | 'hold' | 'land' | 'return' | 'manual' | 'other';

/** Global position: degrees WGS 84, metres above mean sea level; velocity ENU; when it arrived. */
export type GlobalPosition = {
  readonly atMs: number;
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly amslM: number;
  readonly velocityMPerS: Vec3;
};

/** The receiver's own word. `fixType` as GPS_FIX_TYPE counts: 0 none, 2 = 2D, 3 = 3D, 4 DGPS, 5 RTK float, 6 RTK fixed. */
export type GpsFix = {
  readonly atMs: number;
  readonly fixType: number;
  /** Absent where the receiver does not say. */
  readonly satellites?: number;
};

/** What the position estimator says of itself; false = it does not vouch for it. Source: ESTIMATOR_STATUS flags. */
export type EstimatorHealth = {
  readonly atMs: number;
  readonly hasAttitude: boolean;
  readonly hasHorizontalVelocity: boolean;
  readonly hasVerticalVelocity: boolean;
  /** Relative (local) or absolute (global) horizontal position. */
  readonly hasHorizontalPosition: boolean;
  readonly hasGlobalPosition: boolean;
  readonly hasVerticalPosition: boolean;
  /** The GPS disagrees with the rest. */
  readonly hasGpsGlitch: boolean;
};

/** One immutable snapshot; a new object for every change. Times are the injected clock's `monotonicMs`. */
export type VehicleState = {
  /** A heartbeat arrived within the last 5 s. When false, every other field is the last known value. */
  readonly connected: boolean;
  readonly autopilot: 'PX4' | 'ArduPilot' | undefined;
  readonly armed: boolean;
  /** The autopilot's own name of its mode: `OFFBOARD`, `AUTO.LAND`, `POSCTL`, … or `GUIDED`, `LAND`, `LOITER`, … */
  readonly mode: string | undefined;
  /** What that mode means; undefined as long as `mode` is. */
  readonly role: ModeRole | undefined;
  readonly systemStatus: SystemStatus | undefined;
  readonly landed: 'on_ground' | 'in_air' | 'taking_off' | 'landing' | undefined;
  readonly position: VehiclePosition | undefined;
  readonly attitude: VehicleAttitude | undefined;
  readonly battery: VehicleBattery | undefined;
  readonly calibration: VehicleCalibration | undefined;
  /** The autopilot's own verdict "could arm now"; undefined where it does not say. */
  readonly isPrearmOk: boolean | undefined;
  readonly global: GlobalPosition | undefined;
  readonly gps: GpsFix | undefined;
  readonly estimator: EstimatorHealth | undefined;
  /** Sensors that are present and enabled but not healthy, by name (`gyro`, `mag`, …); undefined until told. */
  readonly unhealthySensors: readonly string[] | undefined;
};

/**
 * One setpoint in the local ENU frame.
 * `yawRad` NaN = the autopilot keeps its heading. Velocity is feed-forward for the same moment as the position.
 */
export type Setpoint = { readonly positionM: Vec3; readonly velocityMPerS: Vec3; readonly yawRad: number };

/** The same in global coordinates: degrees WGS 84, metres above mean sea level, ENU velocity and yaw. */
export type GlobalSetpoint = {
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly amslM: number;
  readonly velocityMPerS: Vec3;
  readonly yawRad: number;
};

/** `thrust` 0…1. Either an attitude (ENU; yaw NaN = as it is) or rates about roll, pitch, yaw; FLU body axes. */
export type AttitudeSetpoint = { readonly thrust: number } & (
  | { readonly rollRad: number; readonly pitchRad: number; readonly yawRad: number }
  | { readonly ratesRadPerS: Vec3 }
);

export type { Parameter };

/** Work on a standing drone. Commands reject as the vehicle's do; each has a time limit of its own, which it names. */
export interface VehicleMaintenance {
  /** @throws RefusedError `unknown_parameter` when the autopilot does not answer for it. */
  readParameter(id: string): Promise<Parameter>;
  /** Resolves with what the autopilot says it has stored. @throws RefusedError when that is another value. */
  setParameter(id: string, value: number): Promise<Parameter>;
  /** All of them, by id; lost ones are asked for again. Up to 60 s over a slow line. */
  listParameters(): Promise<ReadonlyMap<string, Parameter>>;
  /** Resolves when the autopilot says that it is done; up to 30 s. Refused while armed. */
  calibrate(sensor: 'gyro' | 'level'): Promise<void>;
  /** Restarts the autopilot; resolves when it agreed. Refused while armed. */
  reboot(): Promise<void>;
}

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
 * - A `send…` never blocks, never throws, and sends at most one message; nobody repeats it.
 * - Armed and under our control, a setpoint above the ground lifts the drone off, whatever the autopilot wants said
 *   for it; until it is in the air setpoints may be without effect.
 * - Where the autopilot ends a flight because its companion fell silent, it is told so by nothing that outlives the
 *   setpoints: who stops sending them is silent within 0.5 s.
 * - After `close` nothing is sent any more.
 */
export interface Vehicle {
  readonly state: VehicleState;
  readonly maintenance: VehicleMaintenance;
  /** Subscribes; the returned function ends it. A throwing listener does not hurt the others. */
  onEvent(listener: (event: VehicleEvent) => void): () => void;
  /** Arms the motors. */
  arm(): Promise<void>;
  /** Stops the motors by the plain command, which an autopilot refuses in the air. */
  disarm(): Promise<void>;
  /** Stops the motors wherever it is: it falls. Forced disarm, and flight termination where the autopilot has it. */
  kill(): Promise<void>;
  /** Puts the autopilot under control of our setpoints; the stream must already run. */
  enterOffboard(): Promise<void>;
  /** Leaves our control and lands where it is; resolves when the landing mode is entered, or the motors stand. */
  land(): Promise<void>;
  /** Leaves our control and hovers where it is. */
  hold(): Promise<void>;
  /** Leaves our control, flies home and lands; needs a global position. */
  returnHome(): Promise<void>;
  sendSetpoint(setpoint: Setpoint): void;
  sendGlobalSetpoint(setpoint: GlobalSetpoint): void;
  sendAttitude(setpoint: AttitudeSetpoint): void;
  close(): Promise<void>;
}
