/** The settings that turn an animation into one drone's flight plan. Data only: knows no configuration file. */
import type { Vec3 } from '../geo/frames.js';

/** Which of the five stages are played. */
export type OutputFlags = {
  readonly staticBegin: boolean;
  readonly takeoff: boolean;
  readonly route: boolean;
  readonly land: boolean;
  readonly staticEnd: boolean;
};

/** How a file's frames are placed and cut. Metres, ENU. */
export type AnimationSettings = {
  readonly startAction: 'auto' | 'takeoff' | 'fly';
  /** Below this height a standing drone is on the ground, and a file's take-off is replaced by the drone's own. */
  readonly takeoffLevelM: number;
  /** Height of the ground for the ground check; `current` = where the drone stands. */
  readonly groundLevelM: number | 'current';
  readonly checkGround: boolean;
  /** `animation` = from the file, `nan` = keep the heading, or degrees counter-clockwise from east. */
  readonly yaw: 'animation' | 'nan' | number;
  readonly ratio: Vec3;
  readonly privateOffsetM: Vec3;
  readonly commonOffsetM: Vec3;
  readonly output: OutputFlags;
};

/** How long the drone's own manoeuvres last. A negative time counts as 0. */
export type FlightSettings = {
  readonly armingTimeS: number;
  /** Of the drone's own take-off, above where it stands. */
  readonly takeoffHeightM: number;
  readonly takeoffTimeS: number;
  readonly reachFirstPointTimeS: number;
  readonly landDelayS: number;
};

/** As a drone without a configuration file has them. */
export const defaultAnimationSettings: AnimationSettings = {
  startAction: 'auto',
  takeoffLevelM: 0.5,
  groundLevelM: 'current',
  checkGround: true,
  yaw: 'nan',
  ratio: { x: 1, y: 1, z: 1 },
  privateOffsetM: { x: 0, y: 0, z: 0 },
  commonOffsetM: { x: 0, y: 0, z: 0 },
  output: { staticBegin: true, takeoff: true, route: true, land: true, staticEnd: true },
};

/** As a drone without a configuration file has them. */
export const defaultFlightSettings: FlightSettings = {
  armingTimeS: 0.5,
  takeoffHeightM: 1,
  takeoffTimeS: 5,
  reachFirstPointTimeS: 5,
  landDelayS: 1,
};
