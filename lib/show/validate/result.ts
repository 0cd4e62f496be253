/** What a check of a show found. Data only. */

/** `lights`: t = when, value = what is asked for; the others are named after the limit they break. */
export type ViolationKind =
  | 'distance'
  | 'padDistance'
  | 'speedXY'
  | 'speedUp'
  | 'speedDown'
  | 'acceleration'
  | 'jerk'
  | 'velocityStep'
  | 'yawRate'
  | 'altitude'
  | 'groundClearance'
  | 'underground'
  | 'geofence'
  | 'audience'
  | 'startPosition'
  | 'firstPoint'
  | 'padPoint'
  | 'lastPoint'
  | 'lights'
  | 'flightTime'
  | 'holdDistance'
  | 'returnDistance';

/**
 * One limit broken: `t` is the moment (s, the show's own zero) of the worst `value` within the first stretch of time
 * in which it is broken; `drones` are slots. Units are those of the limit.
 */
export type Violation = {
  readonly kind: ViolationKind;
  readonly t: number;
  readonly drones: readonly string[];
  readonly value: number;
  readonly limit: number;
};

/** `drones[0]` stops (or lands) alone at `t`; `drones[1]` comes within `value` of it at `meetsT`. */
export type LoneWarning = {
  readonly kind: 'loneHold' | 'loneLanding';
  readonly t: number;
  readonly meetsT: number;
  readonly drones: readonly string[];
  readonly value: number;
  readonly limit: number;
};

/**
 * All land at one moment from `t` to `untilT`: some come down on others, at most `pairs` at once. The closest: told at
 * `worstT`, `drones[0]` comes down within `value` of `drones[1]`.
 */
export type LandAllWarning = {
  readonly kind: 'landAll';
  readonly t: number;
  readonly untilT: number;
  readonly worstT: number;
  readonly pairs: number;
  readonly drones: readonly string[];
  readonly value: number;
  readonly limit: number;
};

export type ShowWarning = LoneWarning | LandAllWarning;

/** Extremes over the whole show, added take-offs and landings included. Null with fewer than two drones. */
export type CheckStats = {
  readonly drones: number;
  /** From the first zero of the file to the end of the last movement or light. */
  readonly durationS: number;
  readonly minDistanceM: number | null;
  readonly minDistanceT: number | null;
  readonly minDistancePair: readonly [string, string] | null;
  /** The same among drones of which at least one is in the air. */
  readonly minFlightDistanceM: number | null;
  readonly minFlightDistanceT: number | null;
  readonly minFlightDistancePair: readonly [string, string] | null;
  readonly maxSpeedXYMPerS: number;
  readonly maxSpeedUpMPerS: number;
  readonly maxSpeedDownMPerS: number;
  readonly maxAccelerationMPerS2: number;
  readonly maxAltitudeM: number;
};

/** Steps between the moments at which all hold or land, one holds or lands alone, and all fly home, s; wider for large shows. */
export type CheckGrid = { readonly holdS: number; readonly loneS: number; readonly returnS: number };

/** `violations`: the first of each kind, in order of time. */
export type CheckResult = {
  readonly violations: readonly Violation[];
  readonly warnings: readonly ShowWarning[];
  readonly stats: CheckStats;
  readonly grid: CheckGrid;
};
