/** What a show must keep: the limits, and what holds where nobody says otherwise. Numbers alone; checks nothing. */

/** x, y in the show's frame, m; at least three corners, the last is joined to the first. */
export type Polygon = readonly { readonly x: number; readonly y: number }[];

/** A fence with more corners is a map: every one is looked at wherever a drone flies. */
export const maxCorners = 1000;

/** Absent polygons and an absent `maxJerkMPerS3` are not checked. */
export type ShowLimits = {
  /** Between drones of which at least one is in the air (see `airLevelM`), measured between their centres. */
  readonly minDistanceM: number;
  /** Between drones of which none is in the air: on their pads, taking off and landing. */
  readonly minPadDistanceM: number;
  readonly maxSpeedXYMPerS: number;
  readonly maxSpeedUpMPerS: number;
  readonly maxSpeedDownMPerS: number;
  readonly maxAccelerationMPerS2: number;
  readonly maxJerkMPerS3?: number;
  /** Largest jump of the velocity at a joint. */
  readonly maxVelocityStepMPerS: number;
  readonly maxYawRateDegPerS: number;
  readonly maxAltitudeM: number;
  /** Least height at which a drone may move sideways. */
  readonly groundClearanceM: number;
  /** Longest time in the air. */
  readonly maxFlightS: number;
  readonly geofence?: Polygon;
  readonly audience?: Polygon;
  /** Least horizontal distance from the audience. */
  readonly minAudienceDistanceM: number;
  /** How drones slow down when all hold, or one does. */
  readonly brakingMPerS2: number;
  /** Between drones that all brake at one moment, or fly home together. */
  readonly minEscapeDistanceM: number;
  /** How fast drones come home, and land. */
  readonly returnSpeedMPerS: number;
  readonly landingSpeedMPerS: number;
  /** Farthest from its pad that a drone may stand before the show. */
  readonly maxStartDistanceM: number;
};

export const defaultLimits: ShowLimits = {
  minDistanceM: 1.5,
  minPadDistanceM: 0.8,
  maxSpeedXYMPerS: 8,
  maxSpeedUpMPerS: 3,
  maxSpeedDownMPerS: 2,
  maxAccelerationMPerS2: 4,
  maxVelocityStepMPerS: 1,
  maxYawRateDegPerS: 90,
  maxAltitudeM: 120,
  groundClearanceM: 0.5,
  maxFlightS: 900,
  minAudienceDistanceM: 20,
  brakingMPerS2: 3,
  minEscapeDistanceM: 0.8,
  returnSpeedMPerS: 3,
  landingSpeedMPerS: 0.7,
  maxStartDistanceM: 1,
};

/** Whoever is higher than this is in the air, however high drones have to be to move sideways, m. */
const surelyInAirM = 3;

/** Height over its pad above which a drone is in the air, m: a clearance that is set very high leaves nobody unchecked. */
export function airLevelM({ groundClearanceM }: Pick<ShowLimits, 'groundClearanceM'>): number {
  return Math.min(groundClearanceM, surelyInAirM);
}
